"""Characters that XML cannot hold, for all formats in XML."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from annotator.formats.base import Loss, LostItem
from annotator.formats.external_text import article_facts
from annotator.formats.graph import graph_of, head_facts

if TYPE_CHECKING:
    from annotator.core.record import Record

# XML 1.0 converts a carriage return to a line feed, so it counts among them.
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")


def legal(text: str) -> str:
    """Return the text with U+FFFD for each character that XML cannot hold; offsets stay valid."""
    return _ILLEGAL.sub("\ufffd", text)


def _illegal(record: "Record") -> Iterator[LostItem]:
    for match in _ILLEGAL.finditer(record.article.text):
        yield LostItem("the text", f"U+{ord(match[0]):04X}", match.start(), match.end())
    values = list(article_facts(record.article, record.annotator).values())
    if record.annotation is not None:
        graph = graph_of(record.annotation)
        values += head_facts(record.annotation.head).values()
        values += [mark.label for mark in graph.marks]
        values += [value for facts in graph.facts.values() for value in facts.values()]
    if not _ILLEGAL.search("\n".join(values)):  # a line break is legal
        return
    for value in values:
        if _ILLEGAL.search(value):
            yield LostItem("what is said of it", value)


ILLEGAL: Final = Loss("control characters, which become U+FFFD", _illegal)
