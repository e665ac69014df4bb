"""How the work of each text algorithm grows with its text, on texts made to make it grow.

Work is the processor time of this thread, the least of several tries: a busy machine only ever
adds to it. Growth is the factor by which work grows when the text doubles, over several doublings.
"""

import gc
import io
import json
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any, Final, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.record import Record

MOST_GROWTH: Final = 2.5
"""By what the work may grow when the text doubles."""
_AGAIN: Final = 4
"""How often what seems steep is measured again."""
_DOUBLINGS: Final = 3
_MOST_S: Final = 5.0
_LEAST_S: Final = 0.004
"""Less work than that is mostly that of the clock and of what happens once."""

UNITS: Final[Mapping[str, str]] = {
    "spaces": " ",
    "tabs": "\t",
    "line ends": "\n",
    "blank lines": "\n \t\n",
    "indented lines": "\n    a",
    "full stops": ".",
    "spaced stops": ". ",
    "stop and numbers": ". 1",
    "question marks": "?! ",
    "quotes": '"',
    "spaced quotes": '" ',
    "quoted letters": '"a ',
    "opening quotes": "“",
    "opening quotes and words": "“a said ",
    "closing quotes": "a”",
    "low quotes": "„a“ ",
    "nested quotes": "“‘",
    "alternating quotes": "“\"«‹„'",
    "guillemets": "« a » ",
    "quoted paragraphs": "“a\n\n",
    "quoted lines": "“a\n",
    "comma and quote": ', "a ',
    "colon and quote": ": “a",
    "apostrophes": "a'",
    "bare apostrophes": "'",
    "possessives": "O’Neil’s ",
    "backticks": "``a''",
    "brackets": "(",
    "closing brackets": "a) ",
    "bracketed": "(Reuters) ",
    "dashes": "— a ",
    "hyphens": "Aaa-",
    "commas": "a, ",
    "capitals and commas": "Lee, ",
    "digits": "1",
    "figures": "1,2.",
    "dates": "12 May 2020 ",
    "iso dates": "2020-05-12 ",
    "letters": "a",
    "capitals": "A",
    "one-letter words": "a ",
    "initials": "J. ",
    "abbreviations": "U.S.",
    "dots in words": "a.b",
    "names": "Ann Lee ",
    "titled names": "Mr. John Smith, who ",
    "names and verbs": "Ann Lee said ",
    "name joins": "Aa of ",
    "said": "he said that ",
    "saying": "saying ",
    "said and": "said and ",
    "said, ": "said, ",
    "comma said": ", Lee said",
    "according": "according to ",
    "according name": "according to Lee, ",
    "said quoted": 'said: "a" ',
    "quoted said": '"A b c d," he said. ',
    "quoted he": '"A b c d." He left. ',
    "quoted no stop": '"A b c," Lee said and ',
    "claims": "Lee's claim that ",
    "claims about": "claim of ",
    "told": "told reporters in a statement on Sunday ",
    "relative": "who spoke with ",
    "adverbs": "really ",
    "adverbs and verbs": "really said ",
    "pronouns": "he ",
    "that": "that ",
    "german": "sagte Müller, „so“ ",
    "german particles": "teilte ",
    "arabic": "قال محمد إن ",
    "arabic letters": "و",
    "chinese": "伊朗国防部长表示",
    "chinese quotes": "他说：「好」",
    "combining marks": "\u0301",
    "accents": "e\u0301",
    "zwj": "👩\u200d",
    "emoji": "😀 ",
    "flags": "🇫🇷",
    "no-break spaces": "“a”\u00a0",
    "directions": "\u202e\u2066",
    "urls": "https://example.org/a?b=c&d=e/",
    "base64": "QUJDREVGR0hJSktMTU5P+/",
    "tags": "<b>",
    "closed tags": "<i>a</i>",
    "entities": "&amp;",
    "attributes": "<a href='",
    "markdown": "*a_[",
    "links": "[a](",
    "table": "| a ",
    "slashes": "/",
    "bullets": "\n- a",
    "headings": "\n# a",
    "fences": "\n```\n",
    "mbox": "\nFrom a\n",
    "escaped mbox": "\n>>From ",
    "headers": "\nTo: a",
}
"""Short units by name; a text repeats one of them."""

