"""The order of the actions in the menu bar."""

from collections.abc import Iterable
from typing import Final

from annotator.ui.actions.action import Menu
from annotator.ui.actions.commands import Command

MENU_ORDER: Final[dict[Menu, tuple[tuple[str, ...], ...]]] = {
    Menu.FILE: (
        ("new_project", "open_project"),
        ("import_files", "import_folder", "import_report", "export_file", "export_pdf",
         "print_article"),
        ("backups", "show_trash", "change_annotator", "preferences"),
        ("close",),
    ),
    Menu.EDIT: (
        ("undo", "redo"),
        ("copy", "copy_marked"),
        ("find", "find_next", "find_previous", "find_in_project"),
        ("edit_note", "toggle_flag", "note_article", "flag_article"),
        ("delete", "move_to_trash"),
        ("edit_scheme",),
    ),
    Menu.ANNOTATE: (
        ("mark_as",),
        ("quote", "add_content", "cue", "source", "addressee", "quote_type", "attributes"),
        ("rename_entity", "merge_entities", "join_entity", "all_occurrences", "replace_labels"),
        ("done_next", "skip_next", "reopen"),
    ),
    Menu.GO: (
        ("next_span", "previous_span", "cycle_spans"),
        ("next_name", "previous_name", "next_quoted", "previous_quoted", "next_concern",
         "previous_concern"),
        ("next_sentence", "previous_sentence", "next_paragraph", "previous_paragraph"),
        ("grow_selection", "shrink_selection", "lengthen_end", "shorten_end", "shorten_start",
         "lengthen_start"),
    ),
    Menu.VIEW: (
        ("next_article", "previous_article"),
        ("filter_articles", "show_articles"),
        ("focus_text", "focus_quotes", "focus_entities"),
        ("zoom_in", "zoom_out", "zoom_reset", "show_reading"),
        ("layer_quotes", "layer_entities", "layer_links", "show_badges"),
        ("focus_mode", "show_lists", "lists_below", "show_minimap"),
        ("statistics",),
        ("follow_system", "light_theme", "dark_theme", "light_contrast", "dark_contrast"),
    ),
    Menu.SUGGEST: (
        ("suggest",),
        ("next_suggestion", "previous_suggestion", "accept_suggestion", "reject_suggestion"),
        ("accept_above", "reject_rest"),
        ("suggest_by_itself", "choose_suggester", "uncertain_first", "hold_back"),
        ("train_model", "show_training"),
    ),
    Menu.REVIEW: (
        ("review", "focus_review", "side_by_side", "take_majority", "accept_work"),
        ("show_comments", "show_agreement"),
        ("merge_files",),
    ),
    Menu.HELP: (
        ("guidelines", "palette", "shortcut_sheet", "change_keys"),
        ("show_log", "about"),
    ),
}  # fmt: skip
"""The ids of the actions of each menu, in sections with a separator between them.

An action of a menu that is not listed here is in a last section of that menu.
"""

_MENUS: Final = list(Menu)
_PLACES: Final = {
    id_: (section, at)
    for sections in MENU_ORDER.values()
    for section, ids in enumerate(sections)
    for at, id_ in enumerate(ids)
}
_LAST: Final = (max(map(len, MENU_ORDER.values())), 0)


def in_menu_order(commands: Iterable[Command]) -> list[Command]:
    """Return the commands in the order of the menu bar, those without a menu last."""

    def order(command: Command) -> tuple[int, int, int]:
        menu = command.spec.menu
        at = len(_MENUS) if menu is None else _MENUS.index(menu)
        return (at, *_PLACES.get(command.id, _LAST))

    return sorted(commands, key=order)


def section_of(command: Command) -> int:
    """Return the number of the section of its menu that an action is in."""
    return _PLACES.get(command.id, _LAST)[0]
