"""Moving the edges of a suggestion before it is accepted."""

from annotator.core.models import RoleSpan
from annotator.core.suggestion import SuggestedMention, Suggestion
from annotator.ui.article.navigation import moved_by_word
from annotator.ui.i18n.translation import tr


def resized(text: str, made: Suggestion, start: int, end: int) -> Suggestion | str:
    """Return the suggestion with its start and end moved by these numbers of words.

    Of a quote, the start of the first content span and the end of the last one move. Returns a
    message if the move is not possible.
    """
    if isinstance(made, SuggestedMention):
        span = _moved(text, made.start, made.end, start, end)
        if span is None:
            return tr("Nothing would be left of it.")
        return made._replace(start=span[0], end=span[1], text=text[slice(*span)])
    content = made.parts("content")
    changed: dict[RoleSpan, RoleSpan] = {}
    for part in (content[0], content[-1]):
        now = changed.get(part, part)
        by = (start if part == content[0] else 0, end if part == content[-1] else 0)
        span = _moved(text, part.start, part.end, *by)
        if span is None:
            return tr("Nothing would be left of it.")
        changed[part] = now._replace(start=span[0], end=span[1], text=text[slice(*span)])
    spans = tuple(changed.get(part, part) for part in made.spans)
    return _clash(spans) or made._replace(spans=spans)


def _moved(text: str, start: int, end: int, by: int, end_by: int) -> tuple[int, int] | None:
    span = moved_by_word(text, start, by), moved_by_word(text, end, end_by, at_end=True)
    return span if span[0] < span[1] else None


def _clash(spans: tuple[RoleSpan, ...]) -> str:
    """Return a message if the content would overlap its cue or another content span; else ""."""
    content = [span for span in spans if span.role == "content"]
    for part in content:
        for other in spans:
            apart = part.end <= other.start or other.end <= part.start
            if other != part and other.role in ("content", "cue") and not apart:
                return tr("It would lie on “{1}”.", other.text)
    return ""
