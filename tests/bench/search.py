"""Finding words: in an article while they are typed, and in all articles of a large project."""

import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from annotator.core.text_search import FoldedText, TextQuery
from annotator.store import ArticleFilter, Project, SearchQuery
from tests.bench.figures import Figure
from tests.bench.samples import article_text
from tests.bench.sizes import PAINT_MS

_ARABIC = "قال وزير الخارجية إنّ الحكومة «ستردّ» على ذلك في أقرب وقت، وأضاف: لم نُبلَّغ بشيء. "
_IN_ARABIC = ("ا", "ال", "الح", "الحكومة", "الحكومة س", "ز", "لم", "لم ن", "q", "إن")
_IN_TEXT = ("c", "co", "cou", "coun", "counc", "counci", "council", "council s", "q", "qx")
_QUERIES = (
    "the", "said", "th", "e", "as well", "ال", "国", "国国", "ไท", "“", "qzx", "no such thing",
)  # fmt: skip
_PATIENCE_S = 0.006


def steps() -> Iterator[Figure]:
    """For each key pressed the milliseconds until its hits in an article are known."""
    for size in (1, 5):
        arabic = _ARABIC * (size * 1_000_000 // len(_ARABIC))
        for name, words, text in (
            ("text", _IN_TEXT, article_text(size * 1_000_000)),
            ("Arabic", _IN_ARABIC, arabic),
        ):
            samples = _in_text(text, words)
            figure = f"key of a search in {size} MB of {name}"
            yield Figure(figure, "ms", samples, 16 if size == 1 else 33, each=True)
            first = [_timed(FoldedText(text), words[0]) for _ in range(5)]
            yield Figure(f"{figure}, the first", "ms", first, 50 if size == 1 else None)


def first_hundred(path: Path, size: str, pace: float) -> Iterator[Figure]:
    """For each query the CPU until 100 articles are found, by the filter and by the search.

    A second figure is the longest step, for which the window waits.

    Args:
        path: The project.
        size: How many articles it has, in words.
        pace: How much slower this machine is than the one of the budgets.
    """
    with Project.open(path) as project:
        for words in _QUERIES:
            for name, pages in (
                ("filter", partial(_filtered, project, words)),
                ("search", partial(_searched, project, words)),
            ):
                steps = [*_steps_to(100, pages())]
                title = f"{name} for {words!r}, {size}"
                yield Figure(f"first 100 of the {title}", "ms", [sum(steps)], 100, pace=pace)
                yield Figure("— longest step", "ms", steps, PAINT_MS, each=True, pace=pace)


def _filtered(project: Project, words: str) -> Iterator[int | None]:
    found = project.filtered(ArticleFilter("ada", words))
    while not (page := found.page(100, _PATIENCE_S, clock=time.thread_time)).is_last:
        yield len(page.keys)
    yield None


def _searched(project: Project, words: str) -> Iterator[int | None]:
    found = project.search(SearchQuery(TextQuery(words), "ada"))
    while (page := found.page(100, _PATIENCE_S, clock=time.thread_time)).next is not None:
        yield len(page.hits)
    yield None


def _steps_to(wanted: int, pages: Iterator[int | None]) -> Iterator[float]:
    """Yield the milliseconds of this thread that each page takes, until so many are found."""
    while wanted > 0:
        began = time.thread_time()
        found = next(pages)
        yield (time.thread_time() - began) * 1000
        if found is None:
            return
        wanted -= found


def _in_text(text: str, typed: Sequence[str]) -> list[float]:
    """Each key some times, in a text that was made ready by one before."""
    searchable = FoldedText(text)
    _timed(searchable, typed[0])
    return [_timed(searchable, words) for _ in range(10) for words in typed]


def _timed(text: FoldedText, words: str) -> float:
    began = time.thread_time()
    TextQuery(words).places(text)
    return (time.thread_time() - began) * 1000