FAMILIES: Final[Mapping[str, Callable[[int], str]]] = {
    **{
        name: partial(lambda unit, n: (unit * (n // len(unit) + 1))[:n], u)
        for name, u in UNITS.items()
    },
    "spaces after a stop": lambda n: "Ann said." + " " * n + "b",
    "spaces after a comma": lambda n: "said," + " " * n + "“b",
    "opened then closed": lambda n: "“‘" * (n // 4) + "’”" * (n // 4),
    "names and names": lambda n: " ".join(f"Ann Lee{i}" for i in range(n // 9)),
    "other words": lambda n: " ".join(f"w{i:x}" for i in range(n // 6)),
    "heading and spaces": lambda n: "# a" + " " * n + "b",
    "heading and signs": lambda n: "# a" + " #" * (n // 2) + "b",
    "described people": lambda n: " ".join(
        f"Minister Ann {_spelt(i)} came. The minister said that it is so." for i in range(n // 62)
    ),
    "people and pronouns": lambda n: " ".join(
        f"John {_spelt(i)} said that it is so. She said that it is not." for i in range(n // 60)
    ),
    "one person described": lambda n: " ".join(
        f"The {_spelt(i).lower()} minister, Ann Lee, left. The minister said that it is."
        for i in range(n // 66)
    ),
    "unfound quotes": lambda n: "“A b c d.” Lee said. " + "“a” and x " * (n // 10),
    "reply": lambda n: "They reply " + "reply " * (n // 6),
    "one report": lambda n: "Ann Lee said that " + "it is so " * (n // 9),
    "one quotation": lambda n: "“" + "It is so. " * (n // 10) + "” Ann Lee said.",
    "news": lambda n: (_NEWS * (n // len(_NEWS) + 1))[:n],
}
_NEWS: Final = (
    "Ann Lee, a spokeswoman for the Council of Oslo, said on Sunday that “nothing is decided.” "
    'The minister denied it: "We never said so," he told reporters, adding that talks go on.\n\n'
)


def _spelt(number: int) -> str:
    """A name of its own for each number."""
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(number))
    return f"X{letters}"


class Growth(NamedTuple):
    """By what work grows when the text doubles, and the last time measured with its size."""

    factor: float
    size: int
    seconds: float

    @property
    def steep(self) -> bool:
        return self.factor > MOST_GROWTH


class Algorithm(NamedTuple):
    """`run` is measured on what `prepare` makes of a text.

    `first` is the length of the shortest text that tells: what looks a good way around each place
    takes the square of the time until the text is longer than that.
    """

    run: Callable[[Any], object]
    prepare: Callable[[str], Any] = str
    first: int = 500


def growth(
    algorithm: Algorithm,
    family: Callable[[int], str],
    *,
    first: int | None = None,
    enough_s: float = 0.05,
    largest: int = 256_000,
    tries: int = 4,
) -> Growth:
    """Measure with texts twice as long again and again, until it takes long enough to tell."""
    times: list[float] = []
    size = first or algorithm.first
    largest = max(largest, size << _DOUBLINGS)
    while True:
        times.append(_least(algorithm, family(size), 1))
        told = times[-1] >= enough_s and len(times) > _DOUBLINGS
        if size >= largest or told or times[-1] > _MOST_S:
            break
        size *= 2
    steps = min(_DOUBLINGS, len(times) - 1)
    if not steps or times[-1] < _LEAST_S:
        return Growth(1.0, size, times[-1])
    factor = _factor(times[-1], times[-1 - steps], steps)
    for again in range(_AGAIN):
        if factor <= MOST_GROWTH:
            break
        # Perhaps somebody else was at work meanwhile, or a text of this length ends oddly.
        long = size << again % 2
        longer = _least(algorithm, family(long), tries)
        shorter = _least(algorithm, family(long >> steps), tries)
        factor = _factor(longer, shorter, steps)
    return Growth(factor, size, times[-1])


def _factor(longer: float, shorter: float, steps: int) -> float:
    return float((longer / max(shorter, _LEAST_S / 16)) ** (1 / steps))


def _least(algorithm: Algorithm, text: str, tries: int) -> float:
    made = algorithm.prepare(text)
    best = float("inf")
    collects = gc.isenabled()
    gc.disable()  # it goes through what all the tests have left, now and then
    try:
        for _ in range(tries):
            began = time.thread_time()
            algorithm.run(made)
            best = min(best, time.thread_time() - began)
    finally:
        if collects:
            gc.enable()
    return best


# What is measured


def algorithms() -> dict[str, Algorithm]:
    """Every algorithm on texts, by name: each takes any text."""
    return {**_core(), **_suggesting(), **_writers(), **_readers(), **_window()}


def _core() -> dict[str, Algorithm]:
    from annotator.core import quotation_marks as quotemarks
    from annotator.core.agreement.counts import count_article
    from annotator.core.agreement.tokens import Tokens
    from annotator.core.alignment import Comparison
    from annotator.core.annotation_warnings import warnings_of
    from annotator.core.difference_text import group_text
    from annotator.core.edits.suggestions import accept
    from annotator.core.guidelines import find_heading, headings
    from annotator.core.index_terms import entry_of
    from annotator.core.inline_markup import text_with_marks
    from annotator.core.matching import match_mentions, match_quotes
    from annotator.core.occurrences import OccurrenceQuery, context_around, occurrences
    from annotator.core.offsets import Utf16Offsets
    from annotator.core.similarity import resemblance, runs, words_of
    from annotator.core.span_index import SpanIndex
    from annotator.core.suggestion import Speaker, SuggestedQuote, Suggestions
    from annotator.core.text import normalize
    from annotator.core.text_search import FoldedText, TextQuery
    from annotator.core.unannotated import likely_names, unannotated_spans
    from annotator.core.versions import digest
    from annotator.services.presets import find_scheme

    def side(text: str) -> Comparison:
        return Comparison(text, {"ada": annotated(text), "ben": annotated(text, shift=3)})

    def find(text: str, *, exact: bool, whole: bool) -> object:
        made = FoldedText(text)
        return [list(TextQuery(w, exact=exact, whole=whole).places(made)) for w in _sought(text)]

    def matched(both: Comparison) -> object:
        one, other = both.works.values()
        quotes = match_quotes(both.text, one.quotes.values(), other.quotes.values())
        return quotes, match_mentions(one, other)

    news = find_scheme("news")

    def duplicates(text: str) -> object:
        words = words_of(text)
        return entry_of(text, [text]), resemblance(runs(words), runs(words[1:]))

    def index(record: Record) -> object:
        assert record.annotation is not None
        made = SpanIndex(record.annotation)
        return [made.at(at) for at in range(0, len(record.article.text), 50)]

    def marked(record: Record) -> object:
        assert record.annotation is not None
        return text_with_marks(record.article, record.annotation, 0, len(record.article.text))

    def unmarked(record: Record) -> object:
        assert record.annotation is not None
        names = likely_names(record.article.text)
        return unannotated_spans(record.article, record.annotation, names)

    def suggested(text: str) -> tuple[Article, Suggestions]:
        made = annotated(text)
        quotes = [
            SuggestedQuote(q.spans, "direct", Speaker("Ann", "PERSON"), confidence=0.6)
            for q in made.quotes.values()
        ]
        return Article("a", text), Suggestions((), tuple(quotes))

    def accepted(made: tuple[Article, Suggestions]) -> object:
        article, suggestions = made
        if not suggestions.quotes:
            return None
        return accept(article, Annotation(), suggestions.quotes)

    def types(text: str) -> object:
        quoted = quotemarks.QuotedRanges(text)
        parts = (RoleSpan("content", a, b, text[a:b]) for a, b in _steps(text, 40))
        return [quoted.proposed_type([part]) for part in parts]

    def named(text: str, search: Callable[[str], OccurrenceQuery]) -> object:
        return [list(occurrences(text, search(words))) for words in _sought(text)]

    on_text = {
        "settle": lambda text: normalize("\ufeff" + text.replace("\n", "\r\n") + "x"),
        "quoted ranges": lambda text: quotemarks.quoted_ranges(text, 0, len(text)),
        "unpaired marks": quotemarks.unpaired_marks,
        "content of a selection": lambda text: quotemarks.content_parts(text, 0, len(text)),
        "words without marks": lambda text: quotemarks.without_marks(text, 0, len(text)),
        "quote type": lambda text: quotemarks.proposed_type(
            text, [RoleSpan("content", 0, len(text), text)]
        ),
        "quote types": types,
        "likely names": likely_names,
        "occurrences": lambda text: named(text, OccurrenceQuery),
        "occurrences in any case": lambda text: named(
            text, lambda words: OccurrenceQuery(words, whole_words=False, match_case=False)
        ),
        "words around": lambda text: [
            context_around(text, at, at + 1, 60) for at in (5, len(text) // 2)
        ],
        "finding": partial(find, exact=False, whole=False),
        "finding exactly": partial(find, exact=True, whole=True),
        "utf-16": lambda text: Utf16Offsets(text).to_units(len(text)),
        "near duplicates": duplicates,
        "tokens of agreement": lambda text: len(Tokens(text)),
        "headings": lambda text: find_heading(headings(text), [text[:60]]),
    }
    return {
        **{name: Algorithm(run) for name, run in on_text.items()},
        "untouched": Algorithm(unmarked, record_of),
        "concerns": Algorithm(lambda r: warnings_of(r.article, r.annotation, news), record_of),
        "accepting": Algorithm(accepted, suggested),
        "digests": Algorithm(lambda r: digest(r.annotation), record_of),
        "span index": Algorithm(index, record_of),
        "marked text": Algorithm(marked, record_of),
        "agreement": Algorithm(count_article, side),
        "comparing": Algorithm(lambda both: [group_text(both, g) for g in both.groups], side),
        "matching": Algorithm(matched, side),
    }


def _suggesting() -> dict[str, Algorithm]:
    from annotator.suggest.features import cue_features, name_features, word_features
    from annotator.suggest.lexicon import language_of
    from annotator.suggest.llm_response import checked
    from annotator.suggest.memory import Memory
    from annotator.suggest.name_tagger import _sequences
    from annotator.suggest.names import NameFinder
    from annotator.suggest.quote_tagger import _cue_sequences, _part_sequences
    from annotator.suggest.quotes import read
    from annotator.suggest.rules import Rules
    from annotator.suggest.span_cleanup import settled_span
    from annotator.suggest.tokenized_text import TokenizedText

    def rules(language: str | None, text: str) -> object:
        return Rules(attitudes=True).suggest(Article("a", text, language=language))

    def features(text: str) -> object:
        known = read(Article("a", text, language="en"), attitudes=True)
        base = word_features(known)
        names = NameFinder(known.reading, known.words).find()
        return list(cue_features(known, base)), name_features(known, base, names, names)

    def examples(record: Record) -> object:
        assert record.annotation is not None
        known = [(record.article._replace(language="en"), record.annotation)]
        return (
            sum(1 for _ in _cue_sequences(known, {})),
            sum(1 for _ in _part_sequences(known, {})),
            sum(1 for _ in _sequences(known, {})),
        )

    def remembered(record: Record) -> object:
        assert record.annotation is not None
        memory, reading = Memory.of([record.annotation]), TokenizedText(record.article.text)
        return [memory.find(reading, code) for code in ("en", "de", "ar")]

    def answered(text: str) -> tuple[str, str]:
        words = [text[a:b] for a, b in _steps(text, 12)] or ["a"]
        rows = {
            "mentions": [{"text": w, "label": "ORG"} for w in words],
            "quotes": [
                {"content": [w], "cue": text[5:9], "source": words[0], "speaker": w} for w in words
            ],
        }
        return json.dumps(rows), text

    def spans(text: str) -> object:
        return [settled_span(text, at, at + 3) for at in range(0, len(text), 20)]

    languages = ("en", "de", "ar", "fr", "zh")
    return {
        **{f"rules {code}": Algorithm(partial(rules, code), first=2_000) for code in languages},
        "reading": Algorithm(TokenizedText),
        "language": Algorithm(language_of),
        "features": Algorithm(features),
        "learning": Algorithm(examples, record_of, first=4_000),
        "memory": Algorithm(remembered, record_of),
        "an endpoint's answer": Algorithm(
            lambda made: checked(*made, "because", frozenset({"ORG"})), answered
        ),
        "settled spans": Algorithm(spans),
    }


def _writers() -> dict[str, Algorithm]:
    from annotator.formats.registry import formats
    from annotator.formats.tokens import sentences

    def write(format_: Any, record: Record) -> object:
        if format_.folder:
            with TemporaryDirectory() as folder:
                format_.write_folder([record], Path(folder))
        else:
            format_.write([record], io.BytesIO())
        return [sum(1 for _ in loss.find(record)) for loss in format_.losses]

    found = {
        "tokens by sentence": Algorithm(lambda text: list(sentences(text))),
    }
    found |= {
        f"write {format_.name}": Algorithm(partial(write, format_), record_of)
        for format_ in formats()
        if format_.writes and format_.name not in WRITTEN_ELSEWHERE
    }
    (instruct,) = (f for f in formats() if f.name == "instruct")
    for shape in ("qa", "bio"):
        made = instruct.with_options({"shape": shape})
        found[f"write instruct {shape}"] = Algorithm(partial(write, made), record_of)
    return found


WRITTEN_ELSEWHERE: Final = ("spacy", "parquet", "datasets", "xlsx")
"""Written by libraries of others from rows that are ours."""

_AROUND: Final[Mapping[str, tuple[str, str]]] = {
    "text": ("", ""),
    "conll": ("-DOCSTART- O\n\n", ""),
    "markdown": ("", ""),
    "html": ("<html><body><article><p>", "</p></article></body></html>"),
    "feed": (
        "<rss version='2.0'><channel><item><title>a</title><description><![CDATA[<p>",
        "]]></description></item></channel></rss>",
    ),
    "eml": ("From: a@b.c\nSubject: a\nContent-Type: text/html\n\n<p>", "</p>"),
    "mbox": ("From a\nFrom: a@b.c\nSubject: a\n\n", "\n"),
    "csv-articles": ("headline,body\na,", "\n"),
}
"""What stands before and behind the text in a file of these formats."""


def _readers() -> dict[str, Algorithm]:
    from annotator.core.errors import AnnotatorError
    from annotator.formats.base import Context
    from annotator.formats.registry import find_format

    def read_text(name: str, data: bytes) -> object:
        source = io.BytesIO(data)
        context = Context(Path("a.txt"), annotator="ada", stem="a")
        try:
            return list(find_format(name).read(source, context))
        except AnnotatorError:
            return None

    def written(name: str, text: str) -> bytes:
        out = io.BytesIO()
        find_format(name).write([record_of(text)], out)
        return out.getvalue()

    def folder_of(name: str, text: str) -> _Folder:
        folder = _Folder()
        find_format(name).write_folder([record_of(text)], folder.path)
        return folder

    def read_folder(name: str, folder: _Folder) -> object:
        format_ = find_format(name)
        members = format_.members(folder.path)
        assert members
        found = []
        for path in members:
            with path.open("rb") as source:
                found += format_.read(source, Context(path, annotator="ada", stem="a"))
        return found

    def put(name: str, text: str) -> bytes:
        before, after = _AROUND[name]
        return (before + text + after).encode()

    return {
        **{f"read {n}": Algorithm(partial(read_text, n), partial(put, n)) for n in _AROUND},
        **{
            f"read {n} of ours": Algorithm(partial(read_text, n), partial(written, n))
            for n in _FILES
        },
        **{
            f"read {n} of ours": Algorithm(partial(read_folder, n), partial(folder_of, n))
            for n in _FOLDERS
        },
    }


class _Folder:
    """A folder that goes with the last one who knows it."""

    def __init__(self) -> None:
        self.path = Path(mkdtemp())

    def __del__(self) -> None:
        rmtree(self.path, ignore_errors=True)


_FILES: Final = ("native", "prodigy", "doccano", "w3c", "tei", "conll", "csv", "tsv")
_FOLDERS: Final = ("labelstudio", "brat", "uima", "uima-json")


def _window() -> dict[str, Algorithm]:
    from annotator.core.message import message
    from annotator.core.message_json import message_from_json, message_to_json
    from annotator.ui.article.snapping import snap, word_around
    from annotator.ui.i18n.translation import tr_message
    from annotator.ui.widgets.plain_text import tool_tip_text

    def shown(text: str) -> object:
        stored = message_to_json(message("Merge {1} into {2}", text, text))
        return tr_message(message_from_json(stored)), message_from_json(text)

    def context_around(text: str) -> object:
        places = range(0, len(text) - 3, 400)
        return [(word_around(text, at), snap(text, at, at + 3, words=True)) for at in places]

    return {
        "messages": Algorithm(shown),
        "words at the caret": Algorithm(context_around),
        "tool tips": Algorithm(tool_tip_text),
    }


def _steps(text: str, step: int, shift: int = 0) -> Iterator[tuple[int, int]]:
    """Stretches of the text one after the other that begin and end with no white space."""
    from annotator.suggest.span_cleanup import settled_span

    for at in range(shift, len(text) - step, step):
        if span := settled_span(text, at, at + step - 4):
            yield span


def annotated(text: str, *, shift: int = 0) -> Annotation:
    """The text with names and quotes all over it, some of them one entity's."""
    entities = {n: Entity(f"e{n}", ("PERSON", "ORG")[n % 2], f"Name {n}", n) for n in range(1, 9)}
    mentions, quotes = [], []
    last = 0
    for number, (start, end) in enumerate(_steps(text, 24, shift), start=1):
        if start < last:
            continue
        last = end
        mentions.append(
            Mention(f"m{number}", f"e{number % 8 + 1}", start, end, text[start:end], number)
        )
    last = 0
    for number, (start, end) in enumerate(_steps(text, 120, shift), start=1):
        middle = (start + end) // 2
        if start < last or not (cue := _word_in(text, middle, end)):
            continue
        last = end
        spans = (
            RoleSpan("content", start, end, text[start:end]),
            RoleSpan("cue", *cue, text[slice(*cue)]),
        )
        quotes.append(Quote(f"q{number}", number, spans, "mixed", speakers=(f"e{number % 8 + 1}",)))
    return Annotation(
        head=Head("done"), entities=entities.values(), mentions=mentions, quotes=quotes
    )


def _word_in(text: str, start: int, end: int) -> tuple[int, int] | None:
    from annotator.suggest.span_cleanup import settled_span

    return settled_span(text, start, min(end, start + 6))


def record_of(text: str) -> Record:
    """The text annotated all over, as an export has it."""
    settled = text if text.strip() else text + "x"
    return Record(Article("a", settled, title="A"), "ada", annotated(settled))


def _sought(text: str) -> list[str]:
    return [word for word in (text[:2], text[:12], text[-9:]) if word.strip()]
