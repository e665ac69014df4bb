"""Nothing that comes out of a project or a file is shown as live HTML, on any screen."""

import ast
import json
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPoint,
    Qt,
    QTimer,
)
from PySide6.QtGui import QColor, QHelpEvent, QPixmap
from PySide6.QtGui import Qt as QtGui  # where PySide keeps mightBeRichText
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMessageBox,
    QTextEdit,
    QToolTip,
    QWidget,
)

import annotator.ui
from annotator.core.scheme import Attribute
from annotator.services.example import example_files
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.services.trash import delete_articles
from annotator.store import Project
from annotator.ui.import_export.file_dialogs import ask_save_path
from annotator.ui.jobs.progress import ProgressDialog
from annotator.ui.jobs.runner import ProgressReport
from annotator.ui.widgets.dialogs import show_error
from annotator.ui.widgets.plain_text import (
    PlainMessageBox,
    escape_mnemonic,
    escape_window_title,
    show_tool_tip,
    strip_mnemonics,
    tool_tip_text,
)
from tests.opens import Opens, needs_inotify
from tests.ui.driving import Driver, colors_in, run_main, visible
from tests.ui.screens import screens, with_screen

SPOOF = "From the makers: update needed"
TAGS = ("h1", "table", "b", "a href='http://example.invalid/'")
GRID = 5
SAME_ALL_OVER = (QAbstractButton, QComboBox, QLabel, QLineEdit)
"""These have one tool tip, wherever one points."""


def hostile(marker: Path, number: int, words: str) -> str:
    """Words behind HTML that would show a picture and a spoofed heading."""
    tag = TAGS[number % len(TAGS)]
    return f'<img src="{marker.as_uri()}"><{tag}>{SPOOF}</{tag.split()[0]}> &lt; {words}'


@pytest.fixture
def marker(tmp_path: Path) -> Path:
    """A picture that nobody has a reason to read."""
    picture = QPixmap(40, 40)
    picture.fill(Qt.GlobalColor.red)
    path = tmp_path / "SECRET.png"
    assert picture.save(str(path))
    return path


def hostile_project(path: Path, marker: Path) -> Path:
    """The example in which every name that anybody can choose is hostile."""
    bad = partial(hostile, marker)
    news = find_scheme("news")
    labels = [
        label._replace(
            title=bad(number, label.title),
            short=f"<b>{label.short}",
            description=bad(0, label.description),
        )
        for number, label in enumerate(news.labels)
    ]
    attributes = [
        Attribute("sure", bad(1, "sure"), "quote", "choice", (bad(2, "yes"), bad(3, "no"))),
        Attribute("true", bad(1, "true"), "entity"),
    ]
    scheme = news._replace(
        title=bad(0, "news"),
        labels=tuple(labels),
        quote_types=(*news.quote_types, bad(1, "odd")),
        attributes=tuple(attributes),
        guidelines=f"# {bad(0, 'Guidelines')}\n\n{bad(1, 'one')}\n\n![x]({marker.as_uri()})\n\n"
        f"<table><tr><td>{SPOOF}</td></tr></table>\n\n## Person\n\n{bad(2, 'two')}\n",
    )
    folder = path.parent
    *texts, annotations = example_files()
    works: list[Path] = []
    for number, name in enumerate(("ada", bad(1, "ben"))):
        work = _spoilt(json.loads(annotations.read_text(encoding="utf-8")), bad)
        work["annotator"] = name
        if number:
            work["quotes"] = work["quotes"][:-2]
            work["quotes"][1]["speakers"] = []
            work["quotes"][2]["type"] = "mixed"
        works.append(folder / f"work{number}.jsonl")
        works[-1].write_text(json.dumps(work), encoding="utf-8")
    (folder / "ada.jsonl").write_bytes(works[0].read_bytes())
    table = folder / "articles.csv"
    table.write_text(
        "headline,body,<h1>day\n<h1>One</h1>,“It will take <b>a week</b>,” Ann said.,2026-03-03\n"
        "<table>Two,It is back.,2026-03-02\n",
        encoding="utf-8",
    )
    with Project.create(path, scheme) as project:
        for work in works:
            assert import_files(project, [work]).files[0].error is None
        import_files(project, texts, annotator="ada")
        key = project.article_keys(annotator="ada")[0]
        project.add_comment(key, "ada", (155, 230), bad(1, "Is this not mixed?"), bad(0, "lead"))
        import_files(project, [table])
        gone = project.article_keys(annotator="ada")[-1:]
        delete_articles(project, gone, bad(0, "lead"))
    return path


