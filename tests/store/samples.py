"""Small values that the tests of the store put into projects."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.edit_rules import CompletedEdit, exempt
from annotator.core.message import verbatim
from annotator.core.models import Article, Entity, Head, Item, Mention, Quote, RoleSpan
from annotator.core.record import Record
from annotator.core.scheme import Label, Scheme
from annotator.core.text import text_hash
from annotator.store import Project
from annotator.store.database import connect
from annotator.store.migrations import migrate
from annotator.store.schema import LADDER

SCHEME = Scheme("test", "Test", (Label("PERSON", "Person", "PER", "blue", "1"),))
TEXT = "😀 Zoë Lee said “it works”. She left."
ZOE = Entity("e1", "PERSON", "Zoë Lee", 1)
NAMED = Mention("m1", "e1", 2, 9, "Zoë Lee", 1)
SAID = Quote(
    "q1",
    1,
    (RoleSpan("content", 16, 24, "it works"), RoleSpan("cue", 10, 14, "said")),
    "direct",
    speakers=("e1",),
)


def article(id_: str = "a1", text: str = TEXT, **more: Any) -> Article:
    return Article(id_, text, **more)


def annotation(*items: Entity | Mention | Quote, head: Head | None = None) -> Annotation:
    """An annotation of these items; of one of each kind if none is named."""
    items = items or (ZOE, NAMED, SAID)
    return Annotation(
        head=head,
        entities=[item for item in items if isinstance(item, Entity)],
        mentions=[item for item in items if isinstance(item, Mention)],
        quotes=[item for item in items if isinstance(item, Quote)],
        updated="2026-11-23T10:00:00Z",
    )


def record(
    id_: str = "a1",
    annotator: str | None = None,
    work: Annotation | None = None,
    *,
    text: str = TEXT,
    **more: Any,
) -> Record:
    """A bare article, or one with `annotator`'s work."""
    if annotator is None:
        return Record(article(id_, text, **more))
    return Record(article(id_, text, **more), annotator, work or annotation())


def adding(*items: Item, title: str = "Mark") -> CompletedEdit:
    """Return an edit that adds these items and changes nothing else, such as the status."""
    return exempt(Edit(verbatim(title), tuple(Change(None, item) for item in items)))


def changing(before: Item, after: Item, title: str = "Change") -> CompletedEdit:
    """Return an edit that changes this item and nothing else."""
    return exempt(Edit(verbatim(title), (Change(before, after),)))


def execute(path: Path, *statements: str) -> None:
    """Do to the file what no Project would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def older_project(path: Path, steps: int, scheme: str) -> Path:
    """A project with this scheme (as JSON) as a version with so many steps made it."""
    path.touch()
    with closing(connect(path)) as database:
        database.durable()
        migrate(database, LADDER[:steps])
        with database.writing() as connection:
            connection.execute("INSERT INTO project VALUES ('scheme', ?)", (scheme,))
    return path


def put_article(path: Path, id_: str, text: str = TEXT, title: str = "") -> None:
    """An article without annotation, as an older version wrote it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "INSERT INTO article (id, title, text_sha256, length, imported_at) "
            "VALUES (?, ?, ?, ?, '2026-11-23T10:00:00Z')",
            (id_, title, text_hash(text), len(text)),
        )
        connection.execute("INSERT INTO article_text SELECT max(pk), ? FROM article", (text,))
        connection.execute(
            "INSERT INTO article_fts (rowid, text) SELECT max(pk), ? FROM article", (text,)
        )


def mark(project: Project, *numbers: int, article: int = 1) -> None:
    """Edits that must be found again."""
    for number in numbers:
        project.apply(article, "ada", adding(ZOE._replace(id=f"e{number}", ordinal=number)))
