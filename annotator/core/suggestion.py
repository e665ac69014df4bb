"""Suggestions: mentions and quotes that a suggester proposes and nobody has accepted yet."""

import hashlib
from collections.abc import Iterable
from typing import Any, Final, Literal, NamedTuple, get_args

from annotator.core.annotation import Annotation
from annotator.core.intervals import common, length
from annotator.core.message import Message
from annotator.core.models import (
    Entity,
    Head,
    Mention,
    MentionKind,
    Quote,
    RoleSpan,
    SpeakerStatus,
)

SUGGESTER: Final = "suggester-"
"""The prefix of the annotator names of suggesters."""

SUGGESTED_BY: Final = "suggested_by"
"""The key of a head's `extra` with the suggester and version that made the annotation."""

Origin = Literal["rule", "memory", "model", "spacy", "endpoint"]
"""How a suggestion was made.

By a rule, from a name that people marked elsewhere ("memory"), by a model trained on the project,
by a spaCy pipeline, or by a language model at an endpoint. Set where the suggestion is made.
"""
ORIGINS: Final[tuple[Origin, ...]] = get_args(Origin)


class Speaker(NamedTuple):
    """An entity that a suggester attributes a quote to."""

    name: str
    label: str = "PERSON"


class SuggestedMention(NamedTuple):
    """A suggested mention of the entity called `name`.

    `confidence` is from 0 to 1; `reason` is for people; a str is shown as it is in
    every language.
    """

    start: int
    end: int
    text: str
    label: str
    name: str
    kind: MentionKind = "name"
    confidence: float = 0.5
    origin: Origin = "rule"
    reason: Message | str = ""

    @property
    def id(self) -> str:
        """An id that depends on label and span only, not on the suggester or the time."""
        return _signature("mention", self.label, [("", self.start, self.end)])


class SuggestedQuote(NamedTuple):
    """A quote with its parts; `alternatives` are the next likely speakers, the likeliest first."""

    spans: tuple[RoleSpan, ...]
    type: str
    speaker: Speaker | None = None
    speaker_status: SpeakerStatus = "identified"
    alternatives: tuple[Speaker, ...] = ()
    confidence: float = 0.5
    origin: Origin = "rule"
    reason: Message | str = ""

    @property
    def id(self) -> str:
        """An id that depends on the content only, not on the suggester or the time."""
        content = [(s.role, s.start, s.end) for s in self.spans if s.role == "content"]
        return _signature("quote", "", content)

    @property
    def start(self) -> int:
        """The start of the content."""
        return min(span.start for span in self.spans if span.role == "content")

    @property
    def end(self) -> int:
        """The end of the content."""
        return max(span.end for span in self.spans if span.role == "content")

    def parts(self, role: str) -> tuple[RoleSpan, ...]:
        """Return the spans of one role, in text order."""
        return tuple(sorted((s for s in self.spans if s.role == role), key=lambda s: s.start))


Suggestion = SuggestedMention | SuggestedQuote


class Suggestions(NamedTuple):
    """All suggestions of one suggester for one article, mentions and quotes each in text order."""

    mentions: tuple[SuggestedMention, ...] = ()
    quotes: tuple[SuggestedQuote, ...] = ()


def is_suggester(annotator: str) -> bool:
    """Return whether the annotator of that name is a suggester."""
    return annotator.startswith(SUGGESTER)


def suggester_annotator(name: str) -> str:
    """Return the annotator name under which suggestions called `name` are kept.

    It is never the name of a person.
    """
    return name if is_suggester(name) else f"{SUGGESTER}{name}"


def to_annotation(suggestions: Suggestions, made_by: str = "") -> Annotation:
    """Return the suggestions as an annotation that has accepted them all, to compare or to export.

    Each item has its confidence, reason and origin under "suggestion"; `made_by` names the
    suggester and its version, there and in the head.
    """
    entities: dict[Speaker, Entity] = {}

    def entity(name: str, label: str) -> Entity:
        key = Speaker(name, label)
        if key not in entities:
            number = len(entities) + 1
            entities[key] = Entity(f"e{number}", label, name, number)
        return entities[key]

    mentions = [
        Mention(
            f"m{n}",
            entity(m.name, m.label).id,
            m.start,
            m.end,
            m.text,
            n,
            m.kind,
            extra=_provenance(m, made_by),
        )
        for n, m in enumerate(suggestions.mentions, start=1)
    ]
    quotes = [
        Quote(
            f"q{n}", n, quote.spans, quote.type, True,
            (entity(*quote.speaker).id,) if quote.speaker else (),
            quote.speaker_status, extra=_provenance(quote, made_by),
        )
        for n, quote in enumerate(suggestions.quotes, start=1)
    ]  # fmt: skip
    head = Head(extra={SUGGESTED_BY: made_by} if made_by else None)
    return Annotation(head=head, entities=entities.values(), mentions=mentions, quotes=quotes)


def _provenance(suggestion: Suggestion, made_by: str) -> dict[str, Any]:
    row: dict[str, Any] = {"confidence": round(suggestion.confidence, 3), "by": suggestion.origin}
    if made_by:
        row["made_by"] = made_by
    return {"suggestion": {**row, "reason": str(suggestion.reason)}}


def has_same_content(quote: SuggestedQuote, parts: Iterable[RoleSpan]) -> bool:
    """Return whether the contents share at least half of their mean length.

    If so, the quote exists already.
    """
    own = [(part.start, part.end) for part in quote.parts("content")]
    others = [(part.start, part.end) for part in parts]
    return 4 * common(own, others) >= length(own) + length(others)


def _signature(kind: str, label: str, spans: Iterable[tuple[str, int, int]]) -> str:
    key = f"{kind}|{label}|" + ";".join(f"{role}:{start}-{end}" for role, start, end in spans)
    return hashlib.sha256(key.encode()).hexdigest()[:12]
