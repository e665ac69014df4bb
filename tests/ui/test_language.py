"""The language of the window: whole in every screen, chosen in the preferences, mirrored."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from babel.messages import Catalog, Message
from hypothesis import assume, given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QLocale, QModelIndex, QPoint, Qt, QTimer, QTranslator
from PySide6.QtGui import QFontDatabase, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QFontComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QSpinBox,
    QTabWidget,
    QTreeView,
    QWidget,
)

from annotator.core import edits
from annotator.core.guidelines import headings
from annotator.core.message import as_message, count_message, message, verbatim
from annotator.core.message_json import message_from_json, message_to_json
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.resources import resource
from annotator.services.presets import find_scheme, preset_names
from annotator.store import Project
from annotator.suggest import find_suggester
from annotator.ui.actions.action import Menu
from annotator.ui.app import application
from annotator.ui.i18n.gettext_translator import GettextTranslator
from annotator.ui.i18n.translation import (
    LANGUAGES,
    TEXT,
    format_number,
    read_catalogue,
    set_language,
    tr,
    tr_count,
    tr_message,
)
from annotator.ui.main_window import MainWindow
from annotator.ui.preferences.dialog import PreferencesDialog
from annotator.ui.settings import Settings, settings_path
from tests import words
from tests.ui.driving import Driver, project_at, run_main, visible
from tests.ui.screens import make_showcase, screens, with_screen

OTHERS = [code for code in LANGUAGES if code != "en"]
PLACE = re.compile(r"\{\w*\}")
ACCESS = re.compile(r"(?<!&)&(?!&)(.)")


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    set_language(application(), "en")
    yield
    set_language(application(), "en")


@pytest.fixture
def showcase(tmp_path: Path, qapp: QApplication) -> Path:
    """A project in which every screen has something to show."""
    return make_showcase(project_at(tmp_path))


# The catalogues


def translated(code: str) -> list[Message]:
    """The entries of the catalogue with a translation; the others are shown in English."""
    return [
        entry for entry in words.read_catalogue(code) if entry.id and words.is_translated(entry)
    ]


@pytest.mark.parametrize("code", OTHERS)
def test_what_the_window_reads_is_what_the_translators_wrote(code: str) -> None:
    compiled = words.compiled(words.read_catalogue(code))
    assert (words.FOLDER / f"{code}.mo").read_bytes() == compiled, "run make translations"


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_puts_in_what_the_text_puts_in(code: str) -> None:
    for entry in translated(code):
        if not entry.pluralizable:
            places = sorted(PLACE.findall(entry.id))
            assert sorted(PLACE.findall(entry.string)) == places, entry.id
        else:
            allowed = {place for form in entry.id for place in PLACE.findall(form)}
            assert all(set(PLACE.findall(form)) <= allowed for form in entry.string), entry.id


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_an_access_key_only_where_the_text_has_one(code: str) -> None:
    for entry in translated(code):
        if isinstance(entry.id, str):
            count = len(ACCESS.findall(entry.id))
            assert len(ACCESS.findall(entry.string)) <= count, entry.id


def test_every_text_stands_where_babel_finds_it() -> None:
    lost = []
    for path in sorted((words.ROOT / "annotator").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        texts = [(node, text) for node in calls if (text := _text_of_call(node)) is not None]
        known = set(words.texts_in(path)) if texts else set()
        lost += [f"{path}:{node.lineno}: {text}" for node, text in texts if text not in known]
    assert not lost, "\n".join(lost)


def _text_of_call(node: ast.Call) -> object:
    """The text of a call whose text is written in it, in any way; None for other calls."""
    if not isinstance(node.func, ast.Name):
        return None
    places = words.KEYWORDS.get(node.func.id, ())
    given = [node.args[place - 1] for place in places if place <= len(node.args)]
    chosen = [way for one in given if isinstance(one, ast.IfExp) for way in (one.body, one.orelse)]
    if not any(isinstance(one, ast.Constant | ast.JoinedStr) for one in (*given, *chosen)):
        return None
    texts = tuple(part.value if isinstance(part, ast.Constant) else part for part in given)
    return texts[0] if len(texts) == 1 else texts


def test_a_text_without_a_translation_is_shown_in_english(tmp_path: Path) -> None:
    catalogue = Catalog(locale="de")
    catalogue.add("Open", "Öffnen")
    catalogue.add("Close", "")
    catalogue.add(("{1} page", "{1} pages"), ("", ""))
    (tmp_path / "some.mo").write_bytes(words.compiled(catalogue))
    translator = GettextTranslator(tmp_path / "some.mo", application())
    QCoreApplication.installTranslator(translator)
    try:
        assert (tr("Open"), tr("Close"), tr("never extracted")) == (
            *("Öffnen", "Close", "never extracted"),
        )
        assert [tr_count(n, "{1} page", "{1} pages") for n in (1, 2)] == ["1 page", "2 pages"]
    finally:
        QCoreApplication.removeTranslator(translator)


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_two_entries_of_a_menu_share_an_access_key(code: str, seed: Path) -> None:
    menus: dict[str, list[str]] = {}

    def script(driver: Driver) -> None:
        bar = driver.window.menuBar().actions()
        menus[""] = [action.text() for action in bar]
        for action in bar:
            known = driver.window.workspace.actions
            menus[action.text()] = [
                a.text() for a in action.menu().actions() if a.objectName() in known
                and not a.objectName().startswith("label-")
            ]  # fmt: skip

    settings = Settings(settings_path())
    settings.language = code
    settings.save()
    assert run_main([str(seed)], script) == 0
    assert len(menus) == len(Menu)  # with the bar itself, without that of the labels
    for menu, titles in menus.items():
        keys = Counter(key.lower() for title in titles for key in ACCESS.findall(title))
        assert [key for key, times in keys.items() if times > 1] == [], (menu, titles)


# What is put together


def test_a_count_has_as_many_forms_as_the_language() -> None:
    def articles(count: int) -> str:
        return tr_count(count, "{1} article", "{1} articles")

    assert [articles(n) for n in (0, 1, 2, 1234)] == [
        "0 articles", "1 article", "2 articles", "1,234 articles",
    ]  # fmt: skip
    set_language(application(), "de")
    assert [articles(n) for n in (1, 2, 1234)] == ["1 Artikel", "2 Artikel", "1.234 Artikel"]
    set_language(application(), "ar")
    forms = [re.sub(r"[\d\u2066-\u2069]", "", articles(n)).strip() for n in (1, 2, 3, 11)]
    assert len(set(forms)) == 4


@pytest.mark.parametrize("code", OTHERS)
def test_a_message_is_translated_with_the_messages_in_it_and_without_its_hint(code: str) -> None:
    set_language(application(), code)
    inner = message("the text is empty").with_hint("; see: annotator --help")
    whole = tr_message(
        message("article {1}: {2}; count the offsets in code points and import again", "a", inner)
    )
    assert tr_message(message("the text is empty")) in whole
    assert "annotator" not in whole
    assert not re.search("empty|count|again", whole)
    assert tr_message(verbatim("the text is empty")) == "the text is empty"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_counts_of_a_message_are_said_as_the_window_says_counts(code: str) -> None:
    set_language(application(), code)
    for count in (0, 1, 2, 3, 11, 100, 1234):
        one, many = "{1} article", "{1} articles"
        assert tr_message(count_message(count, one, many)) == tr_count(count, one, many)
    several = message("Set {1}", [message("quotes"), "x, y"])
    assert tr(", ").join([tr("quotes"), "x, y"]) in tr_message(several)


def test_in_english_the_window_says_what_the_command_line_says() -> None:
    for one in (message("Set {1}", 1234), count_message(1, "{1} article", "{1} articles")):
        assert tr_message(one) == str(one)


ODD: Final = (
    "sold as new and as old",
    "{1} {2}",
    "“turned into” “gold",
    "\u200fشركة\u200f",
    "a\0b",
    "%n &x",
)


@pytest.mark.parametrize("code", OTHERS)
def test_no_word_of_an_article_is_touched_in_a_title_about_it(code: str) -> None:
    set_language(application(), code)
    assert_titles_keep_the_words()


@given(st.one_of(st.sampled_from(ODD), st.text(min_size=1)), st.sampled_from(ODD))
def assert_titles_keep_the_words(one: str, two: str) -> None:
    assume(one.isprintable() or one in ODD)
    for english in ("Mark {1} as {2}", "Merge {1} into {2}", "Rename {1} to {2}"):
        title = message_from_json(message_to_json(message(english, one, two)))
        pieces = re.split(r"\{\d\}", tr(english))
        places = re.findall(r"\{(\d)\}", tr(english))
        assert tr(english) != english
        shown = tr_message(title)
        for piece, place in zip(pieces, [*places, None], strict=True):
            assert shown.startswith(piece)
            shown = shown.removeprefix(piece)
            if place is not None:
                value = (one, two)[int(place) - 1]
                shown = shown.removeprefix("\u2068")
                assert shown.startswith(value)
                shown = shown.removeprefix(value).removeprefix("\u2069")
        assert shown == ""


def title_of_undo(driver: Driver) -> str:
    """What the menu says as soon as it opens."""
    action = driver.window.workspace.actions["undo"]
    (menu,) = (m for m in driver.window.findChildren(QMenu) if action in m.actions())
    menu.aboutToShow.emit()
    return action.text()


SOLD: Final = "The house was sold as new and as old, he said."


@pytest.mark.parametrize("code", OTHERS)
def test_the_undo_menu_is_in_the_language_and_leaves_the_words_of_the_article(
    tmp_path: Path, code: str
) -> None:
    settings = Settings(settings_path())
    settings.language = code
    settings.save()
    project = tmp_path / "p.annotator"
    with Project.create(project, find_scheme("news")) as made, made.importing() as target:
        target.add(Record(Article("a", SOLD, title="A")))
    said: list[str] = []

    def mark(driver: Driver) -> None:
        driver.window.session.said.connect(said.append)
        driver.select("sold as new")
        session = driver.window.session
        span = driver.find("sold as new")
        session.perform(lambda article, annotation: edits.mark(article, annotation, *span, "ORG"))
        said.append(title_of_undo(driver))

    def later(driver: Driver) -> None:
        said.append(title_of_undo(driver))
        driver.window.session.said.connect(said.append)
        driver.control("z")

    assert run_main([str(project)], mark) == 0
    assert run_main([str(project)], later) == 0
    assert len(said) == 3
    for text in said:
        assert "“sold as new”" in text
        assert not re.search("Mark|Undo| as ORG", text)


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert format_number(1234567) == "1,234,567"
    set_language(application(), "de")
    assert format_number(1234567) == "1.234.567"
    set_language(application(), "ar")
    assert format_number(1234567) == "1,234,567"


def test_a_latin_name_in_an_arabic_sentence_keeps_to_itself() -> None:
    set_language(application(), "ar")
    assert "\u2068a.csv\u2069" in tr("What do the columns of {1} hold?", "a.csv")


# The whole window


class Marking(QTranslator):
    """Puts every text that was asked for between brackets, as the language has it."""

    def __init__(self, app: QApplication, translators: Iterable[QTranslator]) -> None:
        """Take the language from these."""
        super().__init__(app)
        self._translators = list(translators)

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's name
        return False

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        if context == "QShortcut":
            return None
        found = (t.translate(context, text, disambiguation, n) for t in self._translators)
        return f"⟦{next(filter(None, found), text)}⟧"


def texts_of(widget: QWidget) -> Iterator[str]:
    """Everything that one widget shows or says."""
    yield from (widget.windowTitle(), widget.toolTip(), widget.accessibleName())
    yield from (action.text() for action in widget.actions())
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QGroupBox | QMenu):
        yield widget.title()
    elif isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    elif isinstance(widget, QSpinBox):
        yield from (widget.prefix(), widget.suffix())
    elif isinstance(widget, QComboBox) and not isinstance(widget, QFontComboBox):
        yield from (widget.itemText(row) for row in range(widget.count()))
    elif isinstance(widget, QTabWidget):
        yield from (widget.tabText(page) for page in range(widget.count()))
    elif isinstance(widget, QAbstractItemView):
        yield from _rows(widget)


def _rows(view: QAbstractItemView) -> Iterator[str]:
    model, none = view.model(), QModelIndex()
    if isinstance(view, QTreeView):
        for column in range(model.columnCount(none)):
            yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
    for row in range(model.rowCount(none)):
        index = model.index(row, 0)
        yield str(index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data() or "")


def _words_of_the_project(driver: Driver) -> set[str]:
    """What the screens may show as it is: texts and names of the project, keys, products."""
    project, scheme = driver.window.session.project, driver.window.session.scheme
    texts = [" ".join(LANGUAGES.values()), _NAMES, str(project.path)]
    for key in project.article_keys(annotator="ada"):
        article = project.article(key)
        texts += [article.text, article.title, article.source or "", article.id]
        for name in project.annotators():
            texts += [entity.name for entity in project.annotation(key, name).entities.values()]
    for label in scheme.labels:
        texts += [label.title, label.name, label.short, label.description]
    texts += [find_scheme(name).title for name in preset_names()]
    texts += QFontDatabase.families()
    texts += headings(scheme.guidelines)
    native = QKeySequence.SequenceFormat.NativeText
    actions = driver.window.workspace.actions
    for action in (actions[id_] for id_ in actions):
        texts += [keys.toString(native) for keys in action.shortcuts()]
    found = set(WORDS.findall(" ".join(texts)))
    # Rows that are too long are cut within words.
    return found | {word[:cut] for word in found for cut in range(3, len(word))}


WORDS = re.compile(r"[A-Za-z]{3,}")
_NAMES = """
    ada ben headline body day Aa Alt Shift Ctrl Esc Tab Del Ins Return Enter Space Home End Up Down
    Left Right PgUp PgDown Backspace Annotator annotator Python PSF Qt SQLite PySide Essentials
    pydantic orjson MPL MIT LGPL Apache or sqlite utils chardet BSD Inter Noto Serif Naskh Arabic
    SIL Open Font License Icons by Lucide ISC python crfsuite regex typing extensions
    nbsp quot Bridge closed We will win she said by far Ferry back Is this not mixed lead gold
