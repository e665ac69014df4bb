"""Quoted ranges of a text, and the quote types that they imply.

These pairs are recognized: “ ” „ “ „ ” ” ” ” “ « » » « » » ‹ › › ‹ 「 」 『 』 " " `` '' '' ''
‘ ’ ‚ ‘ ' ', and “ " „ " " ”, which result from careless typing. An apostrophe is never a mark.
A mark without its partner quotes nothing, and no pair extends over a blank line; but a quote
that opens again in the next paragraph is quoted to the end of its own.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from annotator.core.models import RoleSpan
from annotator.core.text import visible

_CLOSERS = {
    "“": ("”", '"', "“"), "„": ("“", "”", '"'), "‟": ("”",), "”": ("”", "“"), '"': ('"', "”"),
    "«": ("»",), "»": ("«", "»"), "‹": ("›",), "›": ("‹", "›"), "「": ("」",), "『": ("』",),
    "‘": ("’", "'"), "‚": ("‘", "’"), "'": ("'", "’"), "``": ("''",), "''": ("''",),
}  # fmt: skip
_TOKEN = re.compile(
    r"\n[^\S\n]*\n|(?<=\s)['’‘]n['’](?=\s)|``|''|[“”„‟«»‹›「」『』\"]"
    r"|(?<![^\W_])[‘’‚']|[‘’‚'](?![^\W_])"  # an apostrophe inside a word is skipped
)
_BLANK = re.compile(r"\n[^\S\n]*\n")
_ELISION = re.compile(r"\d\d|n\b|em\b|til|tis|twa", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")
_ALWAYS_OPEN = ("„", "‟", "「", "『", "``")
_SINGLE = "'’‘‚"
_END_OF_WORDS = ",.;:!?)]},،؛؟。，！？"
_END_OF_SPEECH = ",.!?…;:—–-،؟。！？，"
_JOINS = frozenset(
    {"and", "or", "und", "oder", "et", "ou", "y", "e", "o", "i", "och", "en", "و", "أو"}
)
_WINDOW = 4_000
_DEPTH = 8

Range = tuple[int, int]


def quoted_ranges(text: str, start: int, end: int) -> list[Range]:
    """Return the outermost quoted ranges that overlap `[start, end)`, with their marks, in order.

    The search covers whole paragraphs around the range, but at most 4,000 code points beyond it.
    """
    scan = _Scan(text)
    for match in _TOKEN.finditer(text, _paragraph_start(text, start), end + _WINDOW):
        at, token = match.start(), match.group()
        if token[0] != "\n":
            scan.mark(at, token)
        else:
            scan.end_paragraph(at, match.end())
        if at >= end and not scan.unclosed:
            break
    return [(s, e) for s, e in scan.ranges if s < end and e > start]


def unpaired_marks(text: str) -> list[Range]:
    """Return the quote marks of `text` that have no partner in their paragraph, in order.

    Single marks are left out, since apostrophes are the same characters, and so are inch signs.
    """
    scan = _Scan(text)
    for match in _TOKEN.finditer(text):
        if match.group()[0] != "\n":
            scan.mark(match.start(), match.group())
        else:
            scan.end_paragraph(match.start(), match.end())
    scan.end_paragraph(len(text), len(text))
    return sorted((at, at + len(mark)) for at, mark in scan.unpaired if mark not in _SINGLE)


def proposed_type(text: str, content: Sequence[RoleSpan]) -> str:
    """Return the quote type that the quote marks imply for this content: direct, mixed or indirect.

    It is direct if every letter and digit is between quote marks, indirect if none is.
    """
    return _type_by(text, content, lambda start, end: quoted_ranges(text, start, end))


class QuotedRanges:
    """The quoted ranges of one text, found once for many queries."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.ranges = quoted_ranges(text, 0, len(text))
        """All quoted ranges of the text, the outermost ones, in order."""
        self._starts = [start for start, _ in self.ranges]
        self._ends = [end for _, end in self.ranges]

    def touching(self, start: int, end: int) -> list[Range]:
        """Return those that share a code point with `[start, end)`."""
        return self.ranges[bisect_right(self._ends, start) : bisect_left(self._starts, end)]

    def proposed_type(self, content: Sequence[RoleSpan]) -> str:
        """Return the same as the function `proposed_type`, in the time of the content only."""
        return _type_by(self._text, content, self.touching)


