"""To paper, into a PDF, to the clipboard: with the marks, as vectors, light in any look."""

import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter

from annotator.cli import main
from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import Driver, answer_file_dialog, boxes, run_main

Projects = Callable[..., Path]
NEWS = "“We won,” Ann Lee said in Oslo.\n\nقال أحمد “نعم” أمس.\n\n😀 The end."
_BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def mark(driver: Driver) -> None:
    driver.select("Ann Lee")
    driver.key("1")
    driver.select("“We won,”")
    driver.key("q")
    driver.key(Qt.Key.Key_Escape)


def drawing(pdf: Path) -> str:
    """What the pages of the PDF are drawn with."""
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf.read_bytes(), re.DOTALL)
    streams = []
    for piece in found:
        try:
            streams.append(zlib.decompress(piece).decode("latin-1"))
        except zlib.error:
            continue
    return "\n".join(stream for stream in streams if " Tf" in stream or " re" in stream)


def pages(pdf: Path) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf.read_bytes()))


def paint(color: str) -> str:
    """How a PDF names a colour to fill with."""
    parts = QColor(color).getRgbF()[:3]
    return r"\s+".join(rf"{part:.4f}"[:5].rstrip("0").rstrip(".") + r"\d*" for part in parts)


def exported(driver: Driver, out: Path) -> Path:
    answer_file_dialog(out)
    driver.window.workspace.actions["export_pdf"].trigger()
    driver.settle()
    return out


@pytest.mark.parametrize("look", ["light_theme", "dark_theme"])
def test_a_pdf_has_the_text_and_the_marks_as_vectors_in_light_colours(
    project_of: Projects, tmp_path: Path, look: str
) -> None:
    def script(driver: Driver) -> None:
        driver.window.workspace.actions[look].trigger()
        mark(driver)
        pdf = exported(driver, tmp_path / "out.pdf")
        assert driver.said() == "Exported 1 page to out.pdf."
        shown = drawing(pdf)
        assert shown.count("Tj") > 20, "letters, not pictures of letters"
        assert b"/FontFile" in pdf.read_bytes()
        blue = LIGHT.tone("blue")
        for color in (blue.fill, blue.edge, LIGHT.speakers[0].fill, LIGHT.speakers[0].strong):
            assert re.search(paint(color), shown), color
        assert pages(pdf) == 1
        assert list(tmp_path.glob(".*part")) == []

    run_main([str(project_of(NEWS))], script)


def test_a_long_article_runs_over_many_pages(project_of: Projects, tmp_path: Path) -> None:
    text = "\n\n".join(f"Paragraph {n} says a few words about number {n}." for n in range(150))

    def script(driver: Driver) -> None:
        pdf = exported(driver, tmp_path / "long.pdf")
        count = pages(pdf)
        assert 4 < count < 20
        assert driver.said() == f"Exported {count} pages to long.pdf."

    run_main([str(project_of(text))], script)


def test_a_place_that_cannot_be_written_is_told_and_nothing_is_left(
    project_of: Projects, tmp_path: Path
) -> None:
    def script(driver: Driver) -> None:
        out = exported(driver, tmp_path / "nowhere" / "out.pdf")
        (box,) = boxes()
        assert box.text() == f"{out}: No such file or directory; choose another file."
        assert not out.parent.exists()

    run_main([str(project_of(NEWS))], script)


def test_printing_draws_the_same_pages(
    project_of: Projects, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "printed.pdf"

    def to_file(dialog: QPrintDialog) -> QPrintDialog.DialogCode:
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(out))
        return QPrintDialog.DialogCode.Accepted

    def script(driver: Driver) -> None:
        mark(driver)
        monkeypatch.setattr(QPrintDialog, "exec", to_file)
        driver.control("p")
        assert re.search(paint(LIGHT.tone("blue").fill), drawing(out))
        assert pages(out) == 1

    run_main([str(project_of(NEWS))], script)


def test_copying_takes_the_words_alone_or_with_their_marks(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver)
        driver.drag(driver.find("Ann")[0], driver.find("said")[1])
        driver.control("c")
        assert QGuiApplication.clipboard().text() == "Ann Lee said"
        driver.key("c", modifiers=_BOTH)
        assert QGuiApplication.clipboard().text() == "{[Ann Lee]PERSON}Q1.source {said}Q1.cue"
        assert driver.said() == "The selection is copied with its marks."
        driver.key(Qt.Key.Key_Escape)
        driver.key("c", modifiers=_BOTH)
        assert QGuiApplication.clipboard().text().startswith("{“We won,”}Q1(Ann Lee) {[Ann")

    run_main([str(project_of(NEWS))], script)


def test_without_an_article_there_is_nothing_to_print(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        actions = driver.window.workspace.actions
        for id_ in ("print_article", "export_pdf", "copy_marked"):
            assert not actions[id_].isEnabled()

    run_main([str(project_of())], script)


def test_the_command_line_writes_reading_copies_of_all_articles_into_one_pdf(
    tmp_path: Path, project_of: Projects
) -> None:
    path = project_of(NEWS, "A second one." + " Nobody annotated it." * 400)
    run_main([str(path)], mark)
    out = tmp_path / "copies.pdf"
    assert main(["export", str(path), str(out), "--format", "pdf-copy"]) == 0
    shown = drawing(out)
    for color in (LIGHT.tone("blue").fill, LIGHT.speakers[0].fill):
        assert re.search(paint(color), shown), color
    assert pages(out) == 5, "one, and four of the long article"
    assert not list(tmp_path.glob(".*part"))
    assert main(["export", str(path), str(out), "--format", "pdf-copy"]) == 1, "it is there"


def test_a_pdf_copy_says_what_it_does_not_show_before_it_is_written(
    project_of: Projects, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project_of(NEWS)
    run_main([str(path)], mark)
    out = path.parent / "copies.pdf"
    assert main(["export", str(path), str(out), "--format", "pdf-copy", "--dry-run"]) == 0
    assert "pdf-copy cannot hold, and would leave out:" in capsys.readouterr().out
    assert not out.exists()
