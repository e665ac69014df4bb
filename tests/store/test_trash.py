"""Deleted articles: whole in the trash, out of everything else, and back as they were."""

import json
import sqlite3
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.cli import main
from annotator.core.annotation import Annotation
from annotator.core.models import Decision, Entity
from annotator.core.record import Record
from annotator.core.scheme import Label, Scheme, scheme_to_json
from annotator.core.text_search import TextQuery
from annotator.store import (
    ArticleExists,
    NoSuchArticle,
    NotInTrash,
    Project,
    ProjectDamaged,
    SearchQuery,
    StoreError,
)
from annotator.store.database import connect
from annotator.store.migrations import version_of
from annotator.store.schema import LADDER
from annotator.store.trash import trashing
from annotator.store.trash_serialization import ANNOTATORS, TABLES
from tests import strategies
from tests.examples import examples
from tests.store.samples import (
    SCHEME,
    TEXT,
    ZOE,
    adding,
    execute,
    older_project,
    put_article,
    record,
    rows,
)

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def two(project: Project) -> Project:
    """Two articles; the first with all that an article can have, of two annotators."""
    with project.importing() as target:
        target.add(record("a1", "ada", title="Zoë speaks"))
        target.add(record("a1", "ben"))
        target.add(record("a2", text="Nothing else happened."))
    project.apply(1, "ada", adding(Entity("e9", "PERSON", "Eve", 9)))
    project.apply(1, "ada", adding(Decision("d1", 1, "mention", "taken", 2, 9)))
    project.undo(1, "ada")
    project.assign("ada", [1, 2])
    project.set_review(1, "ben", "returned", "eve")
    project.add_comment(1, "ben", (0, 3), "Is this so?", "eve")
    execute(
        project.path,
        "INSERT INTO version VALUES (1, 'x', '2026', 1, "
        """'[{"kind":"head","before":null,"after":{}}]', '[]')""",
    )
    return project


def delete(project: Project, *keys: int) -> None:
    with project.trashing() as trash:
        for key in keys:
            trash.take(key, "ada")


def restore_all(project: Project) -> None:
    with project.trashing() as trash:
        for one in project.trash():
            trash.restore(one.number)


def everything(path: Path) -> Rows:
    """All rows of all tables but those of the trash and its marks."""
    return {
        table: rows(path, f"SELECT * FROM {table} ORDER BY 1, 2") for table in (*TABLES, ANNOTATORS)
    }


def found(project: Project, text: str) -> list[tuple[int, int, int]]:
    wanted = SearchQuery(TextQuery(text), "ada")
    return [(hit.key, hit.start, hit.end) for hit in project.search(wanted).page(999, 60).hits]


def damaged(path: Path, change: Any) -> None:
    """Change what lies in the trash, its digest as well."""
    ((text,),) = rows(path, "SELECT content FROM trash")
    content = json.loads(text)
    change(content)
    text = json.dumps(content)
    with closing(sqlite3.connect(path)) as connection:
        digest = sha256(text.encode()).hexdigest()
        connection.execute("UPDATE trash SET content = ?, content_sha256 = ?", (text, digest))
        connection.commit()


def test_every_table_that_belongs_to_articles_goes_into_the_trash(path: Path) -> None:
    Project.create(path, SCHEME).close()
    with closing(sqlite3.connect(path)) as connection:
        plain = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'CREATE TABLE%'"
        ).fetchall()
        of_articles = {
            table
            for (table,) in plain
            for key in connection.execute(f"PRAGMA foreign_key_list({table})")
            if key[2] in {"article", "annotation", "quote", "entity"}
        }
    assert of_articles | {"article"} == set(TABLES)


