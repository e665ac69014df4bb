"""The menu bar, made of the actions of the registry."""

from PySide6.QtWidgets import QMenu, QMenuBar

from annotator.ui.actions.action import Menu
from annotator.ui.actions.menu_order import section_of
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr


def fill_menu_bar(bar: QMenuBar, registry: ActionRegistry) -> dict[Menu, QMenu]:
    """Put the actions into their menus; return the menus.

    The actions are brought up to date whenever a menu opens. The tool tip of an action, as why it
    is disabled, is shown in its menu as well.
    """
    made: dict[Menu, QMenu] = {}
    last: dict[Menu, int] = {}
    for command in registry.commands():
        menu = command.spec.menu
        if menu is None or menu is Menu.LABELS:
            continue
        if menu not in made:
            made[menu] = bar.addMenu(tr(menu.value))
            made[menu].setToolTipsVisible(True)
            made[menu].aboutToShow.connect(registry.refresh)
        section = section_of(command)
        if section != last.setdefault(menu, section):
            made[menu].addSeparator()
            last[menu] = section
        made[menu].addAction(command.action)
    return made
