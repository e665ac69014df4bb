"""What people expect of any desktop program: preferences, recent projects, coming back, help."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from annotator.cli import main
from annotator.store import Project
from annotator.ui.article.view_position import ViewPosition
from annotator.ui.help.about_dialog import AboutDialog
from annotator.ui.preferences.dialog import PreferencesDialog
from annotator.ui.settings import Settings, log_path, settings_path
from annotator.ui.theme.theme import DARK
from tests.ui.driving import Driver, boxes, each_annotated, run_main, stored, visible

Projects = Callable[..., Path]
NEWS = "Ann Lee met Bob Ray in Oslo."
LONG = "\n\n".join(f"Paragraph {number} says something of its own, 😀 too." for number in range(80))


def preferring(driver: Driver, act: Callable[[PreferencesDialog], object], key: Qt.Key) -> None:
    """Open the preferences with their key, act, and leave with Return or Esc."""

    def answer() -> None:
        dialog = next(w for w in QApplication.topLevelWidgets()
                      if isinstance(w, PreferencesDialog) and visible(w))  # fmt: skip
        act(dialog)
        box = dialog.findChild(QDialogButtonBox)
        assert box is not None
        wanted = box.StandardButton.Ok if key == Qt.Key.Key_Return else box.StandardButton.Cancel
        box.button(wanted).click()

    QTimer.singleShot(0, answer)
    driver.control(",")
    driver.window.activateWindow()
    driver.settle()


def test_preferences_take_effect_at_once_and_stay(project_of: Projects) -> None:
    project = project_of(NEWS)

    def change(dialog: PreferencesDialog) -> None:
        dialog.name.setEditText("zoe")
        dialog.theme_name.choose_value("dark")
        dialog.pixels.setValue(22)
        dialog.idle.setValue(300)
        dialog.leads.setChecked(True)

    def script(driver: Driver) -> None:
        preferring(driver, change, Qt.Key.Key_Return)
        assert driver.window.session.annotator == "zoe"
        assert driver.view.theme == DARK
        assert driver.view.reading.size == 22
        driver.select("Oslo")
        driver.key("3")

    def look(driver: Driver) -> None:
        def check(dialog: PreferencesDialog) -> None:
            chosen = dialog.chosen()
            assert (chosen.annotator, chosen.theme_name) == ("zoe", "dark")
            assert (chosen.reading.size, chosen.idle_seconds, chosen.leads) == (22, 300, True)
            dialog.pixels.setValue(30)

        preferring(driver, check, Qt.Key.Key_Escape)
        assert driver.view.reading.size == 22

    run_main([str(project)], script)
    run_main([str(project)], look)
    assert len(stored(project, name="zoe").mentions) == 1
    assert len(stored(project, name="ada").mentions) == 0


def test_the_about_box_copies_versions_the_log_opens_and_an_empty_name_is_none(
    qtbot, project_of: Projects
) -> None:
    def empty_name(driver: Driver) -> None:
        preferring(driver, lambda dialog: dialog.name.setEditText("  "), Qt.Key.Key_Return)
        assert driver.window.session.annotator == "ada"

    def about(driver: Driver) -> None:
        driver.window.workspace.actions["about"].trigger()
        box = next(w for w in driver.window.findChildren(AboutDialog) if visible(w))
        names = {row[0]: row for row in box.rows}
        assert {"Annotator", "Python", "Qt", "SQLite", "PySide6-Essentials"} <= set(names)
        assert all(licence for _, _, licence in box.rows)
        buttons = box.findChildren(QDialogButtonBox)[0].buttons()
        next(button for button in buttons if "Copy" in button.text()).click()
        assert f"Qt {names['Qt'][1]}\n" in QGuiApplication.clipboard().text()

    opener = _Opener()

    def log(driver: Driver) -> None:
        qtbot.waitUntil(log_path().exists)
        QDesktopServices.setUrlHandler("file", opener, "open")
        try:
            driver.window.workspace.actions["show_log"].trigger()
        finally:
            QDesktopServices.unsetUrlHandler("file")
        assert opener.opened == [str(log_path())]
        log_path().rename(log_path().with_suffix(".old"))
        driver.window.workspace.actions["show_log"].trigger()
        assert str(log_path()) in boxes()[0].text()

    each_annotated(project_of, NEWS, empty_name, about, log)


def test_a_pause_as_long_as_preferred_counts_as_work(
    project_of: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        preferring(driver, lambda dialog: dialog.idle.setValue(500), Qt.Key.Key_Return)
        driver.window.session.record_working_time()
        clock = iter(range(0, 100_000, 400))
        monkeypatch.setattr(driver.window.session._stopwatch, "_clock", lambda: float(next(clock)))
        driver.select("Oslo")
        driver.key("3")

    run_main([str(project)], script)
    assert stored(project).head.seconds >= 400


def test_coming_back_one_finds_article_selection_and_page_as_they_were(
    project_of: Projects,
) -> None:
    project, seen = project_of(NEWS, LONG), []

    def leave(driver: Driver) -> None:
        driver.control(Qt.Key.Key_PageDown)
        start, end = driver.find("Paragraph 50 says")
        driver.select("Paragraph 50 says")
        bar = driver.view.verticalScrollBar()
        bar.setValue(bar.value() + 60)
        driver.settle()
        assert driver.view.selection() == (start, end)
        seen.append(driver.view.place())

    def look(driver: Driver) -> None:
        assert driver.selected() == "Paragraph 50 says"
        seen.append(driver.view.place())

    run_main([str(project)], leave)
    run_main([str(project)], look)
    assert seen[0] == seen[1]
    assert seen[0].top > 0


@pytest.mark.parametrize("words", ["", "x", "1 2", "1 2 3 4", "-1 2 3", "9 9 9"])
def test_a_place_that_is_none_is_the_start(words: str) -> None:
    place = ViewPosition.from_words(words)
    assert place == (ViewPosition(9, 9, 9) if words == "9 9 9" else ViewPosition())
    assert place.within(5) == (ViewPosition(5, 5, 5) if words == "9 9 9" else ViewPosition())
    assert ViewPosition.from_words(place.to_words()) == place


def test_the_projects_open_before_are_in_a_menu(
    qtbot, project_of: Projects, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, gone = project_of(NEWS), tmp_path / "b & c.annotator", tmp_path / "x.annotator"
    for path in (second, gone):
        assert main(["new", str(path)]) == 0
    run_main([str(gone)], lambda driver: None)
    run_main([str(second)], lambda driver: None)
    gone.unlink()

    def script(driver: Driver) -> None:
        recent = driver.window.workspace.files.recent
        recent.aboutToShow.emit()
        words = [action.text() for action in recent.actions() if action.text()]
        assert len(words) == 2
        assert words[0].startswith("&1  b && c ")
        recent.actions()[0].trigger()
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, type(driver.window))]
        assert [w.project.path for w in windows if visible(w)] == [second]

    run_main([str(first)], script)
    recent = Settings(settings_path()).recent_projects
    assert recent[:2] == [second.resolve(), first.resolve()]

    def forget(driver: Driver) -> None:
        menu = driver.window.workspace.files.recent
        menu.fill()
        menu.actions()[-1].trigger()
        menu.fill()
        assert [action.isEnabled() for action in menu.actions()] == [False]

    run_main([str(first)], forget)


class _Opener(QObject):
    """Stands where the desktop's programs for files are."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


def test_a_project_of_the_last_time_with_fewer_letters_opens_all_the_same(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)
    run_main([str(project)], lambda driver: None)
    with Project.open(project) as opened:
        article = opened.article(1)
    settings = Settings(settings_path())
    settings.set_last_article(project, article.id)
    settings.set_last_place(project, ViewPosition(5_000, 6_000, 5_000))
    settings.save()
    run_main([str(project)], lambda driver: driver.select("Oslo"))


def test_another_width_of_the_window_leaves_the_page_at_its_place(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Paragraph 40 says")
        driver.view.go_to(driver.view.place()._replace(top=driver.find("Paragraph 39")[0]))
        driver.settle()
        before = driver.view.place()
        for width in (700, 820, 960, 760, 1440):
            driver.window.resize(width, 900)
            driver.settle()
        assert driver.view.place() == before
        assert before.top == driver.find("Paragraph 39")[0]

    run_main([str(project_of(LONG))], script)
