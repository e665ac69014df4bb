"""Validation of a language model's answer about an article against the article's text.

A model cannot count characters, so it answers with the words themselves. Each is searched in the
text; what does not match word for word is dropped and counted.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from annotator.core.message import Message
from annotator.core.models import Role, RoleSpan, SpeakerStatus
from annotator.core.occurrences import is_whole_word
from annotator.core.quotation_marks import QuotedRanges
from annotator.core.scheme import can_speak
from annotator.core.suggestion import Speaker, SuggestedMention, SuggestedQuote, Suggestions
from annotator.suggest.span_cleanup import role_span, settled_span

_SURE: Final = 0.6
"""A fixed confidence, because a model's statement of its own is not reliable."""
_MOST: Final = 5_000
"""The limit for mentions and for quotes, because each is searched in the text."""
_LONGEST_NAME: Final = 200
_INVALID_IN_NAME: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Characters that are invalid in a name: controls, lone surrogates, direction marks."""
_SEARCHES: Final = 100_000
_SEARCHES_PER_CHARACTER: Final = 20
"""The limit of searched positions for one answer is in proportion to the text."""


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class _Mention(_Row):
    text: str
    label: str
    name: str = ""
    kind: Literal["name", "nominal", "pronoun"] = "name"


class _Quote(_Row):
    content: list[str]
    cue: str | None = None
    source: str | None = None
    speaker: str | None = None


class _Answer(_Row):
    mentions: list[_Mention] = []
    quotes: list[_Quote] = []


class CheckedResponse(NamedTuple):
    """The valid suggestions of an answer, and the number of invalid mentions, quotes and parts."""

    suggestions: Suggestions
    dropped: int


class UnreadableResponse(ValueError):
    """An answer that is not the requested JSON."""


def checked(answer: str, text: str, reason: Message, labels: Collection[str]) -> CheckedResponse:
    """Return the suggestions in an answer. Raises Unreadable if it is not the requested JSON.

    The text of the article may have instructed the model what to answer, so everything is
    checked: words occur in the text, labels are among the requested ones, names are valid, and
    the answer or the text names each speaker.
    """
    try:
        row = _Answer.model_validate(json.loads(answer))
    except (ValueError, ValidationError, RecursionError) as error:
        raise UnreadableResponse(str(error).partition("\n")[0]) from error
    check = _Check(text, reason, frozenset(labels))
    mentions = [item for mention in row.mentions[:_MOST] if (item := check.mention(mention))]
    named = {mention.name: mention.label for mention in mentions}
    quotes = [found for quote in row.quotes[:_MOST] if (found := check.quote(quote, named))]
    check.dropped += len(row.mentions[_MOST:]) + len(row.quotes[_MOST:])
    kept = Suggestions(
        tuple(sorted(mentions, key=lambda mention: mention.start)),
        tuple(sorted(quotes, key=lambda quote: quote.start)),
    )
    return CheckedResponse(kept, check.dropped)


class _Check:
    """Searches the words of one answer in one text, and counts those that do not occur."""

    def __init__(self, text: str, reason: Message, labels: frozenset[str]) -> None:
        self._text = text
        self._labels = labels
        self._reason = reason
        self._search_starts: defaultdict[str, int] = defaultdict(int)
        self.dropped = 0
        self._quoted = QuotedRanges(text)
        self._starts: dict[str, list[int]] = {}
        self._searches_left = _SEARCHES + _SEARCHES_PER_CHARACTER * len(text)

    def mention(self, item: _Mention) -> SuggestedMention | None:
        """Return the next occurrence of these words; repeated words are later occurrences."""
        found = self._next_place(item.text)
        span = settled_span(self._text, *found) if found else None
        if span is None or item.label not in self._labels or not _is_name(item.name):
            self.dropped += 1
            return None
        words = self._text[slice(*span)]
        name = " ".join((item.name or words).split())
        return SuggestedMention(
            *span, words, item.label, name, item.kind, _SURE, "endpoint", self._reason
        )

    def _next_place(self, words: str) -> tuple[int, int] | None:
        at = self._search_starts[words]
        while words and self._searches_left > 0 and (at := self._text.find(words, at)) >= 0:
            self._searches_left -= 1
            end = at + len(words)
            if is_whole_word(self._text, at, end):
                self._search_starts[words] = end
                return at, end
            at += 1
        self._search_starts[words] = len(self._text)  # later searches for these words end here, too
        return None

    def quote(self, item: _Quote, labels: dict[str, str]) -> SuggestedQuote | None:
        """Return the quote with its parts in text order, or None if any of its content is wrong."""
        parts: list[RoleSpan] = []
        at = 0
        for words in item.content:
            start = self._text.find(words, at) if words.strip() else -1
            span = (
                role_span(self._text, "content", start, start + len(words)) if start >= 0 else None
            )
            if span is None:
                self.dropped += 1
                return None
            parts.append(span)
            at = span.end
        if not parts:
            self.dropped += 1
            return None
        spans = [*parts]
        if item.cue:
            spans += self._nearest("cue", item.cue, parts)
        if item.source:
            spans += self._nearest("source", item.source, parts)
        speaker = self._speaker(item.speaker, labels)
        status: SpeakerStatus = "identified" if speaker else "none"
        return SuggestedQuote(
            tuple(spans), self._quoted.proposed_type(parts), speaker, status, (), _SURE, "endpoint",
            self._reason,
        )  # fmt: skip

    def _speaker(self, named: str | None, labels: dict[str, str]) -> Speaker | None:
        name = " ".join((named or "").split())
        if not name:
            return None
        if name not in labels and (not _is_name(name) or self._text.find(name) < 0):
            self.dropped += 1
            return None
        label = labels.get(name, "PERSON")
        return Speaker(name, label) if can_speak(label) else None

    def _nearest(self, role: Role, words: str, parts: list[RoleSpan]) -> list[RoleSpan]:
        """Return the occurrence of the words nearest to the content and outside it; or none."""
        nearest = list(self._nearest_starts(self._whole_word_starts(words), len(words), parts))
        spans = (role_span(self._text, role, at, at + len(words)) for _, at in sorted(nearest)[:1])
        found = [span for span in spans if span is not None]
        self.dropped += not found
        return found

    def _nearest_starts(
        self, starts: list[int], length: int, parts: list[RoleSpan]
    ) -> Iterator[tuple[int, int]]:
        """Yield the distance and start of the nearest occurrences before and after each part."""
        for number, part in enumerate(parts):
            before = bisect_right(starts, part.start - length) - 1
            if before >= 0 and (not number or starts[before] >= parts[number - 1].end):
                yield part.start - length - starts[before], starts[before]
            following = bisect_left(starts, part.end)
            last = number + 1 == len(parts)
            if following < len(starts) and (
                last or starts[following] + length <= parts[number + 1].start
            ):
                yield starts[following] - part.end, starts[following]

    def _whole_word_starts(self, words: str) -> list[int]:
        """Return the starts of the words as whole words; none once the search limit is reached."""
        if words not in self._starts:
            found: list[int] = []
            at = self._text.find(words)
            while at >= 0 and self._searches_left > 0:
                self._searches_left -= 1
                if is_whole_word(self._text, at, at + len(words)):
                    found.append(at)
                at = self._text.find(words, at + 1)
            self._starts[words] = found
        return self._starts[words]


def _is_name(words: str) -> bool:
    return len(words) <= _LONGEST_NAME and not _INVALID_IN_NAME.search(words)
