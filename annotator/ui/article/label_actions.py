"""The actions that mark with the labels of the scheme, and their places in the menus."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QSize, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from annotator.core.scheme import Label
from annotator.ui.actions.action import Action, Menu
from annotator.ui.actions.conditions import editable
from annotator.ui.i18n.translation import tr
from annotator.ui.widgets.plain_text import escape_mnemonic
from annotator.ui.window_context import WindowContext

MOST_IN_MENU: Final = 6
"""More labels than this would push the other actions off a small screen."""
MOST_IN_SUBMENU: Final = 20
"""How many more labels fit on a small screen; others are found by typing."""

Mark = Callable[[str], None]
"""A function that marks with the label of this name."""


class LabelActions(QObject):
    """Two actions for each label of the scheme: mark with it, and mark every occurrence.

    `labels` and `everywhere` have them by the name of the label.
    """

    used = Signal(str)
    """Emitted with the name of a label after its shortcut or menu entry was used."""

    def __init__(self, context: WindowContext, mark: Mark, mark_all: Mark) -> None:
        super().__init__(context.view)
        registry = context.registry
        self._context = context
        self._session = context.session
        self._view = context.view
        self._registry = registry
        self._mark = mark
        self._mark_all = mark_all
        self._menus: tuple[QMenu, QMenu, QMenu] | None = None
        self.labels: Mapping[str, QAction] = {}
        self.everywhere: Mapping[str, QAction] = {}
        able = editable(self._session)
        mark_as = tr("&Find a label…")
        registry.add(
            [Action("mark_as", mark_as, self.mark_as, Menu.ANNOTATE, ("Ctrl+Shift+L",), able)]
        )
        self._add_labels()

    def fill(self, annotate: QMenu, window: QWidget) -> None:
        """Put the labels at the top of the menu "Annotate"."""
        more, everywhere = QMenu(tr("More labels"), window), QMenu(tr("Mark e&verywhere"), window)
        annotate.insertMenu(annotate.actions()[0], more)
        annotate.insertMenu(annotate.actions()[1], everywhere)
        self._menus = annotate, more, everywhere
        self._list_labels()

    def follow_scheme(self) -> None:
        """Have the actions of the labels that the scheme has now, with their usual keys."""
        marking = (*self.labels.values(), *self.everywhere.values())
        for menu in self._menus or ():
            for action in marking:
                menu.removeAction(action)
        self._registry.remove(action.objectName() for action in marking)
        self._add_labels()
        self._list_labels()

    def mark_as(self) -> None:
        """Ask for a label, and do what its shortcut does."""
        self._ask(self.labels)

    def mark_as_everywhere(self) -> None:
        """Ask for a label, and mark every occurrence with it."""
        self._ask(self.everywhere)

    def _add_labels(self) -> None:
        able, labels = editable(self._session), self._session.scheme.labels
        ids = _everywhere_ids(labels)
        for label in labels:
            title, key = f"{label.title} ({label.short})", label.key
            one = (
                Action(
                    f"label-{label.name}",
                    escape_mnemonic(title),
                    partial(self._use, label.name),
                    Menu.LABELS,
                    (key,) if key else (),
                    able,
                    tip=title,
                ),
            )
            self._registry.add(one)
        for label in labels:
            title, key = tr("{1} everywhere", label.title), label.key
            one = (
                Action(
                    ids[label.name],
                    escape_mnemonic(title),
                    partial(self._mark_all, label.name),
                    Menu.LABELS,
                    (f"Alt+{key}",) if key else (),
                    able,
                    tip=title,
                ),
            )
            self._registry.add(one)
        self.labels = {label.name: self._registry[f"label-{label.name}"] for label in labels}
        self.everywhere = {name: self._registry[id_] for name, id_ in ids.items()}

    def _use(self, label: str) -> None:
        self._mark(label)
        self.used.emit(label)

    def _list_labels(self) -> None:
        if self._menus is None:
            return
        annotate, more, everywhere = self._menus
        labels, marking_all = list(self.labels.values()), list(self.everywhere.values())
        first, rest = labels[:MOST_IN_MENU], labels[MOST_IN_MENU:]
        annotate.insertActions(more.menuAction(), first)
        more.clear()
        more.addActions(rest[:MOST_IN_SUBMENU])
        more.menuAction().setVisible(bool(rest))
        everywhere.clear()
        everywhere.addActions(marking_all[:MOST_IN_SUBMENU])
        if len(marking_all) > MOST_IN_SUBMENU:
            further = everywhere.addAction(tr("More labels…"))
            further.triggered.connect(lambda _checked: self.mark_as_everywhere())

    def _ask(self, actions: Mapping[str, QAction]) -> None:
        from annotator.ui.lists.label_picker import LabelPicker

        entity = self._session.picked_entity()

        def choose(label: str) -> None:
            self._view.setFocus()
            self._registry.invoke(actions[label].objectName())

        picker = LabelPicker(self._session.scheme, self._context.theme, choose, self._view)
        picker.open_at(self._place(), entity.label if entity is not None else "")

    def _place(self) -> QRect:
        """Return where the selection or the caret is, on the screen."""
        span = self._view.selection()
        cursor = self._view.textCursor()
        cursor.setPosition(self._view.to_units(span[0] if span else self._view.caret()))
        rect = self._view.cursorRect(cursor)
        corner: QPoint = self._view.viewport().mapToGlobal(rect.topLeft())
        return QRect(corner, QSize(1, rect.height()))


def _everywhere_ids(labels: Sequence[Label]) -> dict[str, str]:
    """Return the ids of the actions that mark every occurrence; a label may be called "all-…"."""
    taken = {f"label-{label.name}" for label in labels}
    ids: dict[str, str] = {}
    for label in labels:
        id_ = f"label-all-{label.name}"
        while id_ in taken:
            id_ += "-"
        taken.add(id_)
        ids[label.name] = id_
    return ids