def _spoilt(work: Any, bad: Callable[[int, str], str]) -> Any:
    article = work["article"]
    for number, key in enumerate(("title", "source", "published", "url", "language")):
        article[key] = bad(number, key)
    article["meta"] = {bad(0, "key"): bad(1, "value")}
    work["notes"], work["flags"] = bad(1, "note"), [bad(2, "flag")]
    for number, entity in enumerate(work["entities"]):
        entity["name"] = bad(number, entity["name"])
        entity["note"] = bad(number + 1, "a note")
        entity["link"] = bad(number, "Q1")
        entity["flags"] = [bad(number, "flag")]
        entity["attributes"] = {"true": True}
    for number, quote in enumerate(work["quotes"]):
        quote["note"] = bad(number, "a note")
        quote["flags"] = [bad(number, "flag")]
        quote["attributes"] = {"sure": bad(2, "yes")}
    return work


def widgets(tops: Iterable[QWidget]) -> Iterator[QWidget]:
    for top in tops:
        yield top
        for widget in top.findChildren(QWidget):
            # What comes and goes by itself while one looks, such as a tool tip, may have gone.
            if shiboken6.isValid(widget) and widget.metaObject().className() != "QTipLabel":
                yield widget


def live(words: object) -> bool:
    """Whether Qt would show these words as HTML."""
    return isinstance(words, str) and QtGui.mightBeRichText(words)


def faults_of(widget: QWidget) -> Iterator[str]:
    """What a widget holds that would be shown as live HTML of somebody else's."""
    if live(widget.toolTip()) or live(widget.whatsThis()):
        yield f"tool tip {widget.toolTip()[:80]!r}"
    if isinstance(widget, QLabel):
        words = widget.text()
        if widget.textFormat() == Qt.TextFormat.RichText:
            if "<img" in words or f">{SPOOF}" in words.replace("&gt;", ""):
                yield f"rich label {words[:80]!r}"
        elif widget.textFormat() != Qt.TextFormat.PlainText:
            yield f"label that guesses {words[:80]!r}"
    if isinstance(widget, QMessageBox) and widget.textFormat() != Qt.TextFormat.PlainText:
        yield f"message box {widget.text()[:80]!r}"
    if isinstance(widget, QTextEdit):
        yield from _document_faults(widget)
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        for tool_tip in _tool_tips(widget.model()):
            if live(tool_tip):
                yield f"tool tip of a row {tool_tip[:80]!r}"
    if isinstance(widget, QComboBox):
        for number in range(widget.count()):
            if live(widget.itemData(number, Qt.ItemDataRole.ToolTipRole)):
                yield "tool tip of a choice"
    for action in widget.actions():
        if live(action.toolTip()) or live(action.whatsThis()) or live(action.statusTip()):
            yield f"tool tip of the action {action.text()[:80]!r}"


def _document_faults(widget: QTextEdit) -> Iterator[str]:
    block = widget.document().begin()
    while block.isValid():
        # A tag of ours makes formats; a tag of theirs stands in the text and makes none.
        if block.text().startswith(SPOOF):
            yield f"text made of a tag: {block.text()[:80]!r}"
        if block.textList() is None and widget.document().rootFrame().childFrames():
            yield f"a table of theirs in {type(widget).__name__}"
            return
        block = block.next()


def _tool_tips(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[Any]:
    parent = QModelIndex() if parent is None else parent
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)
    for row in range(min(20, model.rowCount(parent))):
        for column in range(columns):
            yield model.index(row, column, parent).data(Qt.ItemDataRole.ToolTipRole)
    for way in Qt.Orientation:
        for section in range(min(20, columns)):
            yield model.headerData(section, way, Qt.ItemDataRole.ToolTipRole)


