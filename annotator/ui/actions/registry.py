"""The registry of all actions of the window: title, menu, keys, and the method it calls."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from annotator.core.scheme import Scheme
from annotator.ui.i18n.translation import tr
from annotator.ui.widgets.plain_text import escape_mnemonic, set_tool_tip, strip_mnemonics

_Standard = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action. `id` is also the name of the method that it calls."""

    id: str
    title: str
    menu: str
    keys: tuple[str | QKeySequence.StandardKey, ...] = ()
    breaks: bool = False
    """Whether a separator comes before it in the menu."""
    checkable: bool = False
    """Whether it is on or off; its method toggles it and checks it."""
    needs_article: bool = False
    """Whether it is available only while an article is open."""


SPECS: Final = (
    ActionSpec("new_project", "&New project…", "&File", (_Standard.New,)),
    ActionSpec("open_project", "&Open project…", "&File", (_Standard.Open,)),
    ActionSpec("import_files", "&Import articles…", "&File", ("Ctrl+I",), breaks=True),
    ActionSpec("import_folder", "Import a &folder…", "&File", ("Ctrl+Shift+I",)),
    ActionSpec("import_report", "Import repor&t", "&File"),
    ActionSpec("export_file", "&Export…", "&File", ("Ctrl+E",)),
    ActionSpec("export_pdf", "Export as P&DF…", "&File", needs_article=True),
    ActionSpec("print_article", "&Print…", "&File", (_Standard.Print,), needs_article=True),
    ActionSpec("backups", "&Backups…", "&File", breaks=True),
    ActionSpec("show_trash", "Tras&h…", "&File"),
    ActionSpec("change_annotator", "&Annotator name…", "&File"),
    ActionSpec("preferences", "Preference&s…", "&File", ("Ctrl+,",)),
    ActionSpec("close", "&Quit", "&File", ("Ctrl+Q",), breaks=True),
    ActionSpec("undo", "&Undo", "&Edit", (_Standard.Undo,)),
    ActionSpec("redo", "&Redo", "&Edit", (_Standard.Redo, "Ctrl+Y")),
    ActionSpec("copy", "&Copy", "&Edit", (_Standard.Copy,), breaks=True),
    ActionSpec("copy_marked", "Copy &with marks", "&Edit", ("Ctrl+Shift+C",), needs_article=True),
    ActionSpec(
        "find", "F&ind in the article…", "&Edit", (_Standard.Find,), breaks=True, needs_article=True
    ),
    ActionSpec("find_next", "Find ne&xt", "&Edit", ("F3",), needs_article=True),
    ActionSpec("find_previous", "Find pre&vious", "&Edit", ("Shift+F3",), needs_article=True),
    ActionSpec("find_in_project", "Find in the &project…", "&Edit", ("Ctrl+Shift+F",)),
    ActionSpec("edit_note", "&Note…", "&Edit", ("N",), breaks=True),
    ActionSpec("toggle_flag", "&Flag", "&Edit", ("F",)),
    ActionSpec("note_article", "Note on the &article…", "&Edit", ("Shift+N",), needs_article=True),
    ActionSpec("flag_article", "Flag the artic&le", "&Edit", ("Shift+F",), needs_article=True),
    ActionSpec("delete", "&Delete", "&Edit", ("Del", "Backspace"), breaks=True),
    ActionSpec("move_to_trash", "&Move to the trash", "&Edit", needs_article=True),
    ActionSpec("edit_scheme", "&Scheme…", "&Edit", breaks=True),
    ActionSpec("mark_as", "&Find a label…", "&Annotate", ("Ctrl+Shift+L",), needs_article=True),
    ActionSpec("quote", "&Quote", "&Annotate", ("Q",), breaks=True),
    ActionSpec("add_content", "Add to co&ntent", "&Annotate", ("Shift+Q",)),
    ActionSpec("cue", "&Cue", "&Annotate", ("C",)),
    ActionSpec("source", "&Source or speaker…", "&Annotate", ("S",)),
    ActionSpec("addressee", "&Addressee", "&Annotate", ("A",)),
    ActionSpec("quote_type", "Quote t&ype…", "&Annotate", ("T",)),
    ActionSpec("attributes", "Attri&butes…", "&Annotate", ("Shift+A",)),
    ActionSpec("rename_entity", "&Rename entity", "&Annotate", ("F2",), breaks=True),
    ActionSpec("merge_entities", "&Merge entity with…", "&Annotate", ("M",)),
    ActionSpec("join_entity", "Mention of an &entity…", "&Annotate", ("P",)),
    ActionSpec("all_occurrences", "All &occurrences…", "&Annotate", ("R",)),
    ActionSpec("replace_labels", "Replace &labels…", "&Annotate"),
    ActionSpec(
        "done_next", "&Done and next", "&Annotate", ("Ctrl+Return", "Ctrl+Enter"), breaks=True
    ),
    ActionSpec("skip_next", "S&kip and next", "&Annotate", ("Ctrl+Shift+Return",)),
    ActionSpec("reopen", "Mark as &to do", "&Annotate"),
    ActionSpec("next_span", "Ne&xt span", "&Go", ("J",)),
    ActionSpec("previous_span", "Pre&vious span", "&Go", ("K",)),
    ActionSpec("cycle_spans", "&Overlapping span", "&Go", ("O",)),
    ActionSpec("next_name", "Next &name without a label", "&Go", ("W",), breaks=True),
    ActionSpec("previous_name", "Previous name without a label", "&Go", ("Shift+W",)),
    ActionSpec("next_quoted", "Next &quoted words without a quote", "&Go", ("E",)),
    ActionSpec("previous_quoted", "Previous quoted words without a quote", "&Go", ("Shift+E",)),
    ActionSpec("next_concern", "Next &warning", "&Go", ("F8",)),
    ActionSpec("previous_concern", "Previous warning", "&Go", ("Shift+F8",)),
    ActionSpec("next_sentence", "Next &sentence", "&Go", (".",), breaks=True),
    ActionSpec("previous_sentence", "Previous sentence", "&Go", (",",)),
    ActionSpec("next_paragraph", "Next &paragraph", "&Go", ("Ctrl+Down",)),
    ActionSpec("previous_paragraph", "Previous paragraph", "&Go", ("Ctrl+Up",)),
    ActionSpec("grow_selection", "Se&lect more", "&Go", ("X",), breaks=True),
    ActionSpec("shrink_selection", "Select less", "&Go", ("Shift+X",)),
    ActionSpec("lengthen_end", "&End one word on", "&Go", ("]",)),
    ActionSpec("shorten_end", "End one word back", "&Go", ("[",)),
    ActionSpec("shorten_start", "S&tart one word on", "&Go", ("}",)),
    ActionSpec("lengthen_start", "Start one word back", "&Go", ("{",)),
    ActionSpec("next_article", "&Next article", "&View", ("Ctrl+PgDown", "Alt+Right")),
    ActionSpec("previous_article", "&Previous article", "&View", ("Ctrl+PgUp", "Alt+Left")),
    ActionSpec("filter_articles", "&Filter articles", "&View", ("Ctrl+L",), breaks=True),
    ActionSpec("show_articles", "&Article list", "&View", ("F9",)),
    ActionSpec("focus_text", "Go to the &text", "&View", ("Ctrl+1",), breaks=True),
    ActionSpec("focus_quotes", "Go to the &quotes", "&View", ("Ctrl+2",)),
    ActionSpec("focus_entities", "Go to the &entities", "&View", ("Ctrl+3",)),
    ActionSpec("zoom_in", "&Zoom in", "&View", (_Standard.ZoomIn, "Ctrl+="), breaks=True),
    ActionSpec("zoom_out", "Zoom &out", "&View", (_Standard.ZoomOut,)),
    ActionSpec("zoom_reset", "&Usual size", "&View", ("Ctrl+0",)),
    ActionSpec("show_reading", "&Reading…", "&View", ("F7",)),
    ActionSpec(
        "layer_quotes", "Show quotes", "&View", ("Ctrl+Alt+1",), breaks=True, checkable=True
    ),
    ActionSpec("layer_entities", "Show entit&ies", "&View", ("Ctrl+Alt+2",), checkable=True),
    ActionSpec("layer_links", "Show lin&ks", "&View", ("Ctrl+Alt+3",), checkable=True),
    ActionSpec("show_badges", "Show la&bel tabs", "&View", ("Ctrl+Alt+4",), checkable=True),
    ActionSpec("focus_mode", "Onl&y the page", "&View", ("F11",), breaks=True, checkable=True),
    ActionSpec("show_lists", "Quote and entity lists", "&View", ("Shift+F9",), checkable=True),
    ActionSpec("lists_below", "Lists belo&w the text", "&View", ("Ctrl+F9",), checkable=True),
    ActionSpec("show_minimap", "&Map of the spans", "&View", checkable=True),
    ActionSpec("statistics", "Statisti&cs…", "&View", breaks=True),
    ActionSpec("follow_system", "&System colours", "&View", breaks=True, checkable=True),
    ActionSpec("light_theme", "&Light", "&View", checkable=True),
    ActionSpec("dark_theme", "&Dark", "&View", checkable=True),
    ActionSpec("light_contrast", "&High contrast, light", "&View", checkable=True),
    ActionSpec("dark_contrast", "High contrast, dark", "&View", checkable=True),
    ActionSpec("suggest", "&Suggest", "&Suggest", ("G",), needs_article=True),
    ActionSpec("next_suggestion", "&Next suggestion", "&Suggest", breaks=True, needs_article=True),
    ActionSpec("previous_suggestion", "&Previous suggestion", "&Suggest", needs_article=True),
    ActionSpec("accept_suggestion", "&Accept it", "&Suggest", needs_article=True),
    ActionSpec("reject_suggestion", "&Reject it", "&Suggest", needs_article=True),
    ActionSpec(
        "accept_above",
        "Accept all a&bove…",
        "&Suggest",
        ("Ctrl+Shift+A",),
        breaks=True,
        needs_article=True,
    ),
    ActionSpec(
        "reject_rest",
        "Reject the r&est",
        "&Suggest",
        ("Ctrl+Shift+Backspace",),
        needs_article=True,
    ),
    ActionSpec(
        "suggest_by_itself",
        "S&uggest when an article opens",
        "&Suggest",
        breaks=True,
        checkable=True,
    ),
    ActionSpec("choose_suggester", "Sugges&tions by…", "&Suggest"),
    ActionSpec("uncertain_first", "Un&certain articles first", "&Suggest", checkable=True),
    ActionSpec("hold_back", "&Hold suggestions back…", "&Suggest"),
    ActionSpec("train_model", "&Learn from the articles done", "&Suggest", breaks=True),
    ActionSpec("show_training", "&What was learnt…", "&Suggest"),
    ActionSpec("review", "&Review others' annotations", "&Review", ("F6",), checkable=True),
    ActionSpec("focus_review", "Go to the &differences", "&Review", ("Ctrl+4",)),
    ActionSpec("side_by_side", "&Side by side…", "&Review", ("Ctrl+F6",)),
    ActionSpec("take_majority", "Take what the &majority agrees on", "&Review"),
    ActionSpec("accept_work", "A&ccept everybody's work on this article", "&Review"),
    ActionSpec("show_remarks", "Remar&ks on my work…", "&Review", ("Shift+F6",), breaks=True),
    ActionSpec("show_agreement", "&Agreement…", "&Review"),
    ActionSpec("merge_files", "Mer&ge others' annotations…", "&Review", breaks=True),
    ActionSpec("guidelines", "&Guidelines", "&Help", ("F1",), checkable=True),
    ActionSpec("palette", "&Find an action…", "&Help", ("Ctrl+K",)),
    ActionSpec("shortcut_sheet", "&Keys", "&Help", ("?",)),
    ActionSpec("change_keys", "&Change keys…", "&Help"),
    ActionSpec("show_log", "Show the &log", "&Help", breaks=True),
    ActionSpec("about", "&About Annotator", "&Help"),
)


