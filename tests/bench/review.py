"""Six annotators: comparing 1,000 articles, and opening one in a review."""

import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from annotator.core.annotation import Annotation
from annotator.core.models import Mention, Quote
from annotator.core.record import Record
from annotator.store import Project
from tests.bench.samples import project_with, record

NAMES = ("ada", "ben", "cy", "dora", "eli", "fay")


def six_of(id_: str, size: int, spans: int, seed: int) -> list[Record]:
    """One article as six people have it: about a fifth of what they mark differs."""
    first = record(id_, size, spans, seed=seed)
    assert first.annotation is not None
    return [
        Record(first.article, name, _varied(first.article.text, first.annotation, seed * 10 + n))
        for n, name in enumerate(NAMES)
    ]


def compared(home: Path, runs: int) -> list[float]:
    """Seconds to measure the agreement of six people on 1,000 articles, by run."""
    from annotator.services.agreement import measure_agreement

    records = [one for n in range(1000) for one in six_of(f"a{n}", 3_000, 15, n)]
    path = project_with(home / "six.annotator", records)
    with Project.open(path) as project:
        return [_seconds(lambda: measure_agreement(project)) for _ in range(max(3, runs // 3))]


def opened(home: Path, runs: int) -> list[float]:
    """Milliseconds from a key to the compare view of the next article, painted, by run."""
    from tests.bench.opened import milliseconds, opened, settle

    records = [one for n in range(2) for one in six_of(f"b{n}", 3_600, 40, n)]
    path = project_with(home / "view.annotator", records)
    with opened(path, annotator="zoe") as window:
        window.build_workspace().review.review()
        keys = window.project.article_keys(annotator="gold")

        def show(key: int) -> None:
            window.session.open_article(key)
            window.repaint()
            window.view.viewport().repaint()

        show(keys[1])
        samples = []
        for number in range(runs * 2):
            samples.append(milliseconds(partial(show, keys[number % 2])))
            settle()
    return samples


def _varied(text: str, work: Annotation, seed: int) -> Annotation:
    chance = random.Random(seed)
    mentions = [m for m in work.mentions.values() if chance.random() > 0.1]
    quotes = [_cut(text, q, chance) for q in work.quotes.values() if chance.random() > 0.1]
    return Annotation(
        head=work.head,
        entities=work.entities.values(),
        mentions=[_shortened(text, m, chance) for m in mentions],
        quotes=quotes,
    )


def _shortened(text: str, mention: Mention, chance: random.Random) -> Mention:
    if chance.random() > 0.1 or mention.end - mention.start < 5:
        return mention
    return mention._replace(end=mention.end - 2, text=text[mention.start : mention.end - 2])


def _cut(text: str, quote: Quote, chance: random.Random) -> Quote:
    if chance.random() > 0.2:
        return quote
    span = quote.spans[0]
    end = span.end - (span.end - span.start) // 4
    return quote._replace(spans=(span._replace(end=end, text=text[span.start : end]),))


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
