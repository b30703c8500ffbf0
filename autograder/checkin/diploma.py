"""The certificate as a PDF page, in Chinese or English.

PDF viewers bring the Chinese font themselves. Names in other alphabets are drawn with the font that Matplotlib ships.
"""

from __future__ import annotations

import io
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import getFont, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from autograder.course import Course
from autograder.store.records import Certificate
from autograder.text import Language, Text

TITLE = Text(zh="结课证书", en="Certificate")
GIVEN_TO = Text(zh="兹证明", en="This is to certify that")
FINISHED = Text(zh="完成了课程", en="has completed the course")
FIGURES = Text(
    zh="打卡完成率 {weeks:.0f}%，课程得分 {points:.1f} / 100",
    en="with {weeks:.0f} % of the weekly check-ins and {points:.1f} of 100 points.",
)
GIVEN_ON = Text(zh="颁发日期：{date}", en="Given on {date}")
VERIFY = Text(
    zh="编号 {id}    核验：autograder verify-certificate {id}",
    en="No. {id}    To verify: autograder verify-certificate {id}",
)
CHINESE, LATIN, LATIN_BOLD = "STSong-Light", "Helvetica", "Helvetica-Bold"
INK, ACCENT, GREY = Color(0.13, 0.16, 0.22), Color(0.11, 0.36, 0.55), Color(0.4, 0.4, 0.4)
ALPHABETS, ALPHABETS_BOLD = "DejaVuSans", "DejaVuSans-Bold"


def certificate_pdf(course: Course, certificate: Certificate, zone: ZoneInfo, language: Language) -> bytes:
    """Return a certificate as a PDF of one landscape A4 page."""
    _register()
    width, height = landscape(A4)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(width, height), invariant=1, lang="zh-CN" if language == "zh" else "en")
    title = course.title.to(language)
    canvas.setTitle(f"{TITLE.to(language)} · {title}")
    canvas.setAuthor(course.id)
    canvas.setSubject(certificate.id)
    canvas.setStrokeColor(ACCENT)
    for inset, line in ((28.0, 2.4), (36.0, 0.6)):
        canvas.setLineWidth(line)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)
    figures = FIGURES.to(language).format(weeks=certificate.weeks_percent, points=certificate.points)
    date = certificate.at.astimezone(zone).strftime("%Y-%m-%d")
    name = certificate.name or certificate.student
    for text, y, size, colour, bold in (
        (TITLE.to(language), 440, 40, ACCENT, True),
        (GIVEN_TO.to(language), 375, 16, INK, False),
        (name, 325, 34, INK, True),
        (FINISHED.to(language), 278, 16, INK, False),
        (title, 238, 22, INK, True),
        (figures, 196, 14, INK, False),
        (GIVEN_ON.to(language).format(date=date), 130, 12, INK, False),
        (VERIFY.to(language).format(id=certificate.id), 62, 9, GREY, False),
    ):
        _centred(canvas, text, (width / 2, y), size, colour, bold=bold)
    canvas.setLineWidth(0.6)
    canvas.line(width / 2 - 150, 315, width / 2 + 150, 315)
    canvas.save()
    return file.getvalue()


def _centred(canvas: Canvas, text: str, place: tuple[float, float], size: float, colour: Color, *, bold: bool) -> None:
    """Draw one line, made smaller until it fits between the frames."""
    text = "".join(character for character in text if character.isprintable())
    runs = [(font, "".join(part)) for font, part in groupby(text, lambda character: _font(character, bold))]
    room, width = 2 * place[0] - 110, sum(stringWidth(part, font, size) for font, part in runs)
    if width > room:
        width, size = room, size * room / width
    x = place[0] - width / 2
    canvas.setFillColor(colour)
    for font, part in runs:
        canvas.setFont(font, size)
        canvas.drawString(x, place[1], part)
        x += stringWidth(part, font, size)


def _font(character: str, bold: bool) -> str:
    """Return the font for a character: the standard Latin one, DejaVu for other alphabets, else the Chinese one."""
    if ord(character) < 256:
        return LATIN_BOLD if bold else LATIN
    alphabets = cast("TTFont", getFont(ALPHABETS_BOLD if bold else ALPHABETS))
    return str(alphabets.fontName) if ord(character) in alphabets.face.charToGlyph else CHINESE


def _register() -> None:
    registerFont(UnicodeCIDFont(CHINESE))
    found = find_spec("matplotlib")
    assert found is not None
    assert found.origin is not None
    fonts = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"
    for name, file in ((ALPHABETS, "DejaVuSans.ttf"), (ALPHABETS_BOLD, "DejaVuSans-Bold.ttf")):
        registerFont(TTFont(name, fonts / file))
