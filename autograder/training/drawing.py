"""What all pictures share: a language whose characters this machine can draw, and matplotlib."""

from __future__ import annotations

import base64
import contextlib
import html
import io
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from autograder.text import Language, Text
from autograder.training.wording import chosen_language

# Families that hold the simplified Chinese characters, on Linux, Windows and macOS.
CHINESE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans CJK JP",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "SimHei",
    "Noto Serif CJK SC",
    "Noto Serif CJK JP",
    "Source Han Serif SC",
    "SimSun",
    "Arial Unicode MS",
    "Droid Sans Fallback",
)
CHINESE_FILES = (
    "notosanscjk",
    "notosanssc",
    "notoserifcjk",
    "sourcehan",
    "wqy",
    "msyh",
    "simhei",
    "simsun",
    "pingfang",
)


@contextlib.contextmanager
def canvas(language: Language | None) -> Iterator[tuple[Any, Language]]:
    """Yield pyplot and the language of the labels: English where no font of this machine has Chinese characters."""
    import matplotlib.pyplot as plt

    wanted = chosen_language(language)
    font = chinese_font() if wanted == "zh" else None
    families = [font, "DejaVu Sans"] if font else ["DejaVu Sans"]  # by name: each text keeps them when drawn later
    with plt.rc_context({"font.family": families, "axes.unicode_minus": False}):
        yield plt, "zh" if font else "en"


def caption(zh: str, en: str) -> str:
    """Return the words of a notebook's own plot in the course's language; English where no font can draw Chinese.

    The font that can is put first in matplotlib's list, for all plots that follow and for the open one: its axes
    made their titles and labels, still empty, with the fonts of then.
    """
    import matplotlib.pyplot as plt
    from matplotlib.text import Text as Label

    font = chinese_font() if chosen_language(None) == "zh" else None
    if font is None:
        return en
    families = [font, "DejaVu Sans"]
    plt.rcParams["font.family"] = families
    plt.rcParams["axes.unicode_minus"] = False
    for label in plt.gcf().findobj(Label) if plt.get_fignums() else ():
        label.set_fontfamily(families)
    return zh


def show_figure(*, zh: str, en: str) -> None:
    """Show a notebook's open figure with the words for those who do not see it, in the course's language."""
    import matplotlib.pyplot as plt

    show(plt.gcf(), Text(zh=zh, en=en))


def show(figure: Any, alternative: Text, language: Language | None = None) -> None:
    """Show a figure in the notebook or window, if there is one, and close it.

    A notebook gets the picture as HTML, for JupyterLab 4 and nbconvert 7 give a bare PNG no alternative text.
    """
    import matplotlib.pyplot as plt

    if "inline" in plt.get_backend().lower():
        _display(figure, alternative.to(chosen_language(language)))
    else:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a script without a screen shows nothing
            plt.show()
    plt.close(figure)


def _display(figure: Any, words: str) -> None:
    from IPython.display import display

    drawn = io.BytesIO()
    figure.savefig(drawn, format="png", bbox_inches="tight")
    address = f"data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode()}"
    picture = f'<img alt="{html.escape(words)}" src="{address}">'
    display({"text/html": picture, "text/plain": words}, raw=True)  # type: ignore[no-untyped-call]


def chinese_font() -> str | None:
    """Return a family of this machine that can draw Chinese, None when there is none.

    matplotlib keeps its list of fonts in a file; fonts installed since are looked for where the list has none.
    """
    from matplotlib import font_manager

    manager = font_manager.fontManager
    if (found := _listed(manager.ttflist)) is not None:
        return found
    known = {entry.fname for entry in manager.ttflist}
    for path in sorted(font_manager.findSystemFonts()):
        if path not in known and Path(path).name.lower().startswith(CHINESE_FILES):
            with contextlib.suppress(OSError, RuntimeError):
                manager.addfont(path)
    return _listed(manager.ttflist)


def _listed(fonts: Iterable[Any]) -> str | None:
    present = {entry.name for entry in fonts}
    return next((name for name in CHINESE_FONTS if name in present), None)