def test_a_deleted_article_is_nowhere_but_in_the_trash(two: Project) -> None:
    delete(two, 1)
    live = everything(two.path)
    assert [row[1] for row in live.pop("article")] == ["a2"]
    assert [row[1] for row in live.pop("article_text")] == ["Nothing else happened."]
    assert live.pop("assignment") == [(2, "ada")]
    assert [row[1] for row in live.pop(ANNOTATORS)] == ["ada", "ben"]
    assert set(map(len, live.values())) == {0}
    assert found(two, "works") == []
    assert two.article_keys(annotator="ada", text="zoe") == []
    assert two.progress("ada").total == two.stats().articles == 1
    assert [one.article.id for one in two.records(bare=True)] == ["a2"]
    assert two.check() == []
    (item,) = two.trash()
    assert (item.id, item.title, item.deleted_by, item.annotations) == (
        "a1", "Zoë speaks", "ada", 2,
    )  # fmt: skip
    assert two.stats().trash == 1


def test_a_restored_article_is_what_it_was_and_undo_reaches_into_it(two: Project) -> None:
    before, hits = everything(two.path), found(two, "works")
    delete(two, 1)
    restore_all(two)
    assert everything(two.path) == before
    assert found(two, "works") == hits != []
    assert two.check() == []
    assert two.trash() == []
    assert two.redo(1, "ada") is not None
    assert two.undo(1, "ada") is not None
    assert two.undo(1, "ada") is not None
    assert "e9" not in two.annotation(1, "ada").entities


