"""The actions of the window as people look for them: plain words, a group, their keys."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QAction, QKeySequence

from annotator.ui.actions import SPECS
from annotator.ui.language import tr, tr_later
from annotator.ui.plain_text import without_mnemonics

_LABELS = tr_later("Labels")
"""The group of the actions that mark with a label."""


class Command(NamedTuple):
    """One action. `id` is its name in the settings, `group` the menu it stands in."""

    id: str
    group: str
    action: QAction

    @property
    def title(self) -> str:
        """What it does, without access keys and dots."""
        return plain(self.action.text())

    @property
    def keys(self) -> list[str]:
        """Its keys as this desktop writes them, without those that few keyboards have."""
        return [native(keys) for keys in self.action.shortcuts() if not is_rare(keys)]


def commands(actions: Mapping[str, QAction], labels: Mapping[str, QAction]) -> list[Command]:
    """All of them in the order of the menus, the labels before the other annotating."""
    found: list[Command] = []
    of_labels = tr(_LABELS)
    for spec in SPECS:
        group = plain(tr(spec.menu))
        if spec.menu == "&Annotate" and not any(c.group == of_labels for c in found):
            found += [Command(a.objectName(), of_labels, a) for a in labels.values()]
        found.append(Command(spec.id, group, actions[spec.id]))
    return found


def by_group(found: Iterable[Command]) -> dict[str, list[Command]]:
    groups: dict[str, list[Command]] = {}
    for command in found:
        groups.setdefault(command.group, []).append(command)
    return groups


def is_rare(keys: QKeySequence) -> bool:
    """Whether it needs a key such as "Open", "Copy" or "Zoom in"."""
    # PySide's stubs do not know that a sequence has items.
    pressed = cast(Sequence[QKeyCombination], keys)
    return keys.count() > 0 and pressed[0].key() >= Qt.Key.Key_Back


def plain(words: str) -> str:
    """The words of a menu without its access key and without "…"."""
    return without_mnemonics(words).rstrip("…")


def native(keys: QKeySequence) -> str:
    return keys.toString(QKeySequence.SequenceFormat.NativeText)
