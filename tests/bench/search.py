"""Finding in a project of 100,000 articles: what one key costs while words are typed."""

import time
from collections.abc import Iterator
from pathlib import Path

from annotator.core.finding import Searchable, Sought
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.store import Project, Wanted
from annotator.work.presets import find_scheme
from tests.bench.samples import article_text

_ARTICLES = 100_000
_TYPED = ("minister said", "Zanzibar99", "Senator Quixote5", "nowhere at all", "👍", "zq")


def steps(home: Path) -> Iterator[tuple[str, list[float]]]:
    """For each key pressed the milliseconds until its first hits, and for a whole megabyte."""
    with Project.create(home / "many.annotator", find_scheme("news")) as project:
        _fill(project)
        typed = [words[: n + 1] for words in _TYPED for n in range(len(words))]
        keys = [_first_step(project, words) for words in typed]
        yield "key of a search in 100,000 articles", keys
        yield "slowest of these keys", [max(keys)]
    text = Searchable(article_text(1_000_000))
    yield "key of a search in 1 MB of text", [_in_text(text, words) for words in ("t", "the", "q")]


def _fill(project: Project) -> None:
    pool = [article_text(1_500, seed=n) for n in range(300)]
    with project.importing() as target:
        for n in range(_ARTICLES):
            rare = f" Senator Quixote{n % 997} of Zanzibar{n} spoke." if n % 10 == 0 else ""
            text = f"Item {n}. {pool[n % 300]}{rare}{' 👍' if n % 5_000 == 0 else ''}"
            target.add(Record(Article(f"a{n}", text, title=f"Item {n}")))


def _first_step(project: Project, words: str) -> float:
    began = time.perf_counter()
    project.search(Wanted(Sought(words), "ada"))
    return (time.perf_counter() - began) * 1000


def _in_text(text: Searchable, words: str) -> float:
    began = time.perf_counter()
    Sought(words).places(text)
    return (time.perf_counter() - began) * 1000