@settings(max_examples=examples(6))
@given(
    given_records=st.lists(
        strategies.records(), min_size=1, max_size=4, unique_by=lambda one: one.article.id
    ),
    data=st.data(),
)
def test_any_project_comes_back_byte_for_byte(
    given_records: list[Record], data: st.DataObject
) -> None:
    words = sorted({word for one in given_records for word in one.article.text.split()[:4]})
    with TemporaryDirectory() as folder:
        path = new_project(Path(folder) / "news.db", given_records)
        with Project.open(path) as project:
            keys = project.article_keys(annotator="ada")
            chosen = data.draw(st.permutations(keys).map(lambda p: p[: 1 + len(p) // 2]))
            before, hits = everything(path), [found(project, word) for word in words]
            delete(project, *chosen)
            assert set(project.article_keys(annotator="ada")) == {*keys} - {*chosen}
            restore_all(project)
            assert everything(path) == before
            assert [found(project, word) for word in words] == hits
            assert project.check() == []


def new_project(path: Path, given_records: list[Record]) -> Path:
    with Project.create(path, SCHEME) as project, project.importing() as target:
        for one in given_records:
            target.add(one)
    return path


def test_what_fails_in_the_middle_deletes_nothing(two: Project) -> None:
    before = everything(two.path)
    with pytest.raises(NoSuchArticle, match="no article with the key 7"):
        delete(two, 1, 2, 7)
    assert everything(two.path) == before
    assert two.trash() == []


def test_an_article_whose_id_is_there_again_stays_in_the_trash(two: Project) -> None:
    delete(two, 1)
    with two.importing() as target:
        target.add(record("a1"))
    assert two.key_of("a1") == 3  # never the key that another window may still show
    with pytest.raises(ArticleExists, match=r"'a1' is in .* again"):
        restore_all(two)
    assert len(two.trash()) == 1
    delete(two, 3)
    assert [one.id for one in two.trash()] == ["a1", "a1"]


def test_no_article_gets_the_key_of_a_deleted_one_even_when_the_trash_is_empty(
    two: Project,
) -> None:
    delete(two, 2)
    with two.trashing() as trash:
        trash.drop(two.trash()[0].number)
    with two.importing() as target:
        target.add(record("a3", text="Third."))
    assert two.key_of("a3") == 3
    with pytest.raises(NoSuchArticle):
        two.apply(2, "ada", adding(ZOE))


def test_keys_that_are_taken_meanwhile_are_replaced_by_free_ones(two: Project) -> None:
    work, comments = two.annotation(1, "ben"), two.comments(1, "ben")
    delete(two, 1)
    with two.importing() as target:
        target.add(record("a4", "ada", text=TEXT))
    new = two.key_of("a4")
    assert new is not None
    for number in range(20, 25):
        two.apply(new, "ada", adding(Entity(f"e{number}", "PERSON", "Eve", number)))
    execute(
        two.path,
        "INSERT INTO remark VALUES "
        f"('{comments[0].id}', (SELECT max(pk) FROM annotation), 0, 3, 'x', 'eve', '2026', NULL)",
    )
    restore_all(two)
    assert two.check() == []
    assert two.annotation(1, "ben") == work
    assert [one[1:] for one in two.comments(1, "ben")] == [one[1:] for one in comments]
    assert str(two.next_undo_title(1, "ada")) == "Mark"
    assert str(two.next_redo_title(1, "ada")) == "Mark"
    assert len(two.annotation(new, "ada").entities) == 6


def test_an_article_whose_key_is_taken_gets_a_free_one(two: Project) -> None:
    """No key comes again in one project, but other programs may have put an article there."""
    work = two.annotation(1, "ben")
    delete(two, 1)
    columns = [name for _, name, *_ in rows(two.path, "PRAGMA table_info(article)")]
    taken = ", ".join({"pk": "1", "id": "'a9'"}.get(name, name) for name in columns)
    execute(two.path, f"INSERT INTO article SELECT {taken} FROM article WHERE pk = 2")
    restore_all(two)
    key = two.key_of("a1")
    assert key is not None
    assert key > 2
    assert two.annotation(key, "ben") == work


def test_a_scheme_that_changes_meanwhile_changes_nothing_in_the_trash(two: Project) -> None:
    before = everything(two.path)["entity"]
    delete(two, 1)
    human = Scheme("test", "Test", (Label("HUMAN", "Human", "HUM", "rose", "1"),))
    assert two.set_scheme(human, labels={"PERSON": "HUMAN"}) == 0
    restore_all(two)
    assert everything(two.path)["entity"] == before
    assert two.check() == []


def test_a_number_of_the_trash_never_comes_again(two: Project) -> None:
    delete(two, 1)
    (first,) = two.trash()
    with two.trashing() as trash:
        trash.drop(first.number)
    delete(two, 2)
    assert two.trash()[0].number > first.number
    with pytest.raises(NotInTrash, match="look into it again"), two.trashing() as trash:
        trash.restore(first.number)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c.pop("article"), "it holds no article"),
        (lambda c: c["article"].append(c["article"][0]), "it holds no article, or several"),
        (lambda c: c["mention"][0].update(annotation=77), "belongs to nothing"),
        (lambda c: c["annotation"][0].update(annotator=77), "belongs to nothing"),
        (lambda c: c["annotation"][0].update(article=2), "belongs to nothing"),
        (lambda c: c["article_text"][0].update(text="Another."), "text is not the one"),
        (lambda c: c["entity"][0].update({'x") --': 1}), "do not fit into the table entity"),
        (lambda c: c["entity"][0].update(name=["Eve"]), "rows cannot be read"),
        (lambda c: c.update(project=[]), "unknown origin"),
        (lambda c: c["article"][0].update(id="a2"), "another article"),
    ],
)
def test_nothing_in_the_trash_of_somebodys_file_is_trusted(
    two: Project, change: Any, words: str
) -> None:
    delete(two, 1)
    damaged(two.path, change)
    before = everything(two.path)
    (problem,) = two.check()
    assert (problem.article, words in problem.sentence) == ("a1", True)
    with pytest.raises(ProjectDamaged, match="go back to a backup"):
        restore_all(two)
    assert everything(two.path) == before


