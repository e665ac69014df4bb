"""An action as data: its title, its place in the menus, its keys, and the function that it runs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtGui import QKeySequence

from annotator.ui.i18n.translation import tr_later

Key = str | QKeySequence.StandardKey
"""A key in portable form, as `Ctrl+Shift+F`, or one that each desktop defines."""


class Menu(Enum):
    """A menu of the menu bar, in the order of the bar; its value is the title.

    The actions of `LABELS` are in the menu "Annotate" and its submenus, but a group of their own
    in the lists of actions and keys.
    """

    FILE = tr_later("&File")
    EDIT = tr_later("&Edit")
    LABELS = tr_later("Labels")
    ANNOTATE = tr_later("&Annotate")
    GO = tr_later("&Go")
    VIEW = tr_later("&View")
    SUGGEST = tr_later("&Suggest")
    REVIEW = tr_later("&Review")
    HELP = tr_later("&Help")


class Scope(Enum):
    """Where the keys of an action work; its value is a title for people.

    A key of the window works wherever no widget takes it. The keys of all other scopes work while
    a widget of that scope has the focus, and come before those of the window. `SUGGESTION` comes
    before `TEXT`: both are the article's text.
    """

    WINDOW = ""
    TEXT = tr_later("In the text")
    SUGGESTION = tr_later("At a suggestion")
    QUOTES = tr_later("In the list of quotes")
    ENTITIES = tr_later("In the list of entities")
    ARTICLES = tr_later("In the article list")
    FILTER = tr_later("In the filter of articles")
    FIND = tr_later("While finding")
    REVIEW = tr_later("In the differences")
    SIDE_BY_SIDE = tr_later("Side by side")
    CHECKS = tr_later("Before an article is done")
    COMMENTS = tr_later("In the review comments")
    TRASH = tr_later("In the trash")
    SCHEME = tr_later("In the lists of the scheme editor")
    STATISTICS = tr_later("In the statistics")


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to hold for an action to be enabled.

    `holds` is asked after edits and selections and so has to be fast: no queries, no loops.
    `reason` is a message that says why the action is disabled, and what to do about it.
    """

    holds: Callable[[], bool]
    reason: str | Callable[[], str]

    def explain(self) -> str:
        """Return the reason."""
        return self.reason if isinstance(self.reason, str) else self.reason()


@dataclass(frozen=True, slots=True)
class Action:
    """A command of the window. The feature with the method that it runs declares it.

    Attributes:
        id: Its name in the settings and in `ActionRegistry`; never changed.
        title: Its title in the language of the window, with "&" before the access key.
        run: Called when it is triggered while it is enabled.
        menu: The menu that contains it; `menu_order.MENU_ORDER` says where. None for no menu.
        keys: The usual keys; the first one is shown. People can choose another one.
        enabled_when: All of these have to hold; the first that does not gives the reason.
        scope: Where the keys work.
        checked: Returns whether it is on; None for an action that is not checkable.
        claims_key: Returns whether its keys are its own now, or go on to the scope around and to
            the widget. None for always. Only for scopes other than the window.
        keys_of: The id of an action whose keys it shares, always, instead of having its own.
        hint: A short word for what it does, for lists of the keys of its scope.
        also: Other words that people may search it by, in the source language.
        tip: A tool tip while it is enabled, if it says more than the title.
    """

    id: str
    title: str
    run: Callable[[], object]
    menu: Menu | None = None
    keys: tuple[Key, ...] = ()
    enabled_when: tuple[Condition, ...] = ()
    scope: Scope = Scope.WINDOW
    checked: Callable[[], bool] | None = None
    claims_key: Callable[[], bool] | None = None
    keys_of: str = ""
    hint: str = ""
    also: str = ""
    tip: str = ""

    def why_disabled(self) -> str:
        """Return why it is disabled now; "" if it is enabled."""
        return first_reason(self.enabled_when)


def first_reason(conditions: Iterable[Condition]) -> str:
    """Return the reason of the first condition that does not hold; "" if all hold."""
    for condition in conditions:
        if not condition.holds():
            return condition.explain()
    return ""


def key_sequences(keys: Iterable[Key]) -> list[QKeySequence]:
    """Return the keys as Qt has them, each once; a standard key may stand for several."""
    found: dict[str, QKeySequence] = {}
    for key in keys:
        bindings = [QKeySequence(key)] if isinstance(key, str) else QKeySequence.keyBindings(key)
        for sequence in bindings:
            found.setdefault(sequence.toString(), sequence)
    return list(found.values())
