"""The settings that are kept from one start of the program to the next."""

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from annotator.store import ARTICLE_ORDERS, ArticleOrder
from annotator.ui.article.text_settings import TextSettings
from annotator.ui.article.view_position import ViewPosition

_RECENT: Final = 9
_IDLE_SECONDS: Final = 60


class Settings:
    """Window geometry, last project, annotator name, theme and text settings, in an INI file."""

    def __init__(self, path: Path) -> None:
        self._values = QSettings(str(path), QSettings.Format.IniFormat)

    @property
    def last_project(self) -> Path | None:
        value = str(self._values.value("last_project", ""))
        return Path(value) if value else None

    @last_project.setter
    def last_project(self, path: Path) -> None:
        self._values.setValue("last_project", str(path))

    @property
    def notice(self) -> str:
        """A message that the next start is to show; empty if there is none."""
        return str(self._values.value("notice", ""))

    @notice.setter
    def notice(self, sentence: str) -> None:
        self._values.setValue("notice", sentence)

    @property
    def annotator(self) -> str:
        """The annotator's name; empty until one is given."""
        return str(self._values.value("annotator", ""))

    @annotator.setter
    def annotator(self, name: str) -> None:
        self._values.setValue("annotator", name)

    @property
    def theme_name(self) -> str:
        """The name of a theme, see `theme_called`, or "system"."""
        return str(self._values.value("look", "system"))

    @theme_name.setter
    def theme_name(self, theme_name: str) -> None:
        self._values.setValue("look", theme_name)

    @property
    def language(self) -> str:
        """The language of the window, a code of `language.LANGUAGES`; "" for the desktop's."""
        return str(self._values.value("language", ""))

    @language.setter
    def language(self, code: str) -> None:
        self._values.setValue("language", code)

    @property
    def reading(self) -> TextSettings:
        """How the text is laid out, and which layers are shown."""
        stored = {
            name: _converted(usual, self._values.value(f"reading/{name}"))
            for name, usual in TextSettings()._asdict().items()
        }
        return TextSettings(**stored).within_limits()

    @reading.setter
    def reading(self, reading: TextSettings) -> None:
        for name, value in reading._asdict().items():
            self._values.setValue(f"reading/{name}", str(value))

    def choice(self, name: str) -> bool:
        """Return whether the user has switched this on; off by default."""
        return str(self._values.value(f"choices/{name}", "")) == "True"

    def set_choice(self, name: str, *, on: bool) -> None:
        self._values.setValue(f"choices/{name}", str(on))

    def choice_in(self, project: Path, name: str) -> bool:
        """Return whether the user has switched this on in the project; off by default."""
        return self.choice(f"{name}/{_project_key(project)}")

    def set_choice_in(self, project: Path, name: str, *, on: bool) -> None:
        self.set_choice(f"{name}/{_project_key(project)}", on=on)

    def order_in(self, project: Path) -> ArticleOrder:
        """Return the order in which the user lists the articles of the project."""
        value = str(self._values.value(f"order/{_project_key(project)}", ""))
        return next((order for order in ARTICLE_ORDERS if order == value), ARTICLE_ORDERS[0])

    def set_order_in(self, project: Path, order: ArticleOrder) -> None:
        self._values.setValue(f"order/{_project_key(project)}", order)

    @property
    def idle_seconds(self) -> int:
        """The longest pause that still counts as work, in seconds."""
        value = str(self._values.value("idle_seconds", ""))
        return int(value) if value.isdecimal() else _IDLE_SECONDS

    @idle_seconds.setter
    def idle_seconds(self, seconds: int) -> None:
        self._values.setValue("idle_seconds", str(seconds))

    @property
    def recent_projects(self) -> list[Path]:
        """The projects opened recently, the last one first; some may no longer exist."""
        value = str(self._values.value("recent_projects", ""))
        return [Path(line) for line in value.split("\n") if line]

    def remember_project(self, path: Path) -> None:
        """Put the project first among the recent ones."""
        recent = [path, *(other for other in self.recent_projects if other != path)]
        lines = "\n".join(str(other) for other in recent[:_RECENT])
        self._values.setValue("recent_projects", lines)

    def forget_projects(self) -> None:
        self._values.remove("recent_projects")

    @property
    def backup_folder(self) -> Path | None:
        """The folder for backups of all projects; None for the user's data folder."""
        value = str(self._values.value("backup_folder", ""))
        return Path(value) if value else None

    @backup_folder.setter
    def backup_folder(self, folder: Path) -> None:
        self._values.setValue("backup_folder", str(folder))

    @property
    def leads(self) -> bool:
        """Whether the user leads the project and may view others' annotations."""
        return str(self._values.value("leads", "no")) == "yes"

    @leads.setter
    def leads(self, leads: bool) -> None:
        self._values.setValue("leads", "yes" if leads else "no")

    def keys(self, action: str) -> list[str] | None:
        """Return the keys the user gave an action, in portable form; None if it keeps its own."""
        value = self._values.value(f"keys/{action}")
        return None if value is None else str(value).split("\n") if value else []

    @property
    def has_keys(self) -> bool:
        """Whether the user gave any action other keys than its own."""
        return any(name.startswith("keys/") for name in self._values.allKeys())

    def set_keys(self, action: str, keys: list[str] | None) -> None:
        if keys is None:
            self._values.remove(f"keys/{action}")
        else:
            self._values.setValue(f"keys/{action}", "\n".join(keys))

    @property
    def recent_actions(self) -> list[str]:
        """The ids of the actions run from the palette, the last one first."""
        value = str(self._values.value("recent_actions", ""))
        return value.split("\n") if value else []

    def remember_action(self, id_: str) -> None:
        recent = [id_, *(other for other in self.recent_actions if other != id_)]
        self._values.setValue("recent_actions", "\n".join(recent[:_RECENT]))

    def state(self, name: str) -> QByteArray:
        """Return the state of a window or a splitter; empty if there is none yet."""
        value = self._values.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_state(self, name: str, state: QByteArray) -> None:
        self._values.setValue(name, state)

    def last_article(self, project: Path) -> str:
        """Return the id of the article that was open last in the project."""
        return str(self._values.value(_article_key(project), ""))

    def set_last_article(self, project: Path, article_id: str) -> None:
        self._values.setValue(_article_key(project), article_id)

    def last_place(self, project: Path) -> ViewPosition:
        """Return the selection and scroll position in that article."""
        return ViewPosition.from_words(
            str(self._values.value(f"{_article_key(project)}@place", ""))
        )

    def set_last_place(self, project: Path, place: ViewPosition) -> None:
        self._values.setValue(f"{_article_key(project)}@place", place.to_words())

    def save(self) -> None:
        """Write everything to the file now."""
        self._values.sync()


def settings_path() -> Path:
    """Return the path of this user's settings."""
    kind = QStandardPaths.StandardLocation.GenericConfigLocation
    return Path(QStandardPaths.writableLocation(kind)) / "annotator" / "annotator.ini"


def log_path() -> Path:
    """Return the path of this user's log."""
    kind = QStandardPaths.StandardLocation.GenericStateLocation
    return Path(QStandardPaths.writableLocation(kind)) / "annotator" / "annotator.log"


def _article_key(project: Path) -> str:
    return f"articles/{_project_key(project)}"


def _project_key(project: Path) -> str:
    return str(project.resolve()).replace("/", "|").replace("\\", "|")


def _converted(usual: str | int, stored: Any) -> Any:
    """Return the stored value in the type of `usual`; `usual` itself if it is not of that type."""
    if stored is None:
        return usual
    text = str(stored)
    if isinstance(usual, bool):
        return {"True": True, "False": False}.get(text, usual)
    if isinstance(usual, int):
        return int(text) if text.isdecimal() else usual
    return text or usual
