"""Unannotated spans: quoted text, likely names, and further occurrences of marked names.

These are questions to the annotator, never annotations.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Head
from annotator.core.occurrences import Range, is_whole_word
from annotator.core.quotation_marks import quoted_ranges

UnannotatedKind = Literal["quote", "name"]

_DISMISSED_KEY: Final = "dismissed"
_STEP: Final = 20_000
_WORD: Final = re.compile(r"\w+(?:[-.’'\u00ad\u2060]\w+)*")
_FIRST_WORD: Final = re.compile(r"\w+")
_STARTS_SENTENCE: Final = re.compile(r"(?:^|[.!?:;…\n/]|--|—)[\s\"'“”„«»‹›‘’()\[\]]*$")
_BETWEEN: Final = re.compile(r"\s(?:(?:of|de|del|der|di|da|la|von|van|bin|ibn|al|el|&)\s)?")
_NOT_NAMES: Final = frozenset(
    "A After All Although An And Another Any Are As At Be Because Before Both But By Can Could "
    "Despite Did Do Does Each Even Every For From Had Has Have He Her Here His How However I If "
    "In Into Is It Its Just Last Many May Meanwhile More Most Mr Mrs Ms My Next No Not Now Of On "
    "One Only Or Other Our Over She Should Since So Some Still Such That The Their Then There "
    "Therefore These They This Those Though Through To Two Under Until Was We Were What When "
    "Where Whether Which While Who Why Will With Without Would Yes Yet You Your".split()
)
_CAPITALISING: Final = ("de", "lb")
"""Languages that capitalize every noun: there one capital letter does not indicate a name."""
_DATE: Final = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")


class UnannotatedSpan(NamedTuple):
    """A range, in code points, that may need an annotation; `text` is its text."""

    kind: UnannotatedKind
    start: int
    end: int
    text: str


class Dismissal(NamedTuple):
    """Why a range that looks like a name or a quote is to have no annotation."""

    start: int
    end: int
    why: str


def unannotated_spans(
    article: Article, annotation: Annotation, names: Iterable[Range]
) -> list[UnannotatedSpan]:
    """Return all ranges that no annotation covers and that are not dismissed, in text order.

    `names` are the ranges that look like names; see `likely_names`.
    """
    text = article.text
    dismissed = {(d.start, d.end) for d in dismissals(annotation.head)}
    found: list[UnannotatedSpan] = [
        UnannotatedSpan("quote", start, end, text[start:end])
        for start, end in _outside(_all_quoted(text), _contents(annotation))
    ]
    mentions = _SpanSet((m.start, m.end) for m in annotation.mentions.values())
    repeated = list(_outside(_repeated_names(text, annotation), mentions))
    repeated_set = _SpanSet(repeated)
    new = [span for span in _outside(names, mentions) if not repeated_set.touch(*span)]
    found += [UnannotatedSpan("name", s, e, text[s:e]) for s, e in sorted({*repeated, *new})]
    return sorted(
        (item for item in found if (item.start, item.end) not in dismissed),
        key=lambda item: (item.start, item.end),
    )


def likely_names(text: str, language: str | None = None) -> list[Range]:
    """Return ranges that look like names by their capital letters, and numeric dates, in order.

    A capital at the start of a sentence counts only if the word has one elsewhere too or the next
    word also has one. Scripts without capitals have no likely names; in German and Luxembourgish a
    name needs two words.
    """
    words = [m.span() for m in _WORD.finditer(text) if _is_capital(m.group())]
    openings = {start for start, _ in words if _starts_sentence(text, start)}
    inner = {_bare(text, s, e)[1] for s, e in words if s not in openings}
    runs = _joined(text, words, openings, inner)
    if (language or "").lower().startswith(_CAPITALISING):
        runs = (run for run in runs if " " in text[slice(*run)])
    dates = (m.span() for m in _DATE.finditer(text))
    return sorted({*runs, *dates})


def dismissals(head: Head) -> list[Dismissal]:
    """Return what the annotator has dismissed, and why."""
    rows = (head.extra or {}).get(_DISMISSED_KEY)
    found = []
    for row in rows if isinstance(rows, list) else ():
        try:
            found.append(Dismissal(int(row["start"]), int(row["end"]), str(row.get("why", ""))))
        except (TypeError, KeyError, ValueError, AttributeError):
            continue  # another program uses this key differently
    return found


def with_dismissal(head: Head, dismissal: Dismissal) -> Head:
    """Return the head with this dismissal added, under "dismissed" in the native format."""
    extra = dict(head.extra or {})
    rows = extra.get(_DISMISSED_KEY)
    extra[_DISMISSED_KEY] = [*(rows if isinstance(rows, list) else ()), dismissal._asdict()]
    return head._replace(extra=extra)


class _SpanSet:
    """Ranges that can be checked for an overlap with another range."""

    def __init__(self, spans: Iterable[Range]) -> None:
        self._spans = sorted(spans)
        self._longest = max((end - start for start, end in self._spans), default=0)

    def touch(self, start: int, end: int) -> bool:
        index = bisect_left(self._spans, (end, 0)) - 1
        while index >= 0 and self._spans[index][0] >= start - self._longest:
            if self._spans[index][1] > start:
                return True
            index -= 1
        return False


def _outside(spans: Iterable[Range], avoided: _SpanSet) -> Iterator[Range]:
    return (span for span in spans if not avoided.touch(*span))


def _contents(annotation: Annotation) -> _SpanSet:
    parts = (span for quote in annotation.quotes.values() for span in quote.spans)
    return _SpanSet((part.start, part.end) for part in parts if part.role == "content")


def _all_quoted(text: str) -> Iterator[Range]:
    """Yield every quoted range once, read in steps that each look beyond their own ends."""
    last = -1
    for start in range(0, len(text), _STEP):
        for found in quoted_ranges(text, start, min(start + _STEP, len(text))):
            if found[0] > last:
                last = found[0]
                yield found


def _repeated_names(text: str, annotation: Annotation) -> Iterator[Range]:
    """Yield the occurrences of the text of marked names, marked there or not."""
    by_first: defaultdict[str, set[str]] = defaultdict(set)
    for mention in annotation.mentions.values():
        first = _FIRST_WORD.match(mention.text)
        if mention.kind == "name" and first is not None:
            by_first[first.group()].add(mention.text)
    if not by_first:
        return
    end = 0
    for match in _FIRST_WORD.finditer(text):
        start = match.start()
        if start < end:
            continue
        for name in sorted(by_first.get(match.group(), ()), key=len, reverse=True):
            if text.startswith(name, start) and is_whole_word(text, start, start + len(name)):
                end = start + len(name)
                yield start, end
                break


def _is_capital(word: str) -> bool:
    return word[0].isupper() and (len(word) > 1)


def _starts_sentence(text: str, start: int) -> bool:
    return _STARTS_SENTENCE.search(text, max(0, start - 12), start) is not None or start == 0


def _bare(text: str, start: int, end: int) -> tuple[int, str]:
    """Return the end and the text of a range without a possessive."""
    if text[end - 2 : end] in ("'s", "’s"):
        end -= 2
    return end, text[start:end]


def _joined(text: str, words: list[Range], openings: set[int], inner: set[str]) -> Iterator[Range]:
    """Yield runs of capitalized words; a run ends at a possessive and at the start of a sentence.

    A word that starts a sentence can only start a run, or has to have a capital elsewhere.
    """
    run: Range | None = None
    sure = False
    for start, end in words:
        bare, word = _bare(text, start, end)
        if word in _NOT_NAMES:
            continue
        opening = start in openings
        if run is not None and not opening and _BETWEEN.fullmatch(text, run[1], start):
            run, sure = (run[0], bare), True
            continue
        if run is not None and sure:
            yield run
        run, sure = (start, bare), not opening or word in inner
    if run is not None and sure:
        yield run
