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
from annotator.ui.widgets.plain_text import set_tool_tip, with_no_mnemonic, without_mnemonics

_Standard = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class Spec:
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
    Spec("new_project", "&New project…", "&File", (_Standard.New,)),
    Spec("open_project", "&Open project…", "&File", (_Standard.Open,)),
    Spec("import_files", "&Import articles…", "&File", ("Ctrl+I",), breaks=True),
    Spec("import_folder", "Import a &folder…", "&File", ("Ctrl+Shift+I",)),
    Spec("import_report", "Import repor&t", "&File"),
    Spec("export_file", "&Export…", "&File", ("Ctrl+E",)),
    Spec("export_pdf", "Export as P&DF…", "&File", needs_article=True),
    Spec("print_article", "&Print…", "&File", (_Standard.Print,), needs_article=True),
    Spec("backups", "&Backups…", "&File", breaks=True),
    Spec("show_trash", "Tras&h…", "&File"),
    Spec("change_annotator", "&Annotator name…", "&File"),
    Spec("preferences", "Preference&s…", "&File", ("Ctrl+,",)),
    Spec("close", "&Quit", "&File", ("Ctrl+Q",), breaks=True),
    Spec("undo", "&Undo", "&Edit", (_Standard.Undo,)),
    Spec("redo", "&Redo", "&Edit", (_Standard.Redo, "Ctrl+Y")),
    Spec("copy", "&Copy", "&Edit", (_Standard.Copy,), breaks=True),
    Spec("copy_marked", "Copy &with marks", "&Edit", ("Ctrl+Shift+C",), needs_article=True),
    Spec(
        "find", "F&ind in the article…", "&Edit", (_Standard.Find,), breaks=True, needs_article=True
    ),
    Spec("find_next", "Find ne&xt", "&Edit", ("F3",), needs_article=True),
    Spec("find_previous", "Find pre&vious", "&Edit", ("Shift+F3",), needs_article=True),
    Spec("find_in_project", "Find in the &project…", "&Edit", ("Ctrl+Shift+F",)),
    Spec("edit_note", "&Note…", "&Edit", ("N",), breaks=True),
    Spec("toggle_flag", "&Flag", "&Edit", ("F",)),
    Spec("note_article", "Note on the &article…", "&Edit", ("Shift+N",), needs_article=True),
    Spec("flag_article", "Flag the artic&le", "&Edit", ("Shift+F",), needs_article=True),
    Spec("delete", "&Delete", "&Edit", ("Del", "Backspace"), breaks=True),
    Spec("move_to_trash", "&Move to the trash", "&Edit", needs_article=True),
    Spec("edit_scheme", "&Scheme…", "&Edit", breaks=True),
    Spec("mark_as", "&Find a label…", "&Annotate", ("Ctrl+Shift+L",), needs_article=True),
    Spec("quote", "&Quote", "&Annotate", ("Q",), breaks=True),
    Spec("add_content", "Add to co&ntent", "&Annotate", ("Shift+Q",)),
    Spec("cue", "&Cue", "&Annotate", ("C",)),
    Spec("source", "&Source or speaker…", "&Annotate", ("S",)),
    Spec("addressee", "&Addressee", "&Annotate", ("A",)),
    Spec("quote_type", "Quote t&ype…", "&Annotate", ("T",)),
    Spec("attributes", "Attri&butes…", "&Annotate", ("Shift+A",)),
    Spec("rename_entity", "&Rename entity", "&Annotate", ("F2",), breaks=True),
    Spec("merge_entities", "&Merge entity with…", "&Annotate", ("M",)),
    Spec("join_entity", "Mention of an &entity…", "&Annotate", ("P",)),
    Spec("all_occurrences", "All &occurrences…", "&Annotate", ("R",)),
    Spec("replace_labels", "Replace &labels…", "&Annotate"),
    Spec("done_next", "&Done and next", "&Annotate", ("Ctrl+Return", "Ctrl+Enter"), breaks=True),
    Spec("skip_next", "S&kip and next", "&Annotate", ("Ctrl+Shift+Return",)),
    Spec("reopen", "Mark as &to do", "&Annotate"),
    Spec("next_span", "Ne&xt span", "&Go", ("J",)),
    Spec("previous_span", "Pre&vious span", "&Go", ("K",)),
    Spec("cycle_spans", "&Overlapping span", "&Go", ("O",)),
    Spec("next_name", "Next &name without a label", "&Go", ("W",), breaks=True),
    Spec("previous_name", "Previous name without a label", "&Go", ("Shift+W",)),
    Spec("next_quoted", "Next &quoted words without a quote", "&Go", ("E",)),
    Spec("previous_quoted", "Previous quoted words without a quote", "&Go", ("Shift+E",)),
    Spec("next_concern", "Next &warning", "&Go", ("F8",)),
    Spec("previous_concern", "Previous warning", "&Go", ("Shift+F8",)),
    Spec("next_sentence", "Next &sentence", "&Go", (".",), breaks=True),
    Spec("previous_sentence", "Previous sentence", "&Go", (",",)),
    Spec("next_paragraph", "Next &paragraph", "&Go", ("Ctrl+Down",)),
    Spec("previous_paragraph", "Previous paragraph", "&Go", ("Ctrl+Up",)),
    Spec("grow_selection", "Se&lect more", "&Go", ("X",), breaks=True),
    Spec("shrink_selection", "Select less", "&Go", ("Shift+X",)),
    Spec("lengthen_end", "&End one word on", "&Go", ("]",)),
    Spec("shorten_end", "End one word back", "&Go", ("[",)),
    Spec("shorten_start", "S&tart one word on", "&Go", ("}",)),
    Spec("lengthen_start", "Start one word back", "&Go", ("{",)),
    Spec("next_article", "&Next article", "&View", ("Ctrl+PgDown", "Alt+Right")),
    Spec("previous_article", "&Previous article", "&View", ("Ctrl+PgUp", "Alt+Left")),
    Spec("filter_articles", "&Filter articles", "&View", ("Ctrl+L",), breaks=True),
    Spec("show_articles", "&Article list", "&View", ("F9",)),
    Spec("focus_text", "Go to the &text", "&View", ("Ctrl+1",), breaks=True),
    Spec("focus_quotes", "Go to the &quotes", "&View", ("Ctrl+2",)),
    Spec("focus_entities", "Go to the &entities", "&View", ("Ctrl+3",)),
    Spec("zoom_in", "&Zoom in", "&View", (_Standard.ZoomIn, "Ctrl+="), breaks=True),
    Spec("zoom_out", "Zoom &out", "&View", (_Standard.ZoomOut,)),
    Spec("zoom_reset", "&Usual size", "&View", ("Ctrl+0",)),
    Spec("show_reading", "&Reading…", "&View", ("F7",)),
    Spec("layer_quotes", "Show quotes", "&View", ("Ctrl+Alt+1",), breaks=True, checkable=True),
    Spec("layer_entities", "Show entit&ies", "&View", ("Ctrl+Alt+2",), checkable=True),
    Spec("layer_links", "Show lin&ks", "&View", ("Ctrl+Alt+3",), checkable=True),
    Spec("show_badges", "Show la&bel tabs", "&View", ("Ctrl+Alt+4",), checkable=True),
    Spec("focus_mode", "Onl&y the page", "&View", ("F11",), breaks=True, checkable=True),
    Spec("show_lists", "Quote and entity lists", "&View", ("Shift+F9",), checkable=True),
    Spec("lists_below", "Lists belo&w the text", "&View", ("Ctrl+F9",), checkable=True),
    Spec("show_minimap", "&Map of the spans", "&View", checkable=True),
    Spec("statistics", "Statisti&cs…", "&View", breaks=True),
    Spec("follow_system", "&System colours", "&View", breaks=True, checkable=True),
    Spec("light_theme", "&Light", "&View", checkable=True),
    Spec("dark_theme", "&Dark", "&View", checkable=True),
    Spec("light_contrast", "&High contrast, light", "&View", checkable=True),
    Spec("dark_contrast", "High contrast, dark", "&View", checkable=True),
    Spec("suggest", "&Suggest", "&Suggest", ("G",), needs_article=True),
    Spec("next_suggestion", "&Next suggestion", "&Suggest", breaks=True, needs_article=True),
    Spec("previous_suggestion", "&Previous suggestion", "&Suggest", needs_article=True),
    Spec("accept_suggestion", "&Accept it", "&Suggest", needs_article=True),
    Spec("reject_suggestion", "&Reject it", "&Suggest", needs_article=True),
    Spec(
        "accept_above",
        "Accept all a&bove…",
        "&Suggest",
        ("Ctrl+Shift+A",),
        breaks=True,
        needs_article=True,
    ),
    Spec(
        "reject_rest",
        "Reject the r&est",
        "&Suggest",
        ("Ctrl+Shift+Backspace",),
        needs_article=True,
    ),
    Spec(
        "suggest_by_itself",
        "S&uggest when an article opens",
        "&Suggest",
        breaks=True,
        checkable=True,
    ),
    Spec("choose_suggester", "Sugges&tions by…", "&Suggest"),
    Spec("uncertain_first", "Un&certain articles first", "&Suggest", checkable=True),
    Spec("hold_back", "&Hold suggestions back…", "&Suggest"),
    Spec("train_model", "&Learn from the articles done", "&Suggest", breaks=True),
    Spec("show_training", "&What was learnt…", "&Suggest"),
    Spec("review", "&Review others' annotations", "&Review", ("F6",), checkable=True),
    Spec("focus_review", "Go to the &differences", "&Review", ("Ctrl+4",)),
    Spec("side_by_side", "&Side by side…", "&Review", ("Ctrl+F6",)),
    Spec("take_majority", "Take what the &majority agrees on", "&Review"),
    Spec("accept_work", "A&ccept everybody's work on this article", "&Review"),
    Spec("show_remarks", "Remar&ks on my work…", "&Review", ("Shift+F6",), breaks=True),
    Spec("show_agreement", "&Agreement…", "&Review"),
    Spec("merge_files", "Mer&ge others' annotations…", "&Review", breaks=True),
    Spec("guidelines", "&Guidelines", "&Help", ("F1",), checkable=True),
    Spec("palette", "&Find an action…", "&Help", ("Ctrl+K",)),
    Spec("shortcut_sheet", "&Keys", "&Help", ("?",)),
    Spec("change_keys", "&Change keys…", "&Help"),
    Spec("show_log", "Show the &log", "&Help", breaks=True),
    Spec("about", "&About Annotator", "&Help"),
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
        action = QAction(with_no_mnemonic(f"{label.title} ({label.short})"), owner)
        set_tool_tip(action, without_mnemonics(action.text()))
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
        action = QAction(with_no_mnemonic(tr("{1} everywhere", label.title)), owner)
        set_tool_tip(action, without_mnemonics(action.text()))
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
