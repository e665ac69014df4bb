"""What a language model answers about an article, checked against the article's text.

A model cannot count characters, so it answers with the words themselves; each is looked for in
the text, and what is not there word for word is left out and counted.
"""

import json
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator
from typing import Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError

from annotator.core.models import Role, RoleSpan, SpeakerStatus
from annotator.core.occurrences import is_whole_word
from annotator.core.quotation_marks import Quoted
from annotator.core.scheme import can_speak
from annotator.core.suggestion import Speaker, SuggestedMention, SuggestedQuote, Suggestions
from annotator.suggest.span_cleanup import role_span, settled_span

_SURE: Final = 0.6
"""A model says nothing that could be trusted of how sure it is."""
_MOST: Final = 5_000
"""Mentions, and quotes: no article has more, and each is looked for in the text."""
_LONGEST_NAME: Final = 200
_NO_NAME: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What has no place in a name: controls, halves of surrogate pairs, signs that turn lines round."""
_LOOKS: Final = 100_000
_LOOKS_A_LETTER: Final = 20
"""So many places of words are looked at for one answer; no honest one needs as many."""


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


class Checked(NamedTuple):
    """What of an answer holds, and how many mentions, quotes and parts of quotes do not."""

    suggestions: Suggestions
    dropped: int


class Unreadable(ValueError):
    """An answer that is not the JSON that was asked for."""


def checked(answer: str, text: str, reason: str, labels: Collection[str]) -> Checked:
    """Return the suggestions in an answer. Raises Unreadable where it is anything but such JSON.

    The text of the article may have told the model what to answer, so nothing of it is believed:
    words stand in the text, labels are among those that were asked for, names are names, and a
    speaker is somebody whom the answer or the text names.
    """
    try:
        row = _Answer.model_validate(json.loads(answer))
    except (ValueError, ValidationError, RecursionError) as error:
        raise Unreadable(str(error).partition("\n")[0]) from error
    check = _Check(text, reason, frozenset(labels))
    mentions = [made for mention in row.mentions[:_MOST] if (made := check.mention(mention))]
    named = {mention.name: mention.label for mention in mentions}
    quotes = [found for quote in row.quotes[:_MOST] if (found := check.quote(quote, named))]
    check.dropped += len(row.mentions[_MOST:]) + len(row.quotes[_MOST:])
    kept = Suggestions(
        tuple(sorted(mentions, key=lambda mention: mention.start)),
        tuple(sorted(quotes, key=lambda quote: quote.start)),
    )
    return Checked(kept, check.dropped)


class _Check:
    """Looks for the words of one answer in one text, and counts what is not there."""

    def __init__(self, text: str, reason: str, labels: frozenset[str]) -> None:
        self._text = text
        self._labels = labels
        self._reason = reason
        self._behind: defaultdict[str, int] = defaultdict(int)
        self.dropped = 0
        self._quoted = Quoted(text)
        self._places: dict[str, list[int]] = {}
        self._looks = _LOOKS + _LOOKS_A_LETTER * len(text)

    def mention(self, made: _Mention) -> SuggestedMention | None:
        """Return the next place of these words; the same words again mean the place after that."""
        found = self._next_place(made.text)
        span = settled_span(self._text, *found) if found else None
        if span is None or made.label not in self._labels or not _is_name(made.name):
            self.dropped += 1
            return None
        words = self._text[slice(*span)]
        name = " ".join((made.name or words).split())
        return SuggestedMention(
            *span, words, made.label, name, made.kind, _SURE, "endpoint", self._reason
        )

    def _next_place(self, words: str) -> tuple[int, int] | None:
        at = self._behind[words]
        while words and self._looks > 0 and (at := self._text.find(words, at)) >= 0:
            self._looks -= 1
            end = at + len(words)
            if is_whole_word(self._text, at, end):
                self._behind[words] = end
                return at, end
            at += 1
        self._behind[words] = len(self._text)  # nor is there one the next time
        return None

    def quote(self, made: _Quote, labels: dict[str, str]) -> SuggestedQuote | None:
        """Return the quote, its parts in the order of the text; none of its content may be wrong."""
        parts: list[RoleSpan] = []
        at = 0
        for words in made.content:
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
        if made.cue:
            spans += self._nearest("cue", made.cue, parts)
        if made.source:
            spans += self._nearest("source", made.source, parts)
        speaker = self._speaker(made.speaker, labels)
        status: SpeakerStatus = "identified" if speaker else "none"
        return SuggestedQuote(
            tuple(spans), self._quoted.proposed_type(parts), speaker, status, (), _SURE, "endpoint",
            self._reason,
        )  # fmt: skip

    def _speaker(self, said: str | None, labels: dict[str, str]) -> Speaker | None:
        name = " ".join((said or "").split())
        if not name:
            return None
        if name not in labels and (not _is_name(name) or self._text.find(name) < 0):
            self.dropped += 1
            return None
        label = labels.get(name, "PERSON")
        return Speaker(name, label) if can_speak(label) else None

    def _nearest(self, role: Role, words: str, parts: list[RoleSpan]) -> list[RoleSpan]:
        """Return the place of the words that is nearest to the content, and not in it; or none."""
        places = list(self._beside(self._whole(words), len(words), parts))
        spans = (role_span(self._text, role, at, at + len(words)) for _, at in sorted(places)[:1])
        found = [span for span in spans if span is not None]
        self.dropped += not found
        return found

    def _beside(
        self, starts: list[int], length: int, parts: list[RoleSpan]
    ) -> Iterator[tuple[int, int]]:
        """How far away, and where, words of this length stand next before and behind each part."""
        for number, part in enumerate(parts):
            before = bisect_right(starts, part.start - length) - 1
            if before >= 0 and (not number or starts[before] >= parts[number - 1].end):
                yield part.start - length - starts[before], starts[before]
            behind = bisect_left(starts, part.end)
            last = number + 1 == len(parts)
            if behind < len(starts) and (
                last or starts[behind] + length <= parts[number + 1].start
            ):
                yield starts[behind] - part.end, starts[behind]

    def _whole(self, words: str) -> list[int]:
        """Return where the words stand as whole ones; none where an answer has asked too much
        already.
        """
        if words not in self._places:
            found: list[int] = []
            at = self._text.find(words)
            while at >= 0 and self._looks > 0:
                self._looks -= 1
                if is_whole_word(self._text, at, at + len(words)):
                    found.append(at)
                at = self._text.find(words, at + 1)
            self._places[words] = found
        return self._places[words]


def _is_name(words: str) -> bool:
    return len(words) <= _LONGEST_NAME and not _NO_NAME.search(words)