"""


@pytest.mark.parametrize("code", OTHERS)
def test_every_screen_comes_up_and_no_text_of_any_passes_the_translations_by(
    showcase: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    settings = Settings(settings_path())
    settings.language = code
    settings.save()
    seen: list[str] = []
    strange: dict[str, str] = {}

    def set_marked_language(app: QApplication, choice: str) -> None:
        old = app.findChildren(QTranslator)
        set_language(app, choice)
        new = [t for t in app.findChildren(QTranslator) if t not in old]
        assert new
        QCoreApplication.installTranslator(Marking(app, new))

    monkeypatch.setattr("annotator.ui.app.set_language", set_marked_language)

    def script(driver: Driver) -> None:
        known = _words_of_the_project(driver)
        checked: set[str] = set()

        def look(name: str, found: list[QWidget]) -> None:
            seen.append(name)
            for top in (driver.window, *found):
                for widget in (top, *top.findChildren(QWidget)):
                    for text in texts_of(widget):
                        if text in checked:
                            continue
                        checked.add(text)
                        rest = _unmarked(re.sub("<[^>]*>", "", text))
                        if set(WORDS.findall(rest)) - known and not Path(text).is_absolute():
                            strange[text] = f"{name}: {type(widget).__name__}"

        for name, bring_up in screens().items():
            with_screen(driver, bring_up, partial(look, name))

    assert run_main([str(showcase)], script, size=(1000, 640)) == 0
    assert seen == list(screens())
    assert not strange, "\n".join(strange)


def _unmarked(text: str) -> str:
    """What is outside all brackets."""
    before = None
    while before != text:
        before, text = text, re.sub("⟦[^⟦⟧]*⟧", "", text)
    return text


# The choice


def choose_language(driver: Driver, code: str) -> None:
    """Choose it in the preferences, by their keys."""

    def answer() -> None:
        found = (w for w in QApplication.topLevelWidgets() if isinstance(w, PreferencesDialog))
        dialog = next(w for w in found if visible(w))
        dialog.language.choose_value(code)
        box = dialog.findChild(QDialogButtonBox)
        assert box is not None
        box.button(box.StandardButton.Ok).click()

    QTimer.singleShot(0, answer)
    driver.control(",")
    for _ in range(5):
        QApplication.processEvents()


def the_window() -> MainWindow:
    (window,) = (
        w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow) if visible(w)
    )
    return window


@pytest.mark.parametrize("code", OTHERS)
def test_the_window_speaks_the_language_as_soon_as_it_is_chosen(seed: Path, code: str) -> None:
    menus: list[list[str]] = []

    def script(driver: Driver) -> None:
        before = driver.text()
        choose_language(driver, code)
        after = Driver(the_window())
        assert after.text() == before, "the article stays open"
        menus.append([action.text() for action in after.window.menuBar().actions()])

    assert run_main([str(seed)], script) == 0
    catalogue = read_catalogue(code)
    titles = [menu.value for menu in Menu if menu is not Menu.LABELS]
    assert menus == [[catalogue.translate(TEXT, title) for title in titles]]
    assert Settings(settings_path()).language == code


def test_an_arabic_window_is_mirrored_and_its_article_keeps_its_own_way(seed: Path) -> None:
    places: dict[str, tuple[int, int]] = {}

    def look(driver: Driver, name: str) -> None:
        side = driver.window.workspace.lists.side
        driver.select("Iraq")
        left, right = (
            driver.point(driver.find("said")[0]),
            driver.point(driver.find("his country")[0]),
        )
        assert left.x() < right.x() or left.y() < right.y(), "English runs from the left"
        view = driver.view.mapTo(driver.window, QPoint(0, 0))
        places[name] = (view.x(), side.mapTo(driver.window, QPoint(0, 0)).x())

    def script(driver: Driver) -> None:
        look(driver, "en")
        choose_language(driver, "ar")
        look(Driver(the_window(), (1440, 900)), "ar")

    assert run_main([str(seed)], script) == 0
    (text, lists), (mirrored_text, mirrored_lists) = places["en"], places["ar"]
    assert text < lists
    assert mirrored_lists < mirrored_text


def test_the_desktop_chooses_where_nobody_did(monkeypatch: pytest.MonkeyPatch) -> None:
    german = QLocale(QLocale.Language.German)
    monkeypatch.setattr(QLocale, "system", staticmethod(lambda: german))
    set_language(application(), "")
    assert tr("&File") == read_catalogue("de").translate(TEXT, "&File")


def test_english_reads_no_catalogue(seed: Path) -> None:
    command = [sys.executable, "-c", _ENGLISH]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


_ENGLISH = """
import sys
from annotator.ui.app import application
from annotator.ui.i18n.translation import set_language
set_language(application(), "en")
assert "gettext" not in sys.modules or "annotator.ui.i18n.gettext_translator" not in sys.modules
"""


@pytest.mark.parametrize("code", OTHERS)
def test_why_something_is_suggested_is_said_in_the_language(code: str) -> None:
    text = next(resource("seeds").glob("*.txt")).read_text(encoding="utf-8")
    made = find_suggester("rules").suggest(Article("seed", text, language="en"))
    set_language(application(), code)
    reasons = {one.reason for one in (*made.quotes, *made.mentions)}
    assert len(reasons) > 8
    assert [reason for reason in reasons if tr_message(as_message(reason)) == str(reason)] == []
