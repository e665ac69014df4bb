"""Puts values of every kind into every column of a project, and walks all roads that read it.

The columns come out of the schema, and the values are what JSON can say, in all sizes: so nothing
is tried only because somebody has thought of it. Whatever a road meets is told as a StoreError or
another sentence for the user, and what fails, or shows something else than before, `check` names.
"""

import hashlib
import json
import random
import re
import shutil
import sqlite3
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

from annotator.core import edits
from annotator.core.edit import Change, Edit
from annotator.core.errors import AnnotatorError
from annotator.core.message import verbatim
from annotator.core.models import Decision, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.record import Record
from annotator.core.scheme import Label
from annotator.core.text_search import TextQuery
from annotator.formats import find_format
from annotator.services.active_learning import stored_uncertainties
from annotator.services.background_training import last_training
from annotator.services.blind_test import blind_test
from annotator.services.project_check import check_project
from annotator.services.training import current_suggester
from annotator.services.wordlists import word_lists
from annotator.store import Project, SearchQuery
from annotator.store.columns import COLUMNS, DERIVED
from annotator.store.schema import LADDER
from tests.store.samples import NAMED, SAID, SCHEME, ZOE, annotation, article

_PEOPLE: Final = ("ada", "ben", "gold")
_DEEP: Final = 100_000
_SUGGESTED: Final = {"suggestion": {"by": "rule", "confidence": 0.9, "reason": "a name"}}
VALUES: Final[tuple[Any, ...]] = (
    None, 0, 1, -1, 7, 2**31, 2**32, 2**53 + 1, 2**63 - 1, -(2**63), 1.0, 1.5, 1e300, float("inf"),
    "", " ", "x", "zzzz", "e1", "q1", "q2", "todo", "9" * 5000, "x" * 100_000,
    "\ufeff", "a\u2028b", "\0",
    "5", "-1", "1.5", "1e999", "true", "null", "NaN", '"x"', "[]", "{}", "[1]", '["x"]',
    '["e1"]', "[null]",
    '{"a":1}', '{"a":NaN}', '{"a":1e999}', '{"a":123456789012345678901234567890}', "[[]]", "{",
    "[" * _DEEP, '{"a":' * 1000, "[" * 190 + "]" * 190, '["\\ud800"]', '{"a":"\\ud800"}',
    '{"\\ud800":1}', '{"id":1}', '{"suggestion":5}', '{"suggestion":{"by":[1],"changed_by":{}}}',
    '{"suggestion":{"by":"rule","confidence":"x","reason":7,"made_by":[]}}',
    '{"rejected_suggestions":5}', '{"rejected_suggestions":[5,{},{"mention":1,"start":"x"}]}',
    '{"rejected_suggestions":[{"quote":"direct","content":[[1]]},"x"]}', '{"aliases":7}',
    '{"suggestions_held_back":"x","reviewed_by":{},"near_duplicate_of":7,"attributes":[1]}',
    '[{"kind":"x","before":null,"after":{}}]', "[{}]", '[{"kind":"head","before":null}]',
    '[{"kind":"head","before":null,"after":{"status":"x"}}]',
    '[{"kind":"entity","before":null,"after":{"id":1,"label":"A","name":"B","ordinal":1}}]',
    '[{"kind":"mention","before":{"id":"m9","entity_id":"e1","start":-5,"end":"x"},"after":null}]',
    '[{"kind":"quote","before":null,"after":{"id":"q9","ordinal":1,"spans":[5]}}]',
    '[{"kind":"head","before":{},"after":null}]',
    b"", b"\x00\xff", b"x" * 10_000,
    memoryview(b"\xff\xfe"), memoryview(b"\xed\xa0\x80"),
)  # fmt: skip
"""A memoryview stands for text with these bytes, which are no UTF-8."""


_OF_ANNOTATIONS: Final = (
    "entity", "mention", "quote", "quote_span", "edit", "decision", "review", "remark", "version",
)  # fmt: skip
OWNERS: Final = {
    "article": "pk", "article_text": "article", "annotation": "pk", "assignment": "article",
    "trash": "pk", **dict.fromkeys(_OF_ANNOTATIONS, "annotation"),
}  # fmt: skip
"""Which column says what a row belongs to."""


