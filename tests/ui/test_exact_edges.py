"""A mark is painted from where its first letter begins to where its last one ends, nowhere else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPdfWriter

from annotator.cli import main
from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.models import Article, Role
from annotator.services.presets import find_scheme
from annotator.ui.article.geometry import Piece, boxes
from annotator.ui.printing.pages import PrintedArticle, paint_sheet
from annotator.ui.session import SelectedItem
from annotator.ui.theme.fonts import READING
from tests.ui.driving import Driver, run_main
from tests.ui.test_scripts import glyphs, last_letter

Projects = Callable[..., Path]
_NEAR = 12
"""How far beside words, in pixels, nothing may be painted."""

PLACES = {
    "full stop": ("He left on Friday.", "Friday"),
    "comma": ("So Said Reda, who came.", "Said Reda"),
    "quote mark": ('He said "Iran and Iraq" there.', "Iran"),
    "possessive": ("Then Ashtiani's dog.", "Ashtiani"),
    "hyphen": ("An Iraqi-Iranian committee.", "Iraqi"),
    "neighbours": ("In Oslo,Paris,Rome now.", "Paris"),
    "overhanging letters": ("The staff of Wolf, a fjord.", "Wolf"),
    "narrow": ("So I, me.", "I"),
    "chinese": ("他说葛城市长来。", "葛城"),
    "arabic": ("قال في بغداد، أمس.", "بغداد"),
    "arabic and": ("زار دمشق وبغداد.", "بغداد"),
    "brackets": ("قال (بغداد) أمس.", "بغداد"),
    "name in arabic": ("قال Ann Lee، أمس.", "Ann Lee"),
    "arabic in english": ("He met محمد علي, they said.", "محمد علي"),
}


def columns(before: QImage, after: QImage, near: tuple[float, float], y: int) -> list[int]:
    """The columns near some words in which two pictures of their line differ."""
    first, last = (max(0, round(near[0]) - _NEAR), round(near[1]) + _NEAR)
    return [
        x
        for x in range(first, min(last, before.width()))
        if any(before.pixel(x, row) != after.pixel(x, row) for row in range(y - 4, y + 13))
    ]


def show(driver: Driver, *, marks: bool) -> QImage:
    reading = driver.view.reading
    driver.view.set_reading(
        reading._replace(entities=marks, quotes=marks, badges=False, links=False)
    )
    driver.settle()
    driver.view.set_hovered(frozenset())
    return driver.picture()


def place_of(driver: Driver, words: str) -> tuple[float, float, int]:
    """The left and right end of words on one line of the page, and the height of their letters."""
    start, end = driver.find(words)
    first = glyphs(driver, start)
    last = glyphs(driver, last_letter(driver.text(), start, end))
    sides = [*first[:2], *last[:2]]
    return min(sides), max(sides), first[2]


def assert_exact(driver: Driver, words: str, how: str, bare: QImage, *, dotted: bool) -> None:
    """Marks begin and end within half a pixel of the words, and leave everything else alone.

    `bare` is the page without any mark.
    """
    left, right, y = place_of(driver, words)
    found = columns(bare, show(driver, marks=True), (left, right), y)
    assert found, (words, how)
    assert round(left) <= found[0] <= round(left) + 1, (words, how, left, found[0])
    assert round(right) - (6 if dotted else 2) <= found[-1] <= round(right) - 1, (
        words,
        how,
        right,
        found[-1],
    )


def quote_with(role: Role) -> Callable[[Driver, int, int], None]:
    """Makes the words this part of a quote; other parts are far away."""

    def make(driver: Driver, start: int, end: int) -> None:
        session = driver.window.session
        content = (start, end) if role == "content" else driver.find("she added")
        session.perform(lambda a, on: edits.create_quote(a, on, *content))
        (quote,) = driver.annotation().quotes.values()
        if role != "content":
            session.perform(lambda a, on: edits.add_part(a, on, quote.id, role, start, end))

    return make


def mention(driver: Driver, start: int, end: int) -> None:
    driver.window.session.perform(lambda a, on: edits.mark(a, on, start, end, "GPE"))


def selected_mention(driver: Driver, start: int, end: int) -> None:
    mention(driver, start, end)
    (made,) = driver.annotation().mentions.values()
    driver.window.session.select(SelectedItem("mention", made.id))


def selected_quote(driver: Driver, start: int, end: int) -> None:
    quote_with("content")(driver, start, end)
    (made,) = driver.annotation().quotes.values()
    driver.window.session.select(SelectedItem("quote", made.id))


HOW = {
    "mention": mention,
    "picked mention": selected_mention,
    "content": quote_with("content"),
    "picked content": selected_quote,
    "cue": quote_with("cue"),
    "source": quote_with("source"),
    "addressee": quote_with("addressee"),
}


def test_marks_end_where_their_words_end(project_of: Projects, tmp_path: Path) -> None:
    path = project_of()
    files = [tmp_path / f"{number:02}.txt" for number in range(len(PLACES))]
    for file, (text, _) in zip(files, PLACES.values(), strict=True):
        file.write_text(f"{text}\n\nAnd then, rather late, she added.", encoding="utf-8")
    assert main(["import", str(path), *map(str, files)]) == 0

    def script(driver: Driver) -> None:
        keys = driver.window.session.project.article_keys(annotator="ada")
        for key, (_, words) in zip(keys, PLACES.values(), strict=True):
            driver.window.session.open_article(key)
            driver.settle()
            bare = show(driver, marks=True)
            for name, how in HOW.items():
                how(driver, *driver.find(words))
                driver.settle()
                assert_exact(driver, words, name, bare, dotted=name == "addressee")
                while driver.annotation().mentions or driver.annotation().quotes:
                    driver.window.session.undo()
                driver.window.session.select(None)

    assert run_main([str(path)], script, size=(760, 440)) == 0


def test_a_nested_chip_ends_where_its_own_words_end(project_of: Projects) -> None:
    text = "The Iraqi-Iranian joint committee."

    def script(driver: Driver) -> None:
        mention(driver, *driver.find("Iraqi-Iranian joint committee"))
        outer = show(driver, marks=True)
        for words in ("Iraqi", "committee"):
            mention(driver, *driver.find(words))
            left, right, y = place_of(driver, words)
            found = columns(outer, show(driver, marks=True), (left, right), y)
            assert round(left) <= found[0]
            assert found[-1] <= round(right) - 1
            driver.window.session.undo()

    assert run_main([str(project_of(text))], script) == 0


_piece = st.builds(
    lambda left, width, rtl, wraps: Piece(
        QRectF(left, 0, width, 36), 20, first=False, last=not wraps, rtl=rtl, wraps=wraps
    ),
    st.floats(0, 600), st.floats(1, 600), st.booleans(), st.booleans(),
)  # fmt: skip


@given(st.lists(_piece, min_size=1, max_size=6))
def test_boxes_reach_beyond_their_words_only_where_the_text_wraps(found: list[Piece]) -> None:
    for piece, box in zip(found, boxes(found), strict=True):
        begins = box.right() if piece.rtl else box.left()
        ends = box.left() if piece.rtl else box.right()
        assert begins == pytest.approx(piece.start_x)
        if piece.wraps:
            assert abs(ends - piece.end_x) < 16 * len(found)
        else:
            assert ends == pytest.approx(piece.end_x)


@pytest.mark.parametrize("scale", [1.0, 2.0, 4.1])
def test_on_paper_a_chip_leaves_the_full_stop_alone(
    qapp: object, tmp_path: Path, scale: float
) -> None:
    article = Article("a", "Friday.\n\nSunday")
    device = QPdfWriter(str(tmp_path / "unused.pdf"))

    def printed(*, marked: bool) -> QImage:
        on = Annotation()
        on.apply(edits.mark(article, on, 9, 15, "DATE"))
        if marked:
            on.apply(edits.mark(article, on, 0, 6, "DATE"))
        image = QImage(round(900 * scale), round(1200 * scale), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        paint_sheet(PrintedArticle(article, on, "", find_scheme("news")), device, painter, READING)
        painter.end()
        return image

    plain, with_chip = printed(marked=False), printed(marked=True)
    scale *= 900 / 834
    rows = range(round(99 * scale), round(101 * scale))
    white = plain.pixel(2, 2)
    ink = [x for x in range(plain.width()) if any(plain.pixel(x, y) != white for y in rows)]
    stop = max(x for x in ink if x - 1 not in ink)
    differs = [
        x
        for x in range(round(170 * scale), plain.width())
        if any(plain.pixel(x, y) != with_chip.pixel(x, y) for y in rows)
    ]
    assert stop - 4 * scale < max(differs) < stop