def make_actions(owner: QWidget, groups: Iterable[object]) -> dict[str, QAction]:
    """Return the actions of SPECS by id, each calling that method of one of `groups`."""
    methods = {
        spec.id: method
        for spec in SPECS
        for group in groups
        if (method := getattr(group, spec.id, None)) is not None
    }
    made: dict[str, QAction] = {}
    for spec in SPECS:
        action = QAction(tr(spec.title), owner)
        action.setShortcuts(list(_sequences(spec.keys)))
        action.setObjectName(spec.id)
        action.setCheckable(spec.checkable)
        action.triggered.connect(_slot_for(methods[spec.id]))
        owner.addAction(action)
        made[spec.id] = action
    return made


def make_label_actions(
    owner: QWidget, scheme: Scheme, mark: Callable[[str], None]
) -> dict[str, QAction]:
    """Return one action for each label of the scheme, by the label's name."""
    made: dict[str, QAction] = {}
    for label in scheme.labels:
        action = QAction(escape_mnemonic(f"{label.title} ({label.short})"), owner)
        set_tool_tip(action, strip_mnemonics(action.text()))
        action.setObjectName(f"label-{label.name}")
        if label.key:
            action.setShortcut(QKeySequence(label.key))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(_slot_for(partial(mark, label.name)))
        owner.addAction(action)
        made[label.name] = action
    return made


def make_label_all_actions(
    owner: QWidget, scheme: Scheme, mark_all: Callable[[str], None]
) -> dict[str, QAction]:
    """Return the actions that mark all occurrences, on Alt and the label's key, by label name."""
    made: dict[str, QAction] = {}
    for label in scheme.labels:
        action = QAction(escape_mnemonic(tr("{1} everywhere", label.title)), owner)
        set_tool_tip(action, strip_mnemonics(action.text()))
        action.setObjectName(f"label-all-{label.name}")
        if label.key:
            action.setShortcut(QKeySequence(f"Alt+{label.key}"))
        action.triggered.connect(_slot_for(partial(mark_all, label.name)))
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


def _slot_for(run: Callable[[], object]) -> Callable[[bool], None]:
    def call(_checked: bool) -> None:
        run()

    return call
