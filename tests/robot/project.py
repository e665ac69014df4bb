"""The projects that the robot works in: articles of several kinds, half of them begun."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Mention, Quote, RoleSpan
from annotator.core.native_reader import parse
from annotator.core.record import Record, dump
from annotator.resources import resource
from annotator.services.example import example_files
from annotator.store import Project
from annotator.ui.settings import Settings
from tests.bench.samples import article_text, project_with, record

_SHORT: Final = 24
"""So many short articles that the list of them scrolls."""
_LONG_WRITE_S: Final = 120_000
_CROWDED: Final = 6_000
_ENTITIES, _MENTIONS, _QUOTES = 12, 90, 40
_LABELS: Final = ("PERSON", "ORG", "GPE")
_LANGUAGES: Final = ("en", "en", "de", "ar")
_LOOKS: Final = ("light", "dark", "light_contrast", "dark_contrast")
_EMOJI: Final = (
    "“We won! 🏆”, said Zoë Lee 👩🏽‍🚀 in Zürich. The 🇨🇭 minister Bob Ray replied: "
    "“It isn’t over 😀.”\n\nHe said that e\u0301lan and nai\u0308ve were spelt\u00a0so. "
)


def make_project(path: Path, chance: random.Random) -> Path:
    """A project with everything in it that is read or painted in its own way."""
    return project_with(path, list(_records(chance.randrange(1 << 20))))


def _records(seed: int) -> Iterator[Record]:
    yield record("begun", 5_000, 60, seed=seed)
    yield crowded(seed)
    yield _example()
    for file in sorted(resource("resources", "example").glob("*.txt")):
        yield Record(Article(file.stem, file.read_text(encoding="utf-8"), file.stem))
    yield Record(Article("emoji", _EMOJI * 6, "Zoë 👩🏽‍🚀 wins 🏆"))
    yield record("long", _LONG_WRITE_S, 900, seed=seed + 1)
    for number in range(_SHORT):
        text = article_text(400, seed + number)
        yield Record(Article(f"short{number}", text, f"Short article number {number}"))


def _example() -> Record:
    """The example article as it comes, with everything that quotes can have."""
    *_texts, annotations = example_files()
    made = parse(annotations.read_text(encoding="utf-8").splitlines()[0])
    return replace(made, annotator="ada")


def crowded(seed: int) -> Record:
    """An article whose spans overlap in every way, over many lines, with speakers and sources."""
    chance, text = random.Random(seed), article_text(_CROWDED, seed)
    edges = [match.start() for match in re.finditer(r"\b", text)]

    def stretch(words: int) -> tuple[int, int]:
        first = chance.randrange(0, len(edges) - 2 * words - 2) // 2 * 2
        return edges[first], edges[first + 2 * chance.randint(1, words) - 1]

    entities = [
        Entity(f"e{n}", chance.choice(_LABELS), f"Name {n}", n) for n in range(1, _ENTITIES + 1)
    ]
    mentions = []
    for number in range(1, _MENTIONS + 1):
        start, end = stretch(chance.choice((1, 3, 20)))
        entity = chance.choice(entities).id
        mentions.append(Mention(f"m{number}", entity, start, end, text[start:end], number))
    quotes = []
    for number in range(1, _QUOTES + 1):
        spans = [("content", *stretch(chance.choice((4, 30, 60))))]
        spans += [(role, *stretch(2)) for role in ("cue", "source") if chance.random() < 0.6]
        speakers = (chance.choice(entities).id,) if chance.random() < 0.7 else ()
        made = tuple(RoleSpan(role, a, b, text[a:b]) for role, a, b in spans)
        quotes.append(Quote(f"q{number}", number, made, "indirect", speakers=speakers))
    annotation = Annotation(entities=entities, mentions=mentions, quotes=quotes)
    return Record(Article("crowded", text, "A crowded article"), "ada", annotation)


def make_settings(home: Path, chance: random.Random) -> None:
    """What the program remembers when the round begins, below `home`."""
    folder = home / "config" / "annotator"
    folder.mkdir(parents=True)
    settings = Settings(folder / "annotator.ini")
    settings.annotator = "ada"
    settings.language = chance.choice(_LANGUAGES)
    settings.theme_name = chance.choice(_LOOKS)
    for name in ("no_suggestions", "lists_below", "articles"):
        settings.set_choice(name, on=chance.random() < 0.5)
    settings.save()


def records_to_import(path: Path, number: int) -> None:
    """A file of articles that the project does not have yet."""
    names = [f"new{number}-{count}" for count in range(20)]
    records = [Record(Article(name, article_text(800, number), f"New {name}")) for name in names]
    path.write_text("".join(json.dumps(dump(one)) + "\n" for one in records), encoding="utf-8")


def other_project(path: Path, project: Path) -> None:
    """A part of ada's work in `project` as somebody else's, in a project of its own."""
    with Project.open(project, read_only=True) as ours:
        articles = {ours.article(key).id: key for key in ours.article_keys(annotator="ada")}
        key = articles.get("begun", next(iter(articles.values())))
        article, work = ours.article(key), ours.annotation(key, "ada")
    part = Annotation(
        entities=list(work.entities.values()),
        mentions=list(work.mentions.values())[::2],
        quotes=[quote._replace(type="mixed") for quote in list(work.quotes.values())[::3]],
    )
    project_with(path, [Record(article, "ben", part)])