def _type_by(
    text: str, content: Sequence[RoleSpan], touching: Callable[[int, int], list[Range]]
) -> str:
    inside = outside = False
    for part in content:
        at = part.start
        for start, end in touching(part.start, part.end):
            outside = outside or _has_letter(text, at, start)
            inside = inside or _has_letter(text, max(start, at), min(end, part.end))
            at = end
        outside = outside or _has_letter(text, at, part.end)
    if not inside:
        return "indirect"
    return "mixed" if outside else "direct"


def content_parts(text: str, start: int, end: int) -> list[Range]:
    """Return the content parts that a selection stands for.

    A selection from the first to the last quote mark of a split quote becomes its quoted ranges,
    without the cue and source between them; any other selection is one part. A selection that lacks
    only the outer marks, as after selecting whole words, is extended to them.
    """
    start, end = _with_marks(text, start, end)
    ranges = [r for r in quoted_ranges(text, start, end) if r[0] >= start and r[1] <= end]
    whole = len(ranges) > 1 and ranges[0][0] == start and ranges[-1][1] == end
    if not whole:
        return [(start, end)]
    parts = [ranges[0]]
    for following in ranges[1:]:
        gap = text[parts[-1][1] : following[0]]
        if not gap.strip():
            parts[-1] = (parts[-1][0], following[1])
        elif _is_reporting_clause(text[slice(*parts[-1])], gap):
            parts.append(following)
        else:
            return [(start, end)]
    return parts


def without_marks(text: str, start: int, end: int) -> list[Range]:
    """Return the quoted text of a range that consists only of quoted ranges, without their marks.

    Any other range is returned unchanged, since the marks in it belong to its text, and so is a
    range in which only marks are quoted.
    """
    ranges = [r for r in quoted_ranges(text, start, end) if r[0] >= start and r[1] <= end]
    edges = [start, *(edge for quoted in ranges for edge in quoted), end]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    if not ranges or any(text[s:e].strip() for s, e in gaps):
        return [(start, end)]
    bare = [visible(text, *_inside(text, s, e)) for s, e in ranges]
    return [(s, e) for s, e in bare if _has_word(text[s:e])] or [(start, end)]


def _inside(text: str, start: int, end: int) -> Range:
    """Return a quoted range without its opening mark and, if it is closed, its closing one."""
    opener = text[start : start + (2 if text.startswith(("``", "''"), start) else 1)]
    start += len(opener)
    closer = next((c for c in _CLOSERS[opener] if text.endswith(c, start, end)), "")
    return start, end - len(closer)


def _with_marks(text: str, start: int, end: int) -> Range:
    """Return the selection with the outer quote marks, if only they are missing at both ends."""
    touching = quoted_ranges(text, start, end)
    first = next((s for s, _ in touching if s <= start and not _has_word(text[s:start])), None)
    last = next((e for _, e in touching if e >= end and not _has_word(text[end:e])), None)
    if first is None or last is None or not _has_word(text[start:end]):
        return start, end
    return first, last


