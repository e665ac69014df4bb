"""What was called saved, kept apart from the program, and what the project's file holds.

The file is read by plain SQL here and not by the store, whose own mistakes nobody would see.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from annotator.core.annotation import Annotation

State = dict[str, Any]
"""An annotation in plain values that JSON gives back as they were."""


class Work(NamedTuple):
    """Whose work on which article."""

    article: str
    annotator: str


class Saved(NamedTuple):
    """An annotation at one moment. `revision` counts the edits that it has seen."""

    revision: int
    state: State


def state_of(annotation: Annotation) -> State:
    """What the window shows of an annotation."""
    entities, mentions, quotes = annotation.entities, annotation.mentions, annotation.quotes
    return {
        "entities": sorted([e.id, e.label, e.name, e.note] for e in entities.values()),
        "mentions": sorted(
            [m.id, m.entity_id, m.start, m.end, m.text, m.note] for m in mentions.values()
        ),
        "quotes": sorted(
            [
                *(q.id, q.type, list(q.speakers), q.speaker_status, list(q.addressees), q.note),
                [[s.role, s.start, s.end, s.text] for s in q.spans],
            ]
            for q in quotes.values()
        ),
        "status": annotation.head.status,
        "notes": annotation.head.notes,
    }


_TABLES: Final = ("entity", "mention", "quote", "quote_span")
_Row = Mapping[str, Any]


def stored(path: Path) -> dict[Work, Saved]:
    """Everybody's work as the file holds it, what lies in its trash included."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        found = dict(_trashed(connection))
        found.update(_live(connection))
    return found


def damage(path: Path) -> list[str]:
    """What SQLite itself finds wrong in the file."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        words = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
        foreign = connection.execute("PRAGMA foreign_key_check").fetchall()
    return [word for word in words if word != "ok"] + [f"no parent: {row}" for row in foreign]


def _live(connection: sqlite3.Connection) -> Iterator[tuple[Work, Saved]]:
    rows = connection.execute(
        "SELECT n.*, a.id AS article_id, r.name AS annotator_name FROM annotation n "
        "JOIN article a ON a.pk = n.article JOIN annotator r ON r.pk = n.annotator"
    ).fetchall()
    tables = {
        table: _by_annotation(connection.execute(f"SELECT * FROM {table}")) for table in _TABLES
    }
    for row in rows:
        parts = {table: tables[table].get(row["pk"], []) for table in _TABLES}
        work = Work(row["article_id"], row["annotator_name"])
        yield work, Saved(row["revision"], _state(dict(row), parts))


def _trashed(connection: sqlite3.Connection) -> Iterator[tuple[Work, Saved]]:
    for (text,) in connection.execute("SELECT content FROM trash ORDER BY pk"):
        content = json.loads(text)
        names = {row["pk"]: row["name"] for row in content["annotator"]}
        tables = {table: _by_annotation(content.get(table, [])) for table in _TABLES}
        for row in content["annotation"]:
            parts = {table: tables[table].get(row["pk"], []) for table in _TABLES}
            work = Work(content["article"][0]["id"], names[row["annotator"]])
            yield work, Saved(row["revision"], _state(row, parts))


def _by_annotation(rows: Iterable[Any]) -> dict[int, list[_Row]]:
    found: dict[int, list[_Row]] = {}
    for row in rows:
        found.setdefault(row["annotation"], []).append(dict(row))
    return found


def _state(annotation: _Row, parts: Mapping[str, list[_Row]]) -> State:
    spans: dict[str, list[_Row]] = {}
    for row in sorted(parts["quote_span"], key=lambda row: int(row["position"])):
        spans.setdefault(row["quote"], []).append(row)
    return {
        "entities": sorted([e["id"], e["label"], e["name"], e["note"]] for e in parts["entity"]),
        "mentions": sorted(
            [m["id"], m["entity"], m["start"], m["end"], m["text"], m["note"]]
            for m in parts["mention"]
        ),
        "quotes": sorted(
            [
                *(q["id"], q["type"], _names(q["speakers"]), q["speaker_status"]),
                *(_names(q["addressees"]), q["note"]),
                [[s["role"], s["start"], s["end"], s["text"]] for s in spans.get(q["id"], [])],
            ]
            for q in parts["quote"]
        ),
        "status": annotation["status"],
        "notes": annotation["notes"],
    }


def _names(value: Any) -> list[str]:
    return json.loads(value) if isinstance(value, str) else list(value or ())


class Record:
    """What the window has said to be saved, from the lines that it wrote as it said so."""

    def __init__(self) -> None:
        self.acknowledged = 0
        self._last: dict[Work, Saved] = {}

    def read(self, acknowledgements: Path) -> None:
        """Take in what one window has said in its life; a line that a kill cut off was not said."""
        for line in acknowledgements.read_bytes().splitlines(keepends=True):
            if line.endswith(b"\n"):
                article, annotator, revision, state = json.loads(line)
                self._last[Work(article, annotator)] = Saved(revision, state)
                self.acknowledged += 1

    def lost(self, path: Path) -> list[str]:
        """What was called saved and is not in the file, in words. Afterwards the file is the truth.

        Edits that nobody called saved may be there: the window may have died in between, and jobs
        edit other articles than the one on the desk.
        """
        found, faults = stored(path), []
        for work, saved in self._last.items():
            there = found.get(work)
            if there is None:
                faults.append(f"{work}: the annotation is not in the file")
            elif there.revision < saved.revision:
                lacking = saved.revision - there.revision
                faults.append(f"{work}: {lacking} edits that were called saved are not in the file")
            elif there.revision == saved.revision and there.state != saved.state:
                faults.append(f"{work}: {_differing(saved.state, there.state)} differ in the file")
        self._last = {work: found[work] for work in self._last if work in found}
        return faults


def _differing(one: State, other: State) -> str:
    return ", ".join(name for name in one if one[name] != other[name])
