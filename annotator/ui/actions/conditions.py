"""The conditions on the session that many actions share."""

from typing import TYPE_CHECKING

from annotator.ui.actions.action import Condition
from annotator.ui.i18n.translation import tr

if TYPE_CHECKING:
    from annotator.ui.session import Session


def article_open(session: "Session") -> Condition:
    """Return the condition that an article is open."""
    return Condition(lambda: session.article is not None, tr("Open an article first."))


def writable(session: "Session") -> Condition:
    """Return the condition that the project can be written."""
    return Condition(lambda: not session.project.read_only, session.read_only_text)


def editable(session: "Session") -> tuple[Condition, Condition]:
    """Return the conditions for an edit of the open article."""
    return article_open(session), writable(session)


def item_selected(session: "Session") -> Condition:
    """Return the condition that a span or a row of a list is selected."""
    return Condition(
        lambda: session.selected_item is not None, tr("Click a span or choose a list row first.")
    )