@settings(max_examples=examples(6))
@given(data=st.data())
def test_whatever_somebody_put_into_the_trash_is_refused_in_words_or_fits(
    data: st.DataObject,
) -> None:
    def change(content: Any) -> None:
        table = data.draw(st.sampled_from([t for t in sorted(content) if content[t]]))
        row = data.draw(st.sampled_from(content[table]))
        column = data.draw(st.sampled_from([*sorted(row), "strange"]))
        values = st.recursive(_SCALARS, lambda inner: st.lists(inner, max_size=2), max_leaves=3)
        operation = data.draw(st.sampled_from(["set", "drop", "empty", "double", "no rows"]))
        if operation == "set":
            row[column] = data.draw(values)
        elif operation == "drop":
            row.pop(column, None)
        elif operation == "empty":
            row.clear()
        else:
            content[table] = content[table] * 2 if operation == "double" else data.draw(values)

    with TemporaryDirectory() as folder:
        path = new_project(Path(folder) / "news.db", [record("a1", "ada", title="Zoë")])
        with Project.open(path) as project:
            project.apply(1, "ada", adding(Entity("e9", "PERSON", "Eve", 9)))
            delete(project, 1)
            damaged(path, change)
            refused = project.check()
            try:
                restore_all(project)
            except StoreError:
                assert len(project.trash()) == 1
                assert project.progress("ada").total == 0
            else:
                assert refused == []
                project.check()


_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), st.just(2**63)
)


def test_a_row_that_breaks_the_rules_of_its_table_brings_nothing_back(two: Project) -> None:
    delete(two, 1)
    damaged(two.path, lambda c: c["mention"][0].update(entity="e77"))
    with pytest.raises(StoreError, match="names something that is not there"):
        restore_all(two)
    assert two.progress("ada").total == 1


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE trash SET content = replace(content, 'Zoë', 'Zoe')",
        "UPDATE trash SET content_sha256 = 'x'",
        "UPDATE trash SET content = CAST(x'7bff7d' AS TEXT)",
    ],
)
def test_check_tells_of_damage_in_the_trash_and_how_to_mend_it(
    two: Project, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    delete(two, 1)
    execute(two.path, damage)
    assert main(["check", str(two.path)]) == 1
    told = capsys.readouterr().out
    assert "in the trash" in told
    assert "delete it for good, or go back to a backup; see: annotator trash" in told
    with two.trashing() as trash:
        trash.drop(two.trash()[0].number)
    assert two.check() == []


def test_a_project_of_the_version_before_gets_a_trash(path: Path) -> None:
    before = LADDER[: [step.name for step in LADDER].index("m0005_trash")]
    older_project(path, len(before), scheme_to_json(SCHEME))
    put_article(path, "a1")
    with Project.open(path) as project, project.importing() as target:
        assert project.trash() == []
        assert target.add(record("a1", "ada")) == "added annotation"
    with Project.open(path) as project:
        delete(project, 1)
        restore_all(project)
        assert project.annotation(1, "ada").entities == {"e1": ZOE}
        assert project.check() == []
    (copy,) = path.parent.glob("news.backup-v*")
    with closing(connect(copy)) as database:
        assert version_of(database.connection) == len(before)


def test_a_row_from_before_a_column_was_added_fits_into_the_newer_table(two: Project) -> None:
    delete(two, 1)
    execute(two.path, "ALTER TABLE mention ADD COLUMN weight INTEGER NOT NULL DEFAULT 3")
    with closing(connect(two.path)) as database, trashing(database) as trash:
        trash.restore(1)
    assert set(rows(two.path, "SELECT weight FROM mention")) == {(3,)}


def test_the_trash_shows_what_was_deleted_last_first_and_by_whom(two: Project) -> None:
    with two.trashing() as trash:
        told = [trash.take(2, "ada"), trash.take(1, "ada")]
    assert [(one.annotations, one.others) for one in told] == [(0, ()), (2, ("ben",))]
    shown = [(one.number, one.id, one.title, one.deleted_by) for one in two.trash()]
    assert shown == [(2, "a1", "Zoë speaks", "ada"), (1, "a2", "", "ada")]
    assert {one.others for one in two.trash()} == {()}


def test_who_only_looked_has_no_work_in_an_article_that_is_deleted(two: Project) -> None:
    two.add_seconds(2, "eve", 9)
    with two.importing() as target:
        target.add(record("a2", "suggester-x", Annotation(), text="Nothing else happened."))
        target.add(record("a2", "zoe", Annotation(), text="Nothing else happened."))
    with two.trashing() as trash:
        told = trash.take(2, "lea")
    assert (told.annotations, told.others) == (2, ("zoe",))
