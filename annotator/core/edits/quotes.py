"""Edits of quotes: content parts, cue, source, addressee, type and speakers."""

from collections.abc import Iterable, Sequence

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.edits.common import changed, checked_span, get_entity, get_quote, short
from annotator.core.errors import Rejected
from annotator.core.message import message
from annotator.core.models import ROLES, Article, Quote, Role, RoleSpan, SpeakerStatus
from annotator.core.quotation_marks import Range, content_parts, proposed_type, without_marks
from annotator.core.scheme import Conventions
from annotator.core.terms import term

_DEFAULT_CONVENTIONS = Conventions()


def create_quote(
    article: Article,
    annotation: Annotation,
    start: int,
    end: int,
    speakers: Sequence[str] = (),
    *,
    conventions: Conventions = _DEFAULT_CONVENTIONS,
) -> Edit:
    """Make a quote with the selection as content and the type that its quote marks imply.

    If the selection extends from the first to the last quote mark of a split quote, the reporting
    clause in it is left out: the content has several parts or, by `conventions`, each part is a
    quote.
    """
    start, end, text = checked_span(article, start, end)
    for entity_id in speakers:
        get_entity(annotation, entity_id)
    quotes: list[Quote] = []
    ids = annotation.free_ids(Quote)
    for content in _contents(article.text, start, end, conventions):
        if _is_there(annotation, content):
            continue
        spans = tuple(RoleSpan("content", s, e, article.text[s:e]) for s, e in content)
        id_, ordinal = next(ids)
        quote = Quote(id_, ordinal, spans, proposed_type(article.text, spans), type_set=False)
        quotes.append(quote._replace(speakers=tuple(dict.fromkeys(speakers))))
    if not quotes:
        raise Rejected(message("{1} is a quote already.", short(text)))
    return changed(message("Quote {1}", short(text)), *((None, quote) for quote in quotes))


def _contents(text: str, start: int, end: int, conventions: Conventions) -> list[tuple[Range, ...]]:
    """Return the content parts of each quote that a selection stands for."""
    parts = content_parts(text, start, end)
    bare = [without_marks(text, *part) if conventions.marks == "out" else [part] for part in parts]
    if conventions.split == "several":
        return [tuple(part) for part in bare]
    return [tuple(piece for part in bare for piece in part)]


def _is_there(annotation: Annotation, content: Sequence[Range]) -> bool:
    return any(
        [(span.start, span.end) for span in quote.parts("content")] == list(content)
        for quote in annotation.quotes_from(content[0][0])
    )


def add_part(  # noqa: PLR0913  # each argument is needed
    article: Article,
    annotation: Annotation,
    quote_id: str,
    role: Role,
    start: int,
    end: int,
    *,
    conventions: Conventions = _DEFAULT_CONVENTIONS,
) -> Edit:
    """Add a span to the quote.

    Content and cue of one quote must not overlap, nor two spans of one role. Content is added
    without its outer quote marks if `conventions` leave them out.
    """
    quote = get_quote(annotation, quote_id)
    start, end, text = checked_span(article, start, end)
    bare = role == "content" and conventions.marks == "out"
    pieces = without_marks(article.text, start, end) if bare else [(start, end)]
    parts = [RoleSpan(role, s, e, article.text[s:e]) for s, e in pieces]
    for part in parts:
        _check_fit(part, quote.spans)
    title = (
        message("Make {1} the {2}", short(text), term(role))
        if role != "content"
        else message("Add {1}", short(text))
    )
    return changed(title, (quote, _with_spans(article, quote, (*quote.spans, *parts))))


def remove_part(article: Article, annotation: Annotation, quote_id: str, part: RoleSpan) -> Edit:
    """Remove a span from the quote; its only content part cannot be removed."""
    quote = get_quote(annotation, quote_id)
    rest = _without(quote, part)
    if part.role == "content" and not any(span.role == "content" for span in rest):
        raise Rejected(message("A quote needs content: delete the quote instead."))
    title = message("Remove {1} {2}", term(part.role), short(part.text))
    return changed(title, (quote, _with_spans(article, quote, rest)))


