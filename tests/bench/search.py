"""Finding in a project of 100,000 articles: what one key costs while words are typed."""

import time
from collections.abc import Iterator
from pathlib import Path

from annotator.core.finding import Searchable, Sought
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.store import Project, Wanted
from annotator.work.presets import find_scheme
from tests.bench.figures import Figure
from tests.bench.samples import article_text

_ARTICLES = 100_000
_ROUNDS = 3
_IN_TEXT = ("c", "co", "cou", "coun", "counc", "counci", "council", "council s", "q", "qx")
_TYPED = ("minister said", "Zanzibar99", "Senator Quixote5", "nowhere at all", "👍", "zq")


def steps(home: Path) -> Iterator[Figure]:
    """For each key pressed the milliseconds until its first hits, and for a whole megabyte."""
    with Project.create(home / "many.annotator", find_scheme("news")) as project:
        _fill(project)
        typed = [words[: n + 1] for words in _TYPED for n in range(len(words))]
        keys = [_first_step(project, words) for _ in range(_ROUNDS) for words in typed]
        yield Figure("key of a search in 100,000 articles", "ms", keys, 50, each=True)
    for name, size in (("1 MB", 1_000_000), ("5 MB", 5_000_000)):
        text = Searchable(article_text(size))
        samples = [_in_text(text, words) for _ in range(10) for words in _IN_TEXT]
        yield Figure(f"key of a search in {name} of text", "ms", samples, 50, each=True)


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
