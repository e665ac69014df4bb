"""Every action of the window as one table: its title, its keys, where it stands, what it calls."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from annotator.core.scheme import Scheme

_Standard = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class Spec:
    """One action. `id` is also the name of the method that does it."""

    id: str
    title: str
    menu: str
    keys: tuple[str | QKeySequence.StandardKey, ...] = ()
    breaks: bool = False
    """Whether a line in the menu sets it off from the one above."""
    needs_article: bool = False
    """Whether it is available only while an article is open."""


SPECS: Final = (
    Spec("new_project", "&New project…", "&File", (_Standard.New,)),
    Spec("open_project", "&Open project…", "&File", (_Standard.Open,)),
    Spec("import_files", "&Import articles…", "&File", ("Ctrl+I",), breaks=True),
    Spec("export_file", "&Export…", "&File", ("Ctrl+E",)),
    Spec("change_annotator", "&Annotator name…", "&File", breaks=True),
    Spec("close", "&Quit", "&File", ("Ctrl+Q",), breaks=True),
    Spec("undo", "&Undo", "&Edit", (_Standard.Undo,)),
    Spec("redo", "&Redo", "&Edit", (_Standard.Redo, "Ctrl+Y")),
    Spec("copy", "&Copy", "&Edit", (_Standard.Copy,), breaks=True),
    Spec("find", "F&ind in the article…", "&Edit", (_Standard.Find,), True, True),
    Spec("find_next", "Find ne&xt", "&Edit", ("F3",), needs_article=True),
    Spec("find_previous", "Find pre&vious", "&Edit", ("Shift+F3",), needs_article=True),
    Spec("edit_note", "&Note…", "&Edit", ("N",), breaks=True),
    Spec("toggle_flag", "&Flag", "&Edit", ("F",)),
    Spec("delete", "&Delete", "&Edit", ("Del", "Backspace"), breaks=True),
    Spec("quote", "&Quote", "&Annotate", ("Q",), breaks=True),
    Spec("add_content", "Add to c&ontent", "&Annotate", ("Shift+Q",)),
    Spec("cue", "&Cue", "&Annotate", ("C",)),
    Spec("source", "&Source or speaker…", "&Annotate", ("S",)),
    Spec("addressee", "&Addressee", "&Annotate", ("A",)),
    Spec("quote_type", "Quote &type…", "&Annotate", ("T",)),
    Spec("rename_entity", "&Rename entity", "&Annotate", ("F2",), breaks=True),
    Spec("merge_entities", "&Merge entity with…", "&Annotate", ("M",)),
    Spec("done_next", "&Done and next", "&Annotate", ("Ctrl+Return", "Ctrl+Enter"), breaks=True),
    Spec("skip_next", "S&kip and next", "&Annotate", ("Ctrl+Shift+Return",)),
    Spec("reopen", "Mark as &to do", "&Annotate"),
    Spec("next_article", "&Next article", "&View", ("Ctrl+PgDown", "Alt+Right")),
    Spec("previous_article", "&Previous article", "&View", ("Ctrl+PgUp", "Alt+Left")),
    Spec("filter_articles", "&Filter articles", "&View", ("Ctrl+L",), breaks=True),
    Spec("show_articles", "&Article list", "&View", ("F9",)),
    Spec("focus_text", "Go to the &text", "&View", ("Ctrl+1",), breaks=True),
    Spec("focus_quotes", "Go to the &quotes", "&View", ("Ctrl+2",)),
    Spec("focus_entities", "Go to the &entities", "&View", ("Ctrl+3",)),
    Spec("zoom_in", "Zoom &in", "&View", (_Standard.ZoomIn, "Ctrl+="), breaks=True),
    Spec("zoom_out", "Zoom &out", "&View", (_Standard.ZoomOut,)),
    Spec("zoom_reset", "&Usual size", "&View", ("Ctrl+0",)),
    Spec("follow_system", "&System colours", "&View", breaks=True),
    Spec("light_theme", "&Light", "&View"),
    Spec("dark_theme", "Dar&k", "&View"),
    Spec("palette", "&Find an action…", "&Help", ("Ctrl+K",)),
    Spec("shortcut_sheet", "&Keys", "&Help", ("?",)),
    Spec("change_keys", "&Change keys…", "&Help"),
    Spec("about", "&About Annotator", "&Help", breaks=True),
)


def make_actions(owner: QWidget, deeds: Iterable[object]) -> dict[str, QAction]:
    """The actions of SPECS by id, each calling the method of that name of one of `deeds`."""
    methods = {
        spec.id: method
        for spec in SPECS
        for deed in deeds
        if (method := getattr(deed, spec.id, None)) is not None
    }
    made: dict[str, QAction] = {}
    for spec in SPECS:
        action = QAction(spec.title, owner)
        action.setShortcuts(list(_sequences(spec.keys)))
        action.setObjectName(spec.id)
        action.triggered.connect(_calling(methods[spec.id]))
        owner.addAction(action)
        made[spec.id] = action
    return made


def make_label_actions(
    owner: QWidget, scheme: Scheme, mark: Callable[[str], None]
) -> dict[str, QAction]:
    """One action for each label of the scheme, by the label's name."""
    made: dict[str, QAction] = {}
    for label in scheme.labels:
        action = QAction(f"{label.title} ({label.short})", owner)
        action.setObjectName(f"label-{label.name}")
        if label.key:
            action.setShortcut(QKeySequence(label.key))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(_calling(partial(mark, label.name)))
        owner.addAction(action)
        made[label.name] = action
    return made


def _sequences(keys: Iterable[str | QKeySequence.StandardKey]) -> Iterable[QKeySequence]:
    seen: set[str] = set()
    for key in keys:
        found = [QKeySequence(key)] if isinstance(key, str) else QKeySequence.keyBindings(key)
        for sequence in found:
            if sequence.toString() not in seen:
                seen.add(sequence.toString())
                yield sequence


def _calling(deed: Callable[[], object]) -> Callable[[bool], None]:
    def call(_checked: bool) -> None:
        deed()

    return call
