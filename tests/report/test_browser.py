"""The pages in a real browser, from the disk: phone and desktop, both languages, keyboard, and nothing that runs or calls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.report.site import page_name, write_site

from ..attacks.browser import CHROMIUM
from .classes import class_report

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium: apt-get install chromium"),
]
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
PAGES = ["index", "matrix", "scores", "checks"]
OWN = [f"students/{page_name(student)[:-5]}" for student in ("s001", "s002", "S002", "王五&<b>", "s004")]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_site(folder / "report", class_report(folder), "zh")
    return folder / "report"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Tab:
    """A tab that notes what it must not see: requests beyond the disk, dialogs, errors."""

    def __init__(self, browser: Any, script: bool = True) -> None:
        width, height = SIZES["desktop"]
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="light", java_script_enabled=script
        )
        self.page = self.context.new_page()
        self.seen: list[str] = []
        self.page.on(
            "request", lambda request: None if request.url.startswith("file:") else self.seen.append(request.url)
        )
        self.page.on("dialog", lambda dialog: (self.seen.append(dialog.message), dialog.dismiss()))
        self.page.on("console", lambda message: self.seen.append(message.text))
        self.page.on("pageerror", lambda error: self.seen.append(str(error)))

    def __enter__(self) -> Tab:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


def unfolded(page: Any) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")


# Pages of students differ in what stands in them alone: one has both forms at once, each other one the phone's later.
FORMS = [
    *(pytest.param(name, [*SIZES], id=name) for name in (*PAGES, OWN[0])),
    *(pytest.param(name, ["desktop"], id=f"{name}-desktop") for name in OWN[1:]),
    *(pytest.param(name, ["phone"], id=f"{name}-phone", marks=pytest.mark.long) for name in OWN[1:]),
]


@pytest.mark.parametrize(("name", "sizes"), FORMS)
def test_a_page_fits_is_accessible_and_runs_nothing_of_others(
    browser: Any, site: Path, name: str, sizes: list[str]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with Tab(browser) as tab:
        for size in sizes:
            width, height = SIZES[size]
            tab.page.set_viewport_size({"width": width, "height": height})
            tab.page.emulate_media(color_scheme="dark" if size == "phone" else "light")
            tab.page.goto((site / f"{name}.html").as_uri())
            unfolded(tab.page)
            for language in ("zh", "en"):
                tab.page.click(f".switch [data-to={language}]")
                extent = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                assert tab.page.evaluate(extent) == 0, size
            found = Axe().run(tab.page).response["violations"]
            assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == [], size
            assert tab.page.evaluate("window.PWNED") is None
        assert tab.seen == []


def test_the_language_is_switched_by_keyboard_and_remembered(browser: Any, site: Path) -> None:
    with Tab(browser) as tab:
        page = tab.page
        page.goto((site / "index.html").as_uri())
        assert page.evaluate("document.documentElement.lang") == "zh-CN"
        assert "总览" in page.inner_text("nav")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.get_attribute(".switch [data-to=en]", "aria-pressed") == "true"
        assert "Overview" in page.inner_text("nav")
        assert "总览" not in page.inner_text("nav")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")  # the second page
        assert page.url.endswith("matrix.html")
        assert "Class matrix" in page.title()
        page.goto((site / "students" / "s001.html").as_uri())
        assert "Course record" in page.title()


def test_the_matrix_is_filtered_and_sorted(browser: Any, site: Path) -> None:
    with Tab(browser) as tab:
        page = tab.page
        page.goto((site / "matrix.html").as_uri())
        page.fill("#filter", "张")
        assert page.locator(".matrix tbody tr:visible").count() == 1
        assert page.inner_text("#shown") == "1"
        page.fill("#filter", "")
        page.check("#risky")
        assert 0 < page.locator(".matrix tbody tr:visible").count() < 5
        page.uncheck("#risky")
        page.focus("th[data-sort=points] button")
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        assert page.get_attribute("th[data-sort=points]", "aria-sort") == "descending"
        assert "s004" in page.inner_text(".matrix tbody tr >> nth=0")


def test_the_pages_say_the_same_without_scripts(browser: Any, site: Path) -> None:
    with Tab(browser, script=False) as tab:
        tab.page.goto((site / "index.html").as_uri())
        assert "需要关注" in tab.page.inner_text("main")
        assert "At risk" not in tab.page.inner_text("main")
        assert not tab.page.is_visible(".switch")


def test_a_mark_is_there_where_colour_is_not_seen(browser: Any, site: Path) -> None:
    with Tab(browser) as tab:
        tab.page.goto((site / "students" / "s001.html").as_uri())
        shown = "one => getComputedStyle(one, '::before').content.split('\"')[1]"
        marks = tab.page.eval_on_selector_all(".tile .cell", f"all => all.map({shown})")
        assert marks == ["●", "●", "–", "●", "○", "·"]