def resize_part(
    article: Article, annotation: Annotation, quote_id: str, part: RoleSpan, start: int, end: int
) -> Edit:
    """Move the edges of one of the quote's spans."""
    quote = get_quote(annotation, quote_id)
    rest = _without(quote, part)
    start, end, text = checked_span(article, start, end)
    resized = part._replace(start=start, end=end, text=text)
    _check_fit(resized, rest)
    spans = tuple(resized if span == part else span for span in quote.spans)
    title = message("Resize {1} to {2}", term(part.role), short(text))
    return changed(title, (quote, _with_spans(article, quote, spans)))


def set_type(annotation: Annotation, quote_id: str, type_: str) -> Edit:
    """Set the type, which from then on no longer follows the quote marks."""
    quote = get_quote(annotation, quote_id)
    if not type_:
        raise Rejected(message("A quote needs a type: choose unknown if it cannot be told."))
    return changed(
        message("Set type {1}", term(type_)), (quote, quote._replace(type=type_, type_set=True))
    )


def set_speakers(annotation: Annotation, quote_id: str, speakers: Sequence[str]) -> Edit:
    """Attribute the quote to these entities, or to none."""
    quote = get_quote(annotation, quote_id)
    names = [get_entity(annotation, id_).name for id_ in speakers]
    status = "identified" if speakers and quote.speaker_status != "group" else quote.speaker_status
    attributed = quote._replace(speakers=tuple(dict.fromkeys(speakers)), speaker_status=status)
    title = message("Set speaker {1}", ", ".join(names)) if names else message("Clear speaker")
    return changed(title, (quote, attributed))


def set_speaker_status(annotation: Annotation, quote_id: str, status: SpeakerStatus) -> Edit:
    """Set how the speaker is known; `none`, `unnamed` and `implicit` remove the speakers."""
    quote = get_quote(annotation, quote_id)
    speakers = quote.speakers if status in ("identified", "group") else ()
    changed_quote = quote._replace(speaker_status=status, speakers=speakers)
    return changed(message("Set speaker status {1}", term(status)), (quote, changed_quote))


def set_addressees(annotation: Annotation, quote_id: str, addressees: Sequence[str]) -> Edit:
    """Set the entities to which the quote is addressed."""
    quote = get_quote(annotation, quote_id)
    names = [get_entity(annotation, id_).name for id_ in addressees]
    title = message("Set addressee {1}", ", ".join(names)) if names else message("Clear addressee")
    return changed(title, (quote, quote._replace(addressees=tuple(dict.fromkeys(addressees)))))


def delete_quote(annotation: Annotation, quote_id: str) -> Edit:
    """Delete the quote; quotes inside it no longer have a parent."""
    quote = get_quote(annotation, quote_id)
    children = [
        (child, child._replace(parent=None))
        for child in annotation.quotes.values()
        if child.parent == quote.id != child.id
    ]
    content = quote.parts("content")
    shortened = short(content[0].text) if content else quote.id
    return changed(message("Delete quote {1}", shortened), *children, (quote, None))


def _with_spans(article: Article, quote: Quote, spans: Iterable[RoleSpan]) -> Quote:
    """Return the quote with these spans in order, its type proposed again unless it was set."""
    ordered = tuple(sorted(spans, key=lambda span: (ROLES.index(span.role), span.start)))
    if quote.type_set:
        return quote._replace(spans=ordered)
    content = [span for span in ordered if span.role == "content"]
    return quote._replace(spans=ordered, type=proposed_type(article.text, content))


def _without(quote: Quote, part: RoleSpan) -> tuple[RoleSpan, ...]:
    if part not in quote.spans:
        raise Rejected(message("That part of the quote is no longer there."))
    index = quote.spans.index(part)
    return quote.spans[:index] + quote.spans[index + 1 :]


def _check_fit(part: RoleSpan, others: Iterable[RoleSpan]) -> None:
    for other in others:
        if part.start >= other.end or other.start >= part.end:
            continue
        if {part.role, other.role} in ({"content"}, {"cue"}, {"source"}, {"addressee"}):
            raise Rejected(
                message(
                    "{1} overlaps the {2} {3}.",
                    short(part.text),
                    term(other.role),
                    short(other.text),
                )
            )
        if {part.role, other.role} == {"content", "cue"}:
            raise Rejected(
                message(
                    "{1} overlaps the quote's own {2}: a cue stands outside the quoted words.",
                    short(part.text),
                    term(other.role),
                )
            )
