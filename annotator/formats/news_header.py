"""The title, date, source and author in the first lines of a news text.

Only a few unambiguous patterns count; everything else is part of the article.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

TITLE_LENGTH: Final = 90
_SCANNED_LINES: Final = 8
_LONGEST_VALUE: Final = 80


@dataclass(slots=True)
class NewsHeader:
    """The facts found in a text; None for those that it does not state.

    `published` is an ISO date.
    """

    title: str = ""
    published: str | None = None
    source: str | None = None
    author: str | None = None


_MONTHS: Final = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    )
    for number, name in enumerate(names.split(), start=1)
}
_ISO: Final = r"\d{4}-\d{2}-\d{2}"
# "date 2023-02-26 Shafaq News/ Iran's …": a dateline that continues into the first sentence.
_DATELINE: Final = re.compile(rf"\s*date ({_ISO}) ([^/\n]{{2,60}}?)\s*/\s*")
# "2023-02-26" alone or before a dash, a bar or a slash.
_LEADING_ISO: Final = re.compile(
    rf"\s*({_ISO})(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?\s*(?:[–—|/]\s*|$)"
)
_FIELDS: Final = {
    "title": re.compile(r"\s*(?:Title|Headline|Titel|العنوان)\s*:\s*(.+)", re.IGNORECASE),
    "published": re.compile(r"\s*(?:Date|Published|Datum|التاريخ)\s*:\s*(.+)", re.IGNORECASE),
    "source": re.compile(r"\s*(?:Source|Quelle|المصدر)\s*:\s*(.+)", re.IGNORECASE),
    "author": re.compile(r"\s*(?:Author|Byline|Autor|Autorin|الكاتب)\s*:\s*(.+)", re.IGNORECASE),
}
_NAME: Final = r"[^\W\d_a-z][\w.'’-]+"
_BYLINE: Final = re.compile(
    rf"\s*(?:By|Von) ({_NAME}(?: (?:and |und |de |van |von |al-)?{_NAME})+)\s*$"
)
_ARABIC_BYLINE: Final = re.compile(r"\s*بقلم\s*:?\s+(\w+(?: \w+){1,3})\s*$")
_NUMERIC: Final = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})$")
_DAY_FIRST: Final = re.compile(r"(?P<day>\d{1,2})\.? (?P<month>[^\W\d_]+)\.?,? (?P<year>\d{4})$")
_MONTH_FIRST: Final = re.compile(r"(?P<month>[^\W\d_]+)\.? (?P<day>\d{1,2}), (?P<year>\d{4})$")


def read_header(text: str) -> NewsHeader:
    """Return title, date, source and author as stated in the first lines of a normalized text."""
    header = NewsHeader()
    seen_title = False
    for line in text.lstrip("\n").split("\n")[:_SCANNED_LINES]:
        if not line.strip() or _field(header, line) or _byline(header, line):
            continue
        if seen_title:
            break  # the second line that is no header belongs to the article
        title = shorten(_without_dateline(header, line))
        seen_title = bool(title)
        header.title = header.title or title
    header.title = header.title or shorten(text)
    return header


def shorten(line: str) -> str:
    """Return the line as a title of about 90 characters at most, cut at a word with an ellipsis."""
    words = " ".join(line[: TITLE_LENGTH * 4].split())
    if len(words) <= TITLE_LENGTH:
        return words
    cut = words[:TITLE_LENGTH].rpartition(" ")[0] or words[: TITLE_LENGTH - 1]
    return cut.rstrip(" ,;:–—-") + "…"


def _field(header: NewsHeader, line: str) -> bool:
    for name, pattern in _FIELDS.items():
        match = pattern.fullmatch(line)
        if match and len(match[1]) <= _LONGEST_VALUE * (2 if name == "title" else 1):
            value = iso_date(match[1]) if name == "published" else match[1].strip()
            if getattr(header, name) in (None, ""):
                setattr(header, name, value)
            return True
    return False


def _byline(header: NewsHeader, line: str) -> bool:
    match = _BYLINE.match(line) or _ARABIC_BYLINE.match(line)
    if match and len(line) <= _LONGEST_VALUE:
        header.author = header.author or match[1]
    return bool(match)


def _without_dateline(header: NewsHeader, line: str) -> str:
    """Return the line without a date (and source) at its start, which are stored in the header."""
    match = _DATELINE.match(line) or _LEADING_ISO.match(line)
    day = iso_date(match[1]) if match else None
    if match is None or day is None:
        return line
    header.published = header.published or day
    if match.re is _DATELINE:
        header.source = header.source or match[2]
    return line[match.end() :]


def iso_date(words: str) -> str | None:
    """Return the day as YYYY-MM-DD; None for no date and for an ambiguous one (05/03/24)."""
    words = words.strip()
    if match := re.match(rf"{_ISO}(?![\d-])", words):
        return _valid(*map(int, match[0].split("-")))
    for pattern in (_NUMERIC, _DAY_FIRST, _MONTH_FIRST):
        if match := pattern.match(words):
            month = match["month"].lower()
            number = int(month) if month.isdecimal() else _MONTHS.get(month, 0)
            return _valid(int(match["year"]), number, int(match["day"]))
    return None


def _valid(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