def _has_word(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _is_reporting_clause(quoted: str, gap: str) -> bool:
    """Return whether `gap` between two quoted ranges reports them rather than listing them."""
    words = re.findall(r"\w+", gap)
    ended = quoted.rstrip("“”«»‹›「」『』\"‘’' \u00a0\u202f")[-1:] in _END_OF_SPEECH
    comma = gap.lstrip()[:1] in ",،，–—"
    if not words or not (ended or comma):
        return False
    if gap.rstrip()[-1:] in ",،，:.;–—" or (ended and len(words) > 1):
        return True
    return len(re.findall(r"\w+", quoted)) > 2 and words[0].lower() not in _JOINS


def _has_letter(text: str, start: int, end: int) -> bool:
    return _LETTER.search(text, start, end) is not None


def _paragraph_start(text: str, start: int) -> int:
    window = max(0, start - _WINDOW)
    blanks = [match.end() for match in _BLANK.finditer(text, window, start)]
    if blanks or not window:
        return blanks[-1] if blanks else 0
    return text.find("\n", window, start) + 1 or window


class _Scan:
    """The pairs of marks of a text, found in one pass; `ranges` are the outermost so far."""

    def __init__(self, text: str) -> None:
        self.ranges: list[Range] = []
        self.unclosed: list[tuple[int, str]] = []
        self.unpaired: list[tuple[int, str]] = []
        self._text = text
        self._paragraph = 0

    def mark(self, at: int, mark: str) -> None:
        """Process the next mark: it closes a quote if it can, else opens one if it can."""
        before = self._text[at - 1] if at else " "
        after = self._text[at + len(mark) : at + len(mark) + 3] or " "
        if self.unclosed and _can_close(mark, before, after):
            for depth in range(len(self.unclosed) - 1, -1, -1):
                opened, opener = self.unclosed[depth]
                if mark in _CLOSERS[opener]:
                    self._add(opened, at + len(mark))
                    self.unpaired += self.unclosed[depth + 1 :]
                    del self.unclosed[depth:]
                    return
        if not _can_open(mark, before, after):
            if not self._extend_last(at, mark) and not before.isdigit():
                self.unpaired.append((at, mark))
            return
        self._end_line(at, mark)
        self.unclosed.append((at, mark))
        del self.unclosed[:-_DEPTH]

    def end_paragraph(self, end: int, following: int) -> None:
        """Drop what is unclosed, unless the paragraph at `following` opens it again."""
        for opened, opener in self.unclosed:
            if self._text.startswith(opener, following):
                self._add(opened, end)
                break
        else:
            self.unpaired += self.unclosed
        self.unclosed.clear()
        self._paragraph = len(self.ranges)

    def _end_line(self, at: int, mark: str) -> None:
        """Continue the quote if the mark opens again at the start of the next line."""
        if self.unclosed and self.unclosed[-1][1] == mark:
            opened = self.unclosed[-1][0]
            if self._text.find("\n", opened, at) == at - 1:
                self.unclosed.pop()
                self._add(opened, at - 1)

    def _extend_last(self, at: int, mark: str) -> bool:
        """Extend the last pair to a surplus closing mark.

        What closed the pair before was an apostrophe or an inch sign. Return whether it was
        extended.
        """
        if len(self.ranges) > self._paragraph and self._text[at - 1] in ",.!?…":
            start, end = self.ranges[-1]
            closed, before = self._text[end - 1], self._text[end - 2]
            if closed == mark and (before in "sS" if mark in _SINGLE else before.isdigit()):
                self.ranges[-1] = start, at + 1
                return True
        return False

    def _add(self, start: int, end: int) -> None:
        while self.ranges and self.ranges[-1][0] >= start:
            self.ranges.pop()
        self.ranges.append((start, end))


def _can_close(mark: str, before: str, after: str) -> bool:
    """Return whether a mark between these neighbours can close.

    `after` has up to three characters.
    """
    if mark in _SINGLE:
        return not before.isspace() and not _is_western(after[0])
    if mark in '"“':
        return not (before.isspace() or before in "([{—–") or not _starts_word(after)
    return not (before.isspace() and after[0].isalnum())


def _can_open(mark: str, before: str, after: str) -> bool:
    if mark not in _CLOSERS or mark in _ALWAYS_OPEN:
        return mark in _ALWAYS_OPEN
    if _is_western(before):
        return mark in "“«‹" and _starts_word(after)
    if mark == '"':
        return _starts_word(after) or (before.isspace() and after[0].isspace())
    free = before not in _END_OF_WORDS
    if mark in "“«‹":
        return free or _starts_word(after)
    if mark in _SINGLE and _ELISION.match(after):
        return False
    return free and _starts_word(after)


def _starts_word(after: str) -> bool:
    return after == "..." or not (after[0].isspace() or after[0] in _END_OF_WORDS)


def _is_western(char: str) -> bool:
    """Return whether `char` belongs to a word of a script that separates words by spaces."""
    return char.isalnum() and char < "\u2e80"
