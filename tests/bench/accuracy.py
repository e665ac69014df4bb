"""`python -m tests.bench.accuracy`: how good suggestions are on the corpora, beside their floors.

`make bench` ends with it. Rules are measured as they are, models after training on part of
`polnear_train` (shuffled with a
fixed seed) and on the first 20 articles of `names_english`.
"""

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from annotator.core.record import Record
from annotator.services.evaluation import Evaluation, evaluate, read_gold
from annotator.suggest import find_suggester
from annotator.suggest.trained import Trained, train

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
_SEED = 1


class Line(NamedTuple):
    """One figure of the table beside what it has to reach; None for no floor."""

    what: str
    value: float | None
    floor: float | None = None

    def __str__(self) -> str:
        value = "–" if self.value is None else f"{self.value:.3f}"
        floor = "" if self.floor is None else f"≥ {self.floor:g}"
        return f"{self.what:<62}{value:>8}  {floor}"


def lines() -> Iterator[Line]:
    """The table, as it is measured: the last lines take minutes."""
    dev = read_gold(CORPORA / "polnear_dev.jsonl")
    rules = find_suggester("rules")
    figures = evaluate(dev, rules)
    direct = figures.quotes["direct"]
    yield Line("rules, polnear_dev: direct, precision", direct.precision, 0.88)
    yield Line("rules, polnear_dev: direct, recall", direct.recall, 0.92)
    yield from _quotes("rules, polnear_dev", figures, 0.58)
    yield Line("rules, articles a second on one core", figures.articles / figures.seconds, 100)
    gum = evaluate(read_gold(CORPORA / "gum_news.jsonl"), rules)
    yield Line("rules, gum_news: all quotes, F", gum.quotes["all"].f, 0.65)
    german = evaluate(read_gold(CORPORA / "german_wikinews.jsonl"), rules)
    yield Line("rules, german_wikinews: direct, F", german.quotes["direct"].f, 0.85)
    names = _annotated(read_gold(CORPORA / "names_english.jsonl"))
    found = evaluate(names[20:], _trained(names[:20]))
    yield Line("20 articles of names_english, the rest: mentions, F", found.entities.f, 0.5)
    training = _annotated(read_gold(CORPORA / "polnear_train.jsonl"))
    random.Random(_SEED).shuffle(training)
    for count, floor in ((25, None), (100, 0.70), (len(training), 0.75)):
        what = f"{count} articles of polnear_train"
        began = time.perf_counter()
        suggester = _trained(training[:count])
        yield Line(f"{what}: seconds to train", time.perf_counter() - began)
        figures = evaluate(dev, suggester)
        yield from _quotes(what, figures, floor)
        direct = figures.quotes["direct"]
        yield Line(f"{what}: direct, precision", direct.precision)
        yield Line(f"{what}: direct, recall", direct.recall)
        yield Line(f"{what}: articles a second on one core", figures.articles / figures.seconds)


def _quotes(what: str, figures: Evaluation, floor: float | None) -> Iterator[Line]:
    yield Line(f"{what}: all quotes, F", figures.quotes["all"].f, floor)
    yield Line(f"{what}: cue touched, of the matched", figures.share("cue"), 0.88)
    yield Line(f"{what}: source touched, of the matched", figures.share("source"), 0.90)


def _annotated(records: Sequence[Record]) -> list[Record]:
    return [record for record in records if record.annotation is not None]


def _trained(records: Sequence[Record]) -> Trained:
    return Trained(train([(r.article, r.annotation) for r in records if r.annotation is not None]))


if __name__ == "__main__":
    for line in lines():
        print(line, flush=True)
