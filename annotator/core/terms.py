"""Fixed terms of the domain as messages, for titles and errors that name a role or a status."""

from typing import Final

from annotator.core.message import Message, message

_TERMS: Final = {
    str(term): term
    for term in (
        # Roles
        message("content"),
        message("cue"),
        message("source"),
        message("addressee"),
        # Statuses
        message("todo"),
        message("doing"),
        message("done"),
        message("skipped"),
        message("rejected"),
        # Speaker statuses
        message("identified"),
        message("group"),
        message("unnamed"),
        message("implicit"),
        message("none"),
        # Quote types of the usual schemes
        message("direct"),
        message("indirect"),
        message("mixed"),
        message("unknown"),
        # Kinds of mentions
        message("name"),
        message("nominal"),
        message("pronoun"),
        # Aspects in which annotators differ
        message("label"),
        message("entity"),
        message("kind"),
        message("type"),
        message("speaker"),
        message("status"),
    )
}


def term(name: str) -> Message | str:
    """Return the message of a fixed term; any other name, as of a scheme, stays as it is."""
    return _TERMS.get(name, name)