class Planting(NamedTuple):
    """A value that is put into a column of every row, or of the first alone, or of what belongs to
    one article or annotation."""

    table: str
    column: str
    value: Any
    everywhere: bool = True
    belonging_to: int | None = None

    def __str__(self) -> str:
        value = repr(self.value.tobytes() if isinstance(self.value, memoryview) else self.value)
        where = "all rows" if self.everywhere else "one row"
        if self.belonging_to is not None:
            where = f"rows of {self.belonging_to}"
        return f"{self.table}.{self.column} = {value[:80]} in {where}"


def columns() -> list[tuple[str, str]]:
    """Each column of each table that the ladder makes, but for the words of the search."""
    with closing(sqlite3.connect(":memory:")) as model:
        for step in LADDER:
            for statement in step.statements:
                model.execute(statement)
        tables = [
            name
            for name, sql in model.execute("SELECT name, sql FROM sqlite_schema WHERE type='table'")
            if "STRICT" in (sql or "")
        ]
        return [
            (table, row[1])
            for table in sorted(tables)
            for row in model.execute("SELECT * FROM pragma_table_info(?)", (table,))
        ]


def all_plantings() -> Iterator[Planting]:
    """Every value in every column."""
    for table, column in columns():
        for value in VALUES:
            yield Planting(table, column, value)


