"""The actions of the window as the palette lists them: plain title, group, keys."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple, cast

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QAction, QKeySequence

from annotator.ui.actions.registry import SPECS
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.widgets.plain_text import strip_mnemonics

_LABELS = tr_later("Labels")
"""The group of the actions that mark with a label."""


_ALSO: Final = {
    "train_model": tr_later("train model machine learning"),
    "show_training": tr_later("training model scores figures"),
    "suggest": tr_later("predict pre-annotate automatic"),
    "suggest_by_itself": tr_later("automatic for all articles"),
    "choose_suggester": tr_later("model endpoint spacy source suggester"),
    "uncertain_first": tr_later("active learning"),
    "hold_back": tr_later("control group blind test"),
    "accept_above": tr_later("confidence threshold"),
    "review": tr_later("adjudicate curate compare gold"),
    "show_agreement": tr_later("kappa alpha reliability"),
    "side_by_side": tr_later("compare diff"),
    "merge_files": tr_later("combine import annotators"),
    "preferences": tr_later("settings options language font"),
    "change_keys": tr_later("shortcuts hotkeys keyboard"),
    "shortcut_sheet": tr_later("shortcuts hotkeys keyboard"),
    "change_annotator": tr_later("user name login"),
    "edit_scheme": tr_later("labels tagset types attributes schema"),
    "export_file": tr_later("save as download convert"),
    "import_files": tr_later("open load add documents texts"),
    "move_to_trash": tr_later("delete remove article"),
    "show_trash": tr_later("deleted restore bin"),
    "all_occurrences": tr_later("everywhere propagate"),
    "replace_labels": tr_later("relabel rename bulk"),
    "join_entity": tr_later("coreference link alias"),
    "merge_entities": tr_later("join combine coreference"),
    "source": tr_later("who said attribution"),
    "backups": tr_later("restore versions"),
    "statistics": tr_later("counts progress time charts"),
    "zoom_reset": tr_later("reset 100 default"),
    "focus_mode": tr_later("full screen distraction"),
    "dark_theme": tr_later("night mode theme"),
    "light_theme": tr_later("day mode theme"),
    "done_next": tr_later("finish complete submit"),
    "find_in_project": tr_later("search all articles"),
    "find": tr_later("search"),
    "show_log": tr_later("errors debug"),
    "guidelines": tr_later("manual instructions codebook"),
}
"""Other words that users may search an action by."""


class Command(NamedTuple):
    """One action. `id` is its name in the settings, `group` the menu that contains it."""

    id: str
    group: str
    action: QAction

    @property
    def title(self) -> str:
        """Its title, without access keys and dots."""
        return plain(self.action.text())

    @property
    def also(self) -> str:
        """Words for it that are not in its title, in the language of the window and in English."""
        words = _ALSO.get(self.id, "")
        return f"{tr(words)} {words}" if words else ""

    @property
    def keys(self) -> list[str]:
        """Its keys as this desktop writes them, without those that few keyboards have."""
        return [native(keys) for keys in self.action.shortcuts() if not is_rare(keys)]


def commands(actions: Mapping[str, QAction], labels: Mapping[str, QAction]) -> list[Command]:
    """Return all actions in menu order, those of labels before the others of "Annotate"."""
    found: list[Command] = []
    of_labels = tr(_LABELS)
    groups: dict[str, str] = {}
    for spec in SPECS:
        if spec.menu not in groups:
            groups[spec.menu] = plain(tr(spec.menu))
            if spec.menu == "&Annotate":
                found += [Command(a.objectName(), of_labels, a) for a in labels.values()]
        found.append(Command(spec.id, groups[spec.menu], actions[spec.id]))
    return found


def by_group(found: Iterable[Command]) -> dict[str, list[Command]]:
    groups: dict[str, list[Command]] = {}
    for command in found:
        groups.setdefault(command.group, []).append(command)
    return groups


def is_rare(keys: QKeySequence) -> bool:
    """Return whether it needs a key such as "Open", "Copy" or "Zoom in"."""
    # PySide's stubs do not know that a sequence has items.
    pressed = cast(Sequence[QKeyCombination], keys)
    return keys.count() > 0 and pressed[0].key() >= Qt.Key.Key_Back


def plain(words: str) -> str:
    """Return the title of a menu or an action without its access key and without "…"."""
    return strip_mnemonics(words).rstrip("…")


def native(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)
