"""The language of the window: whole in every screen, chosen in the preferences, mirrored."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QLocale, QModelIndex, QPoint, Qt, QTimer, QTranslator
from PySide6.QtGui import QFontDatabase
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

from annotator.core.guidelines import headings
from annotator.core.models import Article
from annotator.resources import resource
from annotator.services.presets import find_scheme, preset_names
from annotator.suggest import find_suggester
from annotator.ui.actions.action import Menu
from annotator.ui.app import application
from annotator.ui.i18n.translation import (
    LANGUAGES,
    SENTENCE,
    TEXT,
    format_number,
    read_catalogue,
    set_language,
    tr,
    tr_clauses,
    tr_count,
    tr_sentence,
)
from annotator.ui.main_window import MainWindow
from annotator.ui.preferences.dialog import PreferencesDialog
from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import Driver, project_at, run_main, visible
from tests.ui.screens import make_showcase, screens, with_screen
from tests.words import FOLDER, compiled, is_translated, update, written

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


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_window_is_translated_and_compiled(code: str) -> None:
    catalogue = update(code)
    assert [message.id for message in catalogue if message.id and not is_translated(message)] == []
    assert (FOLDER / f"{code}.po").read_bytes() == written(catalogue), "run make translations"
    assert (FOLDER / f"{code}.mo").read_bytes() == compiled(catalogue), "run make translations"


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_puts_in_what_the_text_puts_in(code: str) -> None:
    for message in update(code):
        if message.id and not message.pluralizable:
            places = sorted(PLACE.findall(message.id))
            assert sorted(PLACE.findall(message.string)) == places, message.id
        elif message.id:
            allowed = {place for form in message.id for place in PLACE.findall(form)}
            assert all(set(PLACE.findall(form)) <= allowed for form in message.string), message.id


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_an_access_key_only_where_the_text_has_one(code: str) -> None:
    for message in update(code):
        if isinstance(message.id, str) and message.id:
            count = len(ACCESS.findall(message.id))
            assert len(ACCESS.findall(message.string)) <= count, message.id


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


def test_a_sentence_of_the_layers_below_is_found_by_its_pattern() -> None:
    set_language(application(), "de")
    english = "Merge “Done” into “Ann Lee”"
    words = tr_sentence(english)
    assert words != english
    assert "“Done”" in words, "the words of an article are never translated"
    assert "“Ann Lee”" in words
    assert tr_sentence("nobody has ever said this") == "nobody has ever said this"


@pytest.mark.parametrize("code", OTHERS)
@given(
    words=st.text(
        st.characters(exclude_characters="“”\0", exclude_categories=["Cs", "Co"]), min_size=1
    ),
    other=st.sampled_from(["Done", "sold as new", "turned into gold", "a, by b", "it into that"]),
)
@example(words="sold as new and as old", other="turned into gold")
@example(words="\ue00099\ue002", other="Done")
def test_no_word_of_an_article_is_touched_in_a_sentence_about_it(
    code: str, words: str, other: str
) -> None:
    set_language(application(), code)
    for one, two in ((words, other), (other, words)):
        assert f"“{one}”" in tr_sentence(f"Mark “{one}” as Product")
        merged = tr_sentence(f"Merge “{one}” into “{two}”")
        assert f"“{one}”" in merged
        assert f"“{two}”" in merged
        assert not merged.startswith("Merge ")
        back = tr_sentence(f"“{one}” is back.")
        assert one in back
        assert "is back" not in back.replace(one, "")


def test_the_clauses_of_an_import_are_translated_one_by_one() -> None:
    set_language(application(), "de")
    words = tr_clauses("Imported: 2 articles new, 1 there already.")
    assert "2" in words
    assert "1" in words
    assert not re.search("articles|already", words)


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
    """Puts every text that was asked for between brackets."""

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's name
        return False

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        if context == "QShortcut" or (context == SENTENCE and "⟦" in text):
            return None
        return f"⟦{text}⟧"


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
    words = set(WORDS.findall(" ".join(texts)))
    # Rows that are too long are cut within words.
    return words | {word[:cut] for word in words for cut in range(3, len(word))}


WORDS = re.compile(r"[A-Za-z]{3,}")
_NAMES = """
    ada ben headline body day Aa Alt Shift Ctrl Esc Tab Del Ins Return Enter Space Home End Up Down
    Left Right PgUp PgDown Backspace Annotator annotator Python PSF Qt SQLite PySide Essentials
    pydantic orjson MPL MIT LGPL Apache or sqlite utils chardet BSD Inter Noto Serif Naskh Arabic
    SIL Open Font License Icons by Lucide ISC python crfsuite regex typing extensions
    nbsp quot Bridge closed We will win she said by far Ferry back Is this not mixed lead gold
"""


def test_no_text_of_any_screen_passes_the_translations_by(
    showcase: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange: dict[str, str] = {}
    marking = Marking(application())
    monkeypatch.setattr("annotator.ui.app.set_language", lambda *_: None)
    QCoreApplication.installTranslator(marking)

    def script(driver: Driver) -> None:
        known = _words_of_the_project(driver)

        def look(name: str, found: list[QWidget]) -> None:
            for top in (driver.window, *found):
                for widget in (top, *top.findChildren(QWidget)):
                    for text in texts_of(widget):
                        rest = _unmarked(re.sub("<[^>]*>", "", text))
                        if set(WORDS.findall(rest)) - known and not Path(text).is_absolute():
                            strange.setdefault(text, f"{name}: {type(widget).__name__}")

        for name, bring_up in screens().items():
            with_screen(driver, bring_up, partial(look, name))

    try:
        assert run_main([str(showcase)], script, size=(1000, 640)) == 0
    finally:
        QCoreApplication.removeTranslator(marking)
    assert not strange, "\n".join(strange)


def _unmarked(text: str) -> str:
    """What is outside all brackets."""
    before = None
    while before != text:
        before, text = text, re.sub("⟦[^⟦⟧]*⟧", "", text)
    return text


@pytest.mark.parametrize("code", OTHERS)
def test_every_screen_comes_up_in_every_language(showcase: Path, code: str) -> None:
    settings = Settings(settings_path())
    settings.language = code
    settings.save()
    seen: list[str] = []

    def script(driver: Driver) -> None:
        for name, bring_up in screens().items():
            with_screen(driver, bring_up, lambda _, name=name: seen.append(name))

    assert run_main([str(showcase)], script, size=(1000, 640)) == 0
    assert seen == list(screens())


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
        side = driver.window.workspace.side_panel
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
    assert [reason for reason in reasons if tr_sentence(reason) == reason] == []