def hover(widget: QWidget) -> Iterator[str]:
    """What the tool tips say that come up at places spread over a widget."""
    grid = 1 if isinstance(widget, SAME_ALL_OVER) else GRID
    for number in range(grid * grid):
        x = (number % grid + 0.5) * widget.width() / grid
        y = (number // grid + 0.5) * widget.height() / grid
        place = QPoint(int(x), int(y))
        QToolTip.hideText()
        QApplication.sendEvent(
            widget, QHelpEvent(QEvent.Type.ToolTip, place, widget.mapToGlobal(place))
        )
        words = QToolTip.text()
        if words:
            yield words


@needs_inotify
def test_no_screen_shows_hostile_html_of_a_project_or_reads_a_file_for_it(
    tmp_path: Path, marker: Path, qapp: QApplication
) -> None:
    name = f"<h1>{SPOOF}<img src=SECRET.png>[*] & co.annotator"
    project = hostile_project(tmp_path / name, marker)
    faults: dict[str, str] = {}
    tips: set[str] = set()
    pointed_at: set[tuple[type, str]] = set()
    probe = Opens([marker])
    marker.read_bytes()
    assert probe.take(), "the probe is blind"

    def script(driver: Driver) -> None:
        def look(screen: str, found: list[QWidget]) -> None:
            dialogs = [top for top in found if top.windowType() == Qt.WindowType.Dialog]
            for widget in widgets([driver.window, *found]):
                where = f"{screen}: {type(widget).__name__} {widget.objectName()}"
                for fault in faults_of(widget):
                    faults.setdefault(fault, where)
                # What lies under a dialog was hovered over on the screens without one.
                above = not dialogs or widget.window() is not driver.window
                if isinstance(widget, SAME_ALL_OVER):
                    one = type(widget), widget.toolTip()
                    above = above and one not in pointed_at
                if visible(widget) and above:
                    if isinstance(widget, SAME_ALL_OVER):
                        pointed_at.add(one)
                    for words in hover(widget):
                        tips.add(words)
                        if live(words):
                            faults.setdefault(f"tool tip {words[:80]!r}", where)
                if probe.take():
                    faults.setdefault("the picture was read", where)

        for screen, bring_up in screens().items():
            with_screen(driver, bring_up, partial(look, screen))
        assert "& co" in driver.window.windowTitle()
        assert "[*]" in driver.window.windowTitle().replace("[*][*]", "[*]")

    try:
        assert run_main([str(project)], script, size=(1000, 640)) == 0
        assert not probe.take()
    finally:
        probe.close()
    assert not faults, "\n".join(f"{where}: {fault}" for fault, where in faults.items())
    assert any(SPOOF in words for words in tips), "no tool tip had hostile words to show"


@needs_inotify
def test_a_tool_tip_of_a_picture_is_its_words_and_the_picture_is_not_read(
    qtbot, marker: Path
) -> None:
    probe, widget = Opens([marker]), QWidget()
    qtbot.addWidget(widget)
    widget.show()
    try:
        words = hostile(marker, 0, "x")
        show_tool_tip(QPoint(50, 50), words, widget)
        shown = [w for w in QApplication.topLevelWidgets() if visible(w) and isinstance(w, QLabel)]
        (label,) = shown
        told = label.text().replace("\u2060", "")
        assert "".join(told.split()) == "".join(words.split())
        image = shown[0].grab().toImage()
        assert QColor(Qt.GlobalColor.red).rgb() not in colors_in(image)
        assert not probe.take()
    finally:
        QToolTip.hideText()
        probe.close()


def test_every_text_of_a_message_box_is_plain(qtbot) -> None:
    bad = f"<h1>{SPOOF}</h1>"
    box = PlainMessageBox(QMessageBox.Icon.Question, bad, bad)
    qtbot.addWidget(box)
    box.setInformativeText(bad)
    box.setDetailedText(bad)
    labels = [label for label in box.findChildren(QLabel) if SPOOF in label.text()]
    assert len(labels) == 2
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_a_problem_is_told_in_plain_text(qtbot, qapp: QApplication) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    show_error(parent, "Annotator", f"<h1>{SPOOF}</h1>: no such file", [f"<b>{SPOOF}</b>"])
    (box,) = parent.findChildren(QMessageBox)
    assert list(faults_of(box)) == []
    box.button(QMessageBox.StandardButton.Ok).click()
    assert not box.isVisible()


@needs_inotify
def test_the_question_whether_to_replace_a_file_shows_its_name_and_reads_no_picture(
    qtbot, marker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = marker.parent
    monkeypatch.chdir(folder)
    name = f"<h1>{SPOOF}<img src=SECRET.png>.csv"
    (folder / name).write_text("there already", encoding="utf-8")
    parent = QWidget()
    qtbot.addWidget(parent)
    seen: list[tuple[str, Qt.TextFormat, bool]] = []

    def look() -> None:
        boxes = [w for w in QApplication.topLevelWidgets() if isinstance(w, QMessageBox)]
        for box in filter(visible, boxes):
            box.grab()
            (label,) = (w for w in box.findChildren(QLabel) if SPOOF in w.text())
            seen.append((label.text(), label.textFormat(), probe.take()))
            box.reject()

    def press() -> None:
        (dialog,) = (w for w in parent.findChildren(QFileDialog) if visible(w))
        probe.take()
        QTimer.singleShot(100, look)
        dialog.accept()
        dialog.reject()

    probe = Opens([marker])
    try:
        QTimer.singleShot(100, press)
        assert ask_save_path(parent, "Save", folder / name, "") is None
        ((words, form, opened),) = seen
        assert name in words
        assert form == Qt.TextFormat.PlainText
        assert not opened
    finally:
        probe.close()


def test_the_words_of_a_running_job_are_plain(qtbot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ProgressDialog("<b>one", parent)
    dialog.show_progress(ProgressReport(1, 2, f"<h1>{SPOOF}</h1>"))
    labels = dialog.findChildren(QLabel)
    assert {"<b>one", f"<h1>{SPOOF}</h1>"} <= {label.text() for label in labels}
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


MARKUP = st.text(st.sampled_from("<>&;/!?-= \n\t\"'abhltimgpre123\u202e\u202a\u2066\u2067\u2069\0"))


@given(st.one_of(st.text(), MARKUP))
@example("<img src='x'>")
@example("\n\n<b>x")
@example("<?xml version='1'?><p>x</p>")
@example("<!DOCTYPE html>x")
@example("&lt;b&gt;")
def test_a_tool_tip_of_any_words_is_plain_and_keeps_to_its_line(words: str) -> None:
    shown = tool_tip_text(words)
    assert not live(shown)
    assert max(map(len, shown.split("\n"))) <= 2 * 90
    for line in shown.split("\n"):
        open_ = 0
        for sign in line:
            assert sign not in "\u202a\u202b\u202c\u202d\u202e"
            open_ += {"\u2066": 1, "\u2067": 1, "\u2068": 1, "\u2069": -1}.get(sign, 0)
            assert open_ >= 0
        assert open_ == 0
        assert not any(ord(sign) < 32 and sign != "\t" for sign in line)


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_a_short_tool_tip_says_its_words(words: str) -> None:
    if len(words) <= 90:
        assert tool_tip_text(words).replace("\u2060", "") == words.replace("\u2060", "")


def test_a_note_of_100_kb_makes_a_tool_tip_that_fits_the_screen() -> None:
    for note in ("word " * 20_000, "x" * 100_000, "line\n" * 20_000, "字" * 100_000):
        shown = tool_tip_text(note).split("\n")
        assert len(shown) <= 25
        assert max(map(len, shown)) <= 90
        assert shown[-1] == "…"


def test_an_ampersand_in_a_name_is_seen_in_menus_and_read_out() -> None:
    for name in ("R&D", "A & B", "&&", "a&"):
        assert strip_mnemonics(escape_mnemonic(name)) == name
    assert strip_mnemonics("&Open") == "Open"
    assert strip_mnemonics("Save && &close") == "Save & close"


def test_a_file_name_with_the_sign_of_changes_is_whole_in_the_title(qtbot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.setWindowTitle(escape_window_title("a[*]b"))
    assert widget.windowTitle() == "a[*][*]b"  # as Qt keeps what it shows as a[*]b


# The rule in the code: what Qt would guess at is made in plain_text, and nowhere else

_CALLS = {
    "setToolTip": "set_tool_tip",
    "setWhatsThis": "nothing yet",
    "setStatusTip": "nothing yet",
    "setTabToolTip": "nothing yet",
    "setTextFormat": "PlainLabel or rich_label",
    "setItemData": "nothing yet",
    "insertHtml": "nothing",
    "QLabel": "PlainLabel or rich_label",
    "QMessageBox": "PlainMessageBox",
    "QProgressDialog": "ProgressDialog",
    "QErrorMessage": "PlainMessageBox",
    "QTextBrowser": "GuidelinesView",
    "QWhatsThis": "nothing yet",
}
_ON_CLASSES = {
    "QToolTip": {"showText"},
    "QMessageBox": {"about", "critical", "information", "question", "warning"},
    "QInputDialog": {"getText", "getItem", "getMultiLineText", "getInt", "getDouble"},
}
_DOCUMENTS = {"setHtml": {"import_report", "agreement_dialog"}, "setMarkdown": {"guidelines_view"}}
"""Where escaped HTML of ours, and Markdown without HTML, become documents that read nothing."""


def breaches(source: str, name: str) -> list[str]:
    """What a module of the window makes by itself that belongs to plain_text."""
    tree = ast.parse(source)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        called = function.attr if isinstance(function, ast.Attribute) else ""
        called = function.id if isinstance(function, ast.Name) else called
        of = function.value if isinstance(function, ast.Attribute) else None
        class_ = of.id if isinstance(of, ast.Name) else ""
        own = isinstance(of, ast.Call) and isinstance(of.func, ast.Name) and of.func.id == "super"
        if called in _CALLS and not own:
            found.append(f"{name}:{node.lineno}: {called}; use {_CALLS[called]}")
        if called in _ON_CLASSES.get(class_, ()):
            found.append(f"{name}:{node.lineno}: {class_}.{called}")
        if called in _DOCUMENTS and name not in _DOCUMENTS[called]:
            found.append(f"{name}:{node.lineno}: {called}")
        if called == "QTextDocument" and name != "document":
            found.append(f"{name}:{node.lineno}: QTextDocument; use SelfContainedDocument")
        if called in ("addRow", "insertRow") and _is_text(node.args[called == "insertRow"]):
            found.append(f"{name}:{node.lineno}: {called} with words; use add_row")
        if (
            called == "setLabelText"
            and len(node.args) == 1
            and not _is_fixed(node.args[0])
            and name != "workspace"
        ):
            found.append(f"{name}:{node.lineno}: setLabelText; use progress_dialog")
    if "ToolTipRole" in source and "plain_text import" not in source:
        found.append(f"{name}: ToolTipRole without tip()")
    return found


def _is_text(node: ast.expr) -> bool:
    called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
    if isinstance(node, ast.Constant):
        return node.value != ""
    if isinstance(node, ast.Attribute):
        return node.attr in ("label", "name", "text", "title", "words")
    return isinstance(node, ast.JoinedStr) or called in ("tr", "tr_message")


def _is_fixed(node: ast.expr) -> bool:
    named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr"
    return named and len(node.args) == 1


def test_no_module_of_the_window_makes_a_text_that_qt_guesses_at() -> None:
    folder = Path(annotator.ui.__file__).parent
    modules = [path for path in folder.rglob("*.py") if path.name != "plain_text.py"]
    assert len(modules) > 100
    found = [b for path in modules for b in breaches(path.read_text("utf-8"), path.stem)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "QLabel(title)",
        "QtWidgets.QLabel()",
        "self.bar.setToolTip(article.title)",
        "QToolTip.showText(at, words)",
        "QMessageBox.warning(self, title, words)",
        "form.addRow(attribute.title, field)",
        "form.addRow(f'{name}:', field)",
        "page.setHtml(words)",
        "dialog.setLabelText(name)",
        "if role == ToolTipRole:\n    return self.name",
    ],
)
def test_the_rule_notices_what_breaks_it(source: str) -> None:
    assert breaches(source, "some")
