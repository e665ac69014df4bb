"""Projects of known size to measure on. The texts are made up, the seeds fixed."""

import random
from pathlib import Path

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Mention, Quote, RoleSpan
from annotator.core.record import Record
from annotator.services.presets import find_scheme
from annotator.store import Project

_WORDS = (
    *("the", "minister", "said", "that", "country", "council", "harbour", "budget", "report"),
    *("members", "agreed", "vote", "on", "new", "plan", "for", "city", "schools", "after"),
    *("months", "of", "talks", "while", "critics", "warned", "about", "cost", "and", "delay"),
)


def article_text(size: int, seed: int = 1) -> str:
    """About `size` code points of paragraphs of made-up prose."""
    chance = random.Random(seed)
    paragraphs = []
    length = 0
    while length < size:
        words = chance.choices(_WORDS, k=chance.randint(50, 110))
        paragraph = " ".join(words).capitalize() + "."
        paragraphs.append(paragraph)
        length += len(paragraph) + 2
    return "\n\n".join(paragraphs)[:size].rstrip()


def record(id_: str, size: int, spans: int, seed: int = 1) -> Record:
    """An article with `spans` spans, four fifths mentions, the rest quote contents."""
    text = article_text(size, seed)
    step = len(text) // (spans + 1)
    entities = [Entity(f"e{n}", "ORG", f"Name {n}", n) for n in range(1, max(2, spans // 20))]
    mentions, quotes = [], []
    for number in range(1, spans + 1):
        start = text.index(" ", number * step - step // 2) + 1
        if number % 5:
            end = start + max(3, min(12, step - 4))
            mentions.append(_mention(text, len(mentions) + 1, start, end, entities))
        else:
            end = start + max(4, min(60, step - 4))
            span = RoleSpan("content", start, end, text[start:end])
            quotes.append(Quote(f"q{len(quotes) + 1}", len(quotes) + 1, (span,), "indirect"))
    annotation = Annotation(entities=entities, mentions=mentions, quotes=quotes)
    return Record(Article(id_, text, title=f"Article {id_}"), "ada", annotation)


def project_with(path: Path, records: list[Record]) -> Path:
    """A new project that holds the records."""
    with Project.create(path, find_scheme("news")) as project, project.importing() as target:
        for one in records:
            target.add(one)
    return path


def _mention(text: str, number: int, start: int, end: int, entities: list[Entity]) -> Mention:
    entity = entities[number % len(entities)]
    return Mention(f"m{number}", entity.id, start, end, text[start:end], number)