def some_plantings(number: int) -> list[Planting]:
    """So many of them: every column, with values that go round, the same ones each time."""
    places = columns()
    found = []
    for turn in range(number):
        table, column = places[turn % len(places)]
        value = VALUES[(turn * 7 + turn // len(places)) % len(VALUES)]
        found.append(Planting(table, column, value, everywhere=turn % 3 != 0))
    return found


Stock: TypeAlias = Mapping[tuple[str, str], Sequence[Any]]
"""What the columns of a sound project hold."""


def chance_planting(chance: random.Random, stock: Stock) -> Planting:
    """Any value in any column: of any kind of number and nesting, or near to what is there."""
    table, column = place = chance.choice(list(stock))
    kind = chance.randrange(6)
    value: Any = chance.choice(VALUES)
    known = [one for one in stock[place] if one is not None]
    if kind == 1:
        value = chance.choice((-1, 1)) * chance.getrandbits(chance.randrange(1, 63))
    elif kind == 2:
        value = json.dumps(_any_json(chance, 4))
    elif kind == 3 and isinstance(value, str):
        at = chance.randrange(len(value) + 1)
        value = value[:at] + chance.choice(("[", "{", '"', "\\", "9" * 20, ",", "]")) + value[at:]
    elif kind > 3 and known:
        value = _near(chance, chance.choice(known))
    return Planting(table, column, value, chance.random() < 0.5)


def _near(chance: random.Random, value: Any) -> Any:
    """The value with a part of it turned into another: a number moved, a node of JSON replaced."""
    if isinstance(value, int):
        return value + chance.choice((-1, 1, 2, -value - 1, 10**6))
    try:
        whole = json.loads(value)
    except ValueError:
        cut = chance.randrange(len(value) + 1)
        return (
            value[:cut] + chance.choice(("", "x", "\0", "\u202e", "\U0001f600")) + value[cut:][1:]
        )
    if not isinstance(whole, dict | list):
        return json.dumps(_any_json(chance, 2))
    for _ in range(chance.choice((1, 1, 2))):
        whole = _with_other_node(chance, whole)
    return json.dumps(whole)


def _with_other_node(chance: random.Random, node: Any) -> Any:
    inner = [*node] if isinstance(node, dict) else [*range(len(node))] if isinstance(
        node, list) else []  # fmt: skip
    if not inner or chance.random() < 0.15:
        return _any_json(chance, 3)
    key, changed = chance.choice(inner), node.copy()
    if chance.random() < 0.1:
        del changed[key]
    elif chance.random() < 0.1 and isinstance(node, dict):
        changed[chance.choice(("x", "id", "start", "role"))] = changed.pop(key)
    else:
        changed[key] = _with_other_node(chance, node[key])
    return changed


def _any_json(chance: random.Random, depth: int) -> Any:
    kind = chance.randrange(8 if depth else 6)
    if kind == 6:
        return [_any_json(chance, depth - 1) for _ in range(chance.randrange(4))]
    if kind == 7:
        keys = ("a", "suggestion", "by", "kind", "before", "after", "id", "head", "start", "spans")
        return {chance.choice(keys): _any_json(chance, depth - 1) for _ in range(3)}
    return chance.choice(
        (None, True, 5, 0, 1.5, "x", "head", -1, "", 10**18, "e1", "q1", "q2", 2**70, "[]", "\0")
    )


def make_project(path: Path) -> None:
    """A small project with something in every table."""
    scheme = SCHEME._replace(
        labels=(*SCHEME.labels, Label("ORG", "Organisation", "ORG", "orange", "2"))
    )
    suggested = NAMED._replace(extra=_SUGGESTED)
    decision = Decision("d1", 1, "mention", "taken", 2, 9, ("v1",), ("ada",), "m1", "eve", "2026",
                        flags=("doubt",), extra={"x": 1})  # fmt: skip
    quote = SAID._replace(
        addressees=("e1",), flags=("doubt",), attributes={"tone": "x"}, extra={"x": 1}, note="odd",
        spans=(*SAID.spans[:1], SAID.spans[1]._replace(extra={"y": 2})),
    )  # fmt: skip
    inner = Quote("q2", 2, (RoleSpan("content", 27, 35, "She left"),), parent="q1")
    entity = ZOE._replace(link="Q1", note="who?", flags=("doubt",), extra={"aliases": ["Z"]})
    head = Head("doing", "a note", ("look",), 40, {"rejected_suggestions": []})
    with Project.create(path, scheme) as project:
        with project.importing() as target:
            full = article("a1", title="Title", language="en", source="Paper", published="2026",
                           url="https://x.example", meta={"k": 1}, extra={"z": 1})  # fmt: skip
            work = annotation(entity, suggested, quote, inner, head=head)
            target.add(Record(full, "ada", work))
            target.add(Record(full, "ben", annotation()))
            target.add(Record(full, "gold", annotation()))
            target.add(Record(article("a2", "Bare “text” is here."), extra={"w": 1}))
            target.add(Record(article("a3", "Gone soon, said Ann."), "ada", None))
        for number in (10, 11, 12):
            made = Entity(f"e{number}", "ORG", f"Org {number}", number)
            project.apply(1, "ada", Edit(verbatim("Mark"), (Change(None, made),)))
        project.undo(1, "ada")
        project.apply(1, "gold", Edit(verbatim("Take"), (Change(None, decision),)))
        project.set_review(1, "ben", "returned", "eve")
        project.add_comment(1, "ada", (0, 3), "look here", "eve")
        project.finish_comment(project.add_comment(1, "ada", (2, 4), "and here", "eve").id)
        project.assign("ada", [1, 2])
        project.add_seconds(2, "ben", 7)
        project.set_value("blind-test", '{"share": 0.5, "seed": 3}')
        project.set_value("word-lists", '{"en": {"verbs": {"added": ["mused"], "removed": []}}}')
        with project.trashing() as trash:
            trash.take(3, "ada")
    with closing(sqlite3.connect(path)) as connection, connection:
        changes = '[{"kind":"head","before":null,"after":{}}]'
        past = json.dumps([["Mark", "[]", "2026-11-23T10:00:00Z", None, "done"]])
        connection.execute("INSERT INTO version VALUES (1, 'x', '2026', 1, ?, ?)", (changes, past))
        connection.execute("INSERT INTO version VALUES (1, 'y', '2026', 1, NULL, NULL)")


class Ground:
    """A sound project into which anything can be put, as no program of ours would.

    Its tables are STRICT: what they would refuse goes in while they say that they are not.
    """

    def __init__(self, sound: Path, loose: Path) -> None:
        """`loose` is where a copy may lie that has neither strict tables nor triggers."""
        self._loose = loose
        shutil.copyfile(sound, loose)
        with closing(sqlite3.connect(loose, isolation_level=None)) as connection:
            schema = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_schema"
            self._triggers = connection.execute(f"{schema} WHERE type = 'trigger'").fetchall()
            self._tables = connection.execute(f"{schema} WHERE type = 'table'").fetchall()
            connection.execute("PRAGMA writable_schema = ON")
            connection.execute("DELETE FROM sqlite_schema WHERE type = 'trigger'")
            connection.execute(
                "UPDATE sqlite_schema SET sql = replace(replace(replace(sql, ') STRICT', ')'), "
                "'WITHOUT ROWID', ' WITHOUT ROWID'), '),  WITHOUT', ')  WITHOUT') "
                "WHERE type = 'table'"
            )
            connection.execute("PRAGMA journal_mode = DELETE")
            self.stock = {
                (table, column): [
                    value for (value,) in connection.execute(f'SELECT "{column}" FROM {table}')
                ]
                for table, column in columns()
            }

    def is_strict(self, planting: Planting) -> bool:
        """Whether the table takes such a value as it is, so that SQLite finds nothing wrong."""
        table, column, value, *_ = planting
        (words,) = [sql for _, name, _, _, sql in self._tables if name == table]
        kind = re.search(rf"\b{column} (TEXT|INTEGER)", words)
        if kind is None or re.search(rf"CHECK \([^)]*\b{column}\b", words):
            return False
        text = isinstance(value, str | memoryview)
        return text if kind[1] == "TEXT" else isinstance(value, int)

    def plant(self, path: Path, plantings: Iterable[Planting]) -> list[Planting]:
        """Make a project there with these in it, in turn; those that a file can hold."""
        shutil.copyfile(self._loose, path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute("BEGIN")
            done = [one for one in plantings if _write(connection, one)]
            connection.execute("PRAGMA writable_schema = ON")
            connection.executemany(
                "UPDATE sqlite_schema SET sql = ? WHERE name = ?",
                [(sql, name) for _, name, _, _, sql in self._tables],
            )
            connection.executemany(
                "INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", self._triggers
            )
            connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode = WAL")
        return done


def _write(connection: sqlite3.Connection, planting: Planting) -> bool:
    table, column, value, everywhere, owner = planting
    placed = "?"
    if isinstance(value, memoryview):
        value, placed = value.tobytes(), "CAST(? AS TEXT)"
    one = "" if everywhere else f' WHERE "{column}" IS (SELECT max("{column}") FROM {table})'
    if owner is not None:
        one = f' WHERE "{OWNERS[table]}" = {owner}'
    try:
        statement = f'UPDATE OR IGNORE {table} SET "{column}" = {placed}{one}'
        done = connection.execute(statement, (value,)).rowcount > 0
        if done and (table, column) == ("trash", "content") and isinstance(value, str):
            # Else the rest of it would never be looked at.
            digest = hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
            connection.execute("UPDATE trash SET content_sha256 = ? WHERE content = ?",
                               (digest, value))  # fmt: skip
    except (sqlite3.Error, UnicodeEncodeError):  # NOT NULL, or no key at all: no file can hold it
        return False
    return done


class Walk(NamedTuple):
    """What the roads gave: what each showed, which failed in words, and which with a bug."""

    shown: dict[str, Any]
    refused: dict[str, str]
    bugs: dict[str, BaseException]


def walk(path: Path, other: Path | None = None) -> tuple[Walk, list[str]]:
    """Take every road through the project; and which problems the check found before.

    `other` is another project, for those roads that take the longest: merging and exports.
    """
    found = Walk({}, {}, {})
    problems: list[str] = []
    _take(found, "open", lambda: Project.open(path).close())
    if "open" not in found.shown:
        return found, [*found.refused.values()]  # it says so when it is opened
    del found.shown["open"]
    with Project.open(path) as project:
        _take(found, "check", lambda: problems.extend(_checked(project)))
        for name, road in _reading(project).items():
            _take(found, name, road)
        for name, road in _writing(project, other).items():
            _take(found, f"{name} (writes)", road)
    return found, problems


def _checked(project: Project) -> list[str]:
    return [problem.sentence for problem in check_project(project)]


def _take(found: Walk, name: str, road: Callable[[], Any]) -> None:
    try:
        shown = road()
    except AnnotatorError as error:
        found.refused[name] = str(error)
    except Exception as error:
        found.bugs[name] = error
    else:
        found.shown[name] = shown


def _reading(project: Project) -> dict[str, Callable[[], Any]]:
    """Everything that shows something of a project, as values that can be compared."""
    roads: dict[str, Callable[[], Any]] = {
        "rows": lambda: project.article_rows([1, 2, 3], "ada"),
        "progress": lambda: project.progress("ada"),
        "annotators": project.annotators,
        "stats": project.stats,
        "statuses": project.statuses,
        "own stats": lambda: project.stats("ada"),
        "labels": lambda: project.labels_in_use("ada"),
        "labelled": lambda: project.labelled_entities("ada", "PERSON"),
        "names": project.names_in_use,
        "uses": lambda: project.uses(labels=["PERSON"], types=["direct"]),
        "works": project.annotation_digests,
        "fingerprint": lambda: len(project.fingerprint()),
        "extras": lambda: project.extras("ada"),
        "open comments": lambda: project.open_comments("ada"),
        "assignments": project.assignments,
        "trash": lambda: [item[1:3] for item in project.trash()],
        "scheme": lambda: project.scheme,
        "records": lambda: [_row(record) for record in project.records(bare=True)],
        "native": lambda: _written(project, "native"),
        "contributions": lambda: len([*project.contributions()]),
        "word lists": lambda: sorted(word_lists(project)),
        "blind test": lambda: blind_test(project),
        "doubts": lambda: stored_uncertainties(project, "ada"),
        "training": lambda: last_training(project),
        "suggester": lambda: current_suggester(project).made_by,
        "versions": lambda: sorted(project.versions(1, "ada")),
    }
    for order in ("title", "newest", "shortest"):
        roads[f"order {order}"] = lambda order=order: project.article_positions(order).keys(0, 100)
    for text in ("said", "Tit", "e", "”"):
        roads[f"filter {text}"] = lambda text=text: project.article_keys(annotator="ada", text=text)
    for marker in ("flag", "note"):
        roads[f"marker {marker}"] = lambda marker=marker: [
            project.article_keys(annotator="ada", marker=marker),
            project.search(SearchQuery(TextQuery(""), "ada", marker=marker)).page(99, 9),
        ]
    for words in ("said", "”", ""):
        roads[f"search {words}"] = lambda words=words: project.search(
            SearchQuery(TextQuery(words), "ada")
        ).page(99, 9)
    roads["search label"] = lambda: project.search(
        SearchQuery(TextQuery(""), "ada", label="PERSON")
    ).page(99, 9)
    for who in _PEOPLE:
        roads |= _of_annotator(project, who)
    return roads


def _of_annotator(project: Project, who: str) -> dict[str, Callable[[], Any]]:
    return {
        f"annotation {who}": lambda: _row(
            Record(project.article(1), who, project.annotation(1, who))
        ),
        f"revision {who}": lambda: project.revision(1, who),
        f"review {who}": lambda: project.review(1, who),
        f"comments {who}": lambda: [comment[1:] for comment in project.comments(1, who)],
        f"next {who}": lambda: (project.next_undo_title(1, who), project.next_redo_title(1, who)),
        f"keys {who}": lambda: [project.article_keys(annotator=who, status=s) for s in ("doing",)],
    }


def _row(record: Record) -> Any:
    """The record as values, told apart by their types too: 1 is not 1.0 and not true."""
    work = record.annotation
    items = [] if work is None else [work.head, *work.items(), work.updated]
    return repr((record.article, record.annotator, record.extra, items))


def _written(project: Project, name: str) -> bytes:
    out = BytesIO()
    find_format(name).write(project.records(bare=True), out)
    return out.getvalue()


def _writing(project: Project, other: Path | None) -> dict[str, Callable[[], Any]]:
    """What changes a project, and writes it out; what comes of it is not compared."""
    roads: dict[str, Callable[[], Any]] = {}
    if other is not None:
        for name in ("label-studio", "doccano", "csv", "w3c", "prodigy", "tei", "conll"):
            roads[f"export {name}"] = lambda name=name: _written(project, name)
        roads["merge into another"] = lambda: _merge(other, project.path)
        roads["merge from another"] = lambda: _merge(project.path, other)
    for who in _PEOPLE:
        roads |= {
            f"undo {who}": lambda who=who: project.undo(1, who),
            f"redo {who}": lambda who=who: project.redo(1, who),
            f"mark {who}": lambda who=who: _mark(project, who),
            f"undo again {who}": lambda who=who: project.undo(1, who),
            f"time {who}": lambda who=who: project.add_seconds(1, who, 5),
            f"return {who}": lambda who=who: project.set_review(1, who, "accepted", "eve"),
        }
    roads |= {
        "relabel": lambda: project.set_scheme(project.scheme, labels={"PERSON": "ORG"}),
        "import again": lambda: _import(project),
        "delete": lambda: _delete(project),
        "restore": lambda: _restore(project),
        "backup": lambda: project.backup(project.path.with_suffix(".copy")),
        "mend": project.mend,
    }
    return roads


def _mark(project: Project, who: str) -> None:
    found, before = project.article(1), project.annotation(1, who)
    project.apply(1, who, edits.mark(found, before, 10, 14, "ORG"))


def _merge(into: Path, source: Path) -> None:
    from annotator.services.merging import merge_files

    with Project.open(into) as project:
        merge_files(project, [source])


def _import(project: Project) -> None:
    with project.importing() as target:
        work = annotation(ZOE, Mention("m7", "e1", 2, 9, "Zoë Lee", 1))
        target.add(Record(article("a1"), "ada", work), replace=True)
        target.add(Record(article("a2", "Bare “text” is here."), "zoe", annotation(head=Head())))


def _delete(project: Project) -> None:
    with project.trashing() as trash:
        trash.take(1, "ada")


def _restore(project: Project) -> None:
    for item in project.trash():
        with project.trashing() as trash:
            trash.restore(item.number)


class Rig:
    """One project, what its roads show, and copies of it to spoil."""

    def __init__(self, folder: Path) -> None:
        self._sound = folder / "sound.annotator"
        self._folder = folder
        make_project(self._sound)
        self.ground = Ground(self._sound, folder / "loose.annotator")
        sound, problems = self._walk([])
        assert not sound.bugs, sound.bugs
        assert not problems, problems
        refused = {name for name in sound.refused if not name.endswith("(writes)")}
        assert not refused, sound.refused
        self._shown = sound.shown

    def _planted(self, plantings: Sequence[Planting]) -> Path:
        path = self._folder / "spoiled.annotator"
        for stale in self._folder.glob("spoiled.*"):
            stale.unlink()
        self._done = self.ground.plant(path, plantings)
        self._wrong = [] if not self._done else _wrong(path, self._done)
        return path

    def _walk(
        self, plantings: Sequence[Planting], *, thorough: bool = True
    ) -> tuple[Walk, list[str]]:
        path, other = self._planted(plantings), self._folder / "other.annotator"
        if plantings and not self._done:
            return Walk(self._shown, {}, {}), []
        if thorough:
            for suffix in ("-wal", "-shm"):
                Path(f"{other}{suffix}").unlink(missing_ok=True)
            shutil.copyfile(self._sound, other)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return walk(path, other if thorough else None)

    def fault(self, *plantings: Planting, thorough: bool = True) -> str:
        """What is wrong with how the program takes all of these together; "" where nothing is."""
        found, problems = self._walk(plantings, thorough=thorough)
        what = " and ".join(map(str, plantings))
        if found.bugs:
            name, error = next(iter(found.bugs.items()))
            return f"{what}: {name} raised {type(error).__name__}: {str(error)[:200]}"
        refused = [name for name in found.refused if not name.endswith("(writes)")]
        if refused and not problems:
            return f"{what}: {refused[0]} failed, and check says nothing"
        other = [n for n, shown in found.shown.items() if n in self._shown and _differs(
            shown, self._shown[n])]  # fmt: skip
        if other and not problems and self._wrong:
            return f"{what}: {other[0]} shows something else, and check says nothing"
        return self._unnamed(problems) if "open" not in found.refused else ""

    def unnamed(self, *plantings: Planting) -> str:
        """Which of these are wrong and not named by `check`; "" where none is."""
        path = self._planted(plantings)
        if not self._wrong:
            return ""
        try:
            with Project.open(path) as project:
                return self._unnamed(_checked(project))
        except AnnotatorError:  # it says so when it is opened
            return ""

    def _unnamed(self, problems: Sequence[str]) -> str:
        """A file that SQLite itself finds damaged is looked at no further."""
        if any(words.startswith("the file is damaged") for words in problems):
            return ""
        words = "\n".join(problems)
        unnamed = [one for one in self._wrong if f" as {one.column}" not in words]
        return f"{' and '.join(map(str, unnamed))}: check names it not" if unnamed else ""


def _wrong(path: Path, plantings: Sequence[Planting]) -> list[Planting]:
    """Those whose column holds now what it may not: SQLite makes some values into others."""
    found = []
    with closing(sqlite3.connect(path)) as connection:
        connection.text_factory = _text_or_bytes
        for one in plantings:
            if one.table in DERIVED:  # compared with the other tables as a whole
                continue
            shape = COLUMNS[one.table][one.column]
            stored = connection.execute(f'SELECT "{one.column}" FROM {one.table}')
            if not all(shape.holds(value) for (value,) in stored):
                found.append(one)
    return found


def _text_or_bytes(data: bytes) -> str | bytes:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def _differs(one: Any, other: Any) -> bool:
    return repr(one) != repr(other)
