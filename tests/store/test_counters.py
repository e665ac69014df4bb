"""Counters and positions are what plain counting and sorting find, after whatever was written."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from annotator.core.annotation import Annotation, StaleEdit
from annotator.core.edit_rules import complete_edit, exempt
from annotator.core.models import Article, Head
from annotator.core.record import Record
from annotator.core.scheme import scheme_to_json
from annotator.services.blind_test import set_blind_share
from annotator.services.merging import merge_files
from annotator.store import ARTICLE_ORDERS, ArticleOrder, Project
from annotator.store.importer import difference
from annotator.store.schema import LADDER
from annotator.store.title_order import sort_titles
from tests.examples import examples
from tests.store.plain_counts import counted_plainly
from tests.store.samples import (
    NAMED,
    SCHEME,
    ZOE,
    adding,
    changing,
    execute,
    older_project,
    put_article,
    record,
    rows,
)
from tests.strategies import annotations_of, articles

_PEOPLE = ("ada", "ben", "suggester-rules")
_MANY = 1500
"""Articles that fill several blocks."""


def assert_counted(project: Project) -> None:
    """Compare all that counters and positions say with what is there."""
    for name in (None, *_PEOPLE):
        assert project.stats(name) == counted_plainly(project, name)
        found = counted_plainly(project, name)
        if name is not None:
            assert project.progress(name).counts == found.progress(name)
            assert project.progress(name).total == found.articles
            labels = sorted(found.labels.items(), key=lambda label: (-label[1], label[0]))
            assert [*project.labels_in_use(name).items()] == labels
    for order in ARTICLE_ORDERS:
        keys = sorted_plainly(project, order)
        positions = project.article_positions(order)
        assert len(positions) == len(keys)
        assert positions.keys(0, len(keys)) == keys
        assert positions.positions(keys) == {key: place for place, key in enumerate(keys)}


def sorted_plainly(project: Project, order: ArticleOrder) -> list[int]:
    keys = project.article_keys(annotator="ada")
    found = {key: project.article(key) for key in keys}
    if order == "title":
        titles = sort_titles((article.title, article.id) for article in found.values())
        return [key for _, key in sorted(zip(titles, keys, strict=True))]
    if order == "shortest":
        return sorted(keys, key=lambda key: (len(found[key].text), key))
    dated = [key for key in keys if found[key].published is not None]
    if order == "imported":
        return keys
    dated.sort(key=lambda key: found[key].published or "", reverse=order == "newest")
    return [*dated, *(key for key in keys if found[key].published is None)]


class Work:
    """Does anything to a project that people do, as the data say."""

    def __init__(self, project: Project, folder: Path, data: DataObject) -> None:
        self.project = project
        self._folder = folder
        self._data = data
        self._number = 0

    def do_something(self) -> None:
        ways: list[Callable[[], None]] = [
            self._import, self._replace, self._edit, self._undo, self._redo, self._take,
            self._restore, self._drop, self._rename, self._add_time, self._merge, self._overwrite,
            self._fail, self._test_blindly,
        ]  # fmt: skip
        self._data.draw(st.sampled_from(ways))()

    def _record(self) -> Record:
        self._number += 1
        article = self._data.draw(articles())._replace(id=f"n{self._number}")
        name = self._data.draw(st.sampled_from((*_PEOPLE, None)))
        return Record(article, name, self._annotation(article) if name is not None else None)

    def _annotation(self, article: Article) -> Annotation:
        found = self._data.draw(annotations_of(article))
        origins = st.sampled_from((None, "rule", "model", "x"))
        for kind in (found.mentions, found.quotes):
            for item in [*kind.values()]:
                by = self._data.draw(origins)
                if by is not None:
                    signed = {"by": by} | self._data.draw(
                        st.sampled_from(({}, {"changed_by": "ada"}, {"changed_by": None}))
                    )
                    kind[item.id] = item._replace(extra={"suggestion": signed})
        status = self._data.draw(st.sampled_from(("todo", "doing", "done", "skipped")))
        seconds = self._data.draw(st.sampled_from((0, 5, 70, 70, 4000)))
        rejected = self._data.draw(st.sampled_from((None, [], ["a", "b"], {"a": 1}, 5)))
        extra = None if rejected is None else {"rejected_suggestions": rejected}
        found.head = found.head._replace(status=status, seconds=seconds, extra=extra)
        found.updated = self._data.draw(
            st.sampled_from(
                (None, "2026", "2026-11-23", "2026-11-23T22:59:59Z", "2026-11-23T23:00:00+05:30")
            )
        )
        return found

    def _import(self) -> None:
        records = [self._record() for _ in range(self._data.draw(st.integers(1, 12)))]
        with self.project.importing() as target:
            for one in records:
                target.add(one)

    def _fail(self) -> None:
        """Have an import of many end without having been finished."""
        with suppress(KeyboardInterrupt), self.project.importing() as target:
            for _ in range(3):
                target.add(self._record())
            target.flush()
            assert_counted_by_another(self.project.path)
            raise KeyboardInterrupt

    def _place(self) -> tuple[int, str] | None:
        keys = self.project.article_keys(annotator="ada")
        if not keys:
            return None
        return self._data.draw(st.sampled_from(keys)), self._data.draw(st.sampled_from(_PEOPLE))

    def _replace(self) -> None:
        if (place := self._place()) is not None:
            article = self.project.article(place[0])
            with self.project.importing() as target:
                target.add(self._record())
                target.add(Record(article, place[1], self._annotation(article)), replace=True)

    def _overwrite(self) -> None:
        if (place := self._place()) is not None:
            article = self.project.article(place[0])
            with self.project.importing() as target:
                target.overwrite(Record(article, place[1], self._annotation(article)))
                target.add(self._record())

    def _edit(self) -> None:
        if (place := self._place()) is not None:
            now = self.project.annotation(*place)
            edit = difference(now, self._annotation(self.project.article(place[0])))
            self.project.apply(
                *place,
                exempt(edit) if self._data.draw(st.booleans()) else complete_edit(now, edit, "ada"),
            )

    def _undo(self) -> None:
        if (place := self._place()) is not None:
            self.project.undo(*place)

    def _redo(self) -> None:
        if (place := self._place()) is not None:
            self.project.redo(*place)

    def _take(self) -> None:
        if (place := self._place()) is not None:
            with self.project.trashing() as trash:
                trash.take(place[0], "ada")

    def _restore(self) -> None:
        for one in self.project.trash()[:1]:
            with self.project.trashing() as trash:
                trash.restore(one.number)

    def _drop(self) -> None:
        for one in self.project.trash()[:1]:
            with self.project.trashing() as trash:
                trash.drop(one.number)

    def _rename(self) -> None:
        labels = [*self.project.stats().labels]
        types = [*self.project.stats().quotes]
        self.project.set_scheme(
            SCHEME, labels=dict.fromkeys(labels[:1], "NEW"), types=dict.fromkeys(types[:1], "new")
        )

    def _add_time(self) -> None:
        if (place := self._place()) is not None:
            self.project.add_seconds(*place, self._data.draw(st.sampled_from((1, 65))))

    def _test_blindly(self) -> None:
        set_blind_share(self.project, 0.5)

    def _merge(self) -> None:
        self._number += 1
        other = self._folder / f"other{self._number}.db"
        with Project.create(other, SCHEME) as made:
            with made.importing() as target:
                target.add(self._record())
                if (place := self._place()) is not None:
                    article = self.project.article(place[0])
                    target.add(Record(article, place[1], self._annotation(article)))
            for key in made.article_keys(annotator="ada"):
                made.add_seconds(key, "ben", 3)
        merge_files(self.project, [other], new_articles=True)


def assert_counted_by_another(path: Path) -> None:
    with Project.open(path, read_only=True) as project:
        assert_counted(project)


@contextmanager
def made() -> Iterator[tuple[Project, Path]]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Project.create(Path(folder) / "news.db", SCHEME) as project,
    ):
        yield project, Path(folder)


@given(data=st.data())
@settings(max_examples=examples(12), deadline=None, phases=[Phase.explicit, Phase.generate])
def test_counters_are_what_counting_finds_after_any_work(data: DataObject) -> None:
    with made() as (project, folder):
        work = Work(project, folder, data)
        for _ in range(8):
            work.do_something()
            assert_counted(project)
        assert project.check() == []
        before = [project.stats(name) for name in (None, *_PEOPLE)]
        project.mend()
        assert [project.stats(name) for name in (None, *_PEOPLE)] == before
        assert_counted(project)


def many(number: int, chance: Random) -> list[Record]:
    """Articles of few titles, dates and lengths, so that many are equal, in any order."""
    return [
        Record(
            Article(
                f"m{place}",
                f"{place}." + " It rained." * chance.randrange(4),
                f"Report {chance.randrange(20)}",
                published=chance.choice((None, "", "2026-01-01", "2026-02-01")),
            )
        )
        for place in range(number)
    ]


def assert_blocks_small(path: Path) -> None:
    assert rows(path, "SELECT count(*) > 15 FROM article_block") == [(1,)]
    assert rows(path, "SELECT count(*) FROM article_block WHERE entries > 512") == [(0,)]


def test_many_articles_keep_their_positions_however_they_come_and_go(
    project: Project, path: Path, tmp_path: Path
) -> None:
    chance = Random(1)
    records = many(_MANY, chance)
    with project.importing() as target:
        for one in records[:700]:
            target.add(one)
    with Project.create(tmp_path / "other.db", SCHEME) as other, other.importing() as target:
        for one in records[700:]:
            target.add(one)
    merge_files(project, [tmp_path / "other.db"], new_articles=True)
    assert_counted(project)
    assert_blocks_small(path)
    gone = chance.sample(project.article_keys(annotator="ada"), 600)
    with project.trashing() as trash:
        for key in gone:
            trash.take(key, "ada")
    assert_counted(project)
    with project.trashing() as trash:
        for one in project.trash():
            trash.restore(one.number)
    assert_counted(project)
    assert_blocks_small(path)
    for order in ARTICLE_ORDERS:
        positions = project.article_positions(order)
        keys = positions.keys(0, _MANY)
        for first in (0, 1, 511, 512, 513, _MANY - 1, _MANY, _MANY + 7):
            assert positions.keys(first, 200) == keys[first : first + 200]
        before = [positions.count_before(key) for key in (1, 2, 700, _MANY, 10**9)]
        assert before == ([0, 1, 699, _MANY - 1, _MANY] if order == "imported" else [None] * 5)


def test_positions_that_were_read_before_others_came_still_lead_to_articles(
    project: Project, path: Path
) -> None:
    records = many(_MANY, Random(2))
    with project.importing() as target:
        for one in records[:600]:
            target.add(one)
    positions = project.article_positions("title")
    with Project.open(path) as other, other.importing() as target:
        for one in records[600:]:
            target.add(one)
    found = positions.keys(0, 600)
    assert len({*found}) == 600
    assert {*found} <= {*project.article_keys(annotator="ada")}
    assert positions.positions(found).keys() <= {*found}


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE counter SET number = number + 1 WHERE kind = 'entity'", "counters"),
        ("DELETE FROM counter WHERE kind = 'mention'", "counters"),
        ("INSERT INTO counter VALUES (1, 'entity', 'GHOST', 0, 3)", "counters"),
        ("UPDATE entity SET label = 'OTHER'", "counters"),
        ("DELETE FROM article_order WHERE ordering = 2", "orders"),
        ("UPDATE article_block SET entries = entries + 1 WHERE ordering = 4", "orders"),
        ("DELETE FROM article_block WHERE ordering = 1", "orders"),
        ("UPDATE article SET title = 'Another'", "orders"),
        ("UPDATE article SET sort_title = 'another'", "orders"),
        ("UPDATE article SET published = '2020'", "orders"),
    ],
)
def test_a_check_names_what_another_program_left_wrong_and_mends_it(
    project: Project, path: Path, statement: str, what: str
) -> None:
    with project.importing() as target:
        target.add(record("a1", "ada"))
        target.add(record("a2", "ada"))
    execute(path, statement)
    # A title is in the search index as well.
    (problem,) = [one for one in project.check() if "search index" not in one.sentence]
    assert what in problem.sentence
    assert "--mend" in problem.mend
    project.mend()
    assert project.check() == []
    assert_counted(project)


def test_what_cannot_be_written_is_not_counted(project: Project) -> None:
    with project.importing() as target:
        target.add(record("a1", "ada"))
    before = project.stats()
    with pytest.raises(StaleEdit):
        project.apply(1, "ada", adding(ZOE._replace(id="e2", ordinal=2), NAMED))
    with suppress(RuntimeError), project.trashing() as trash:
        trash.take(1, "ada")
        raise RuntimeError
    assert project.stats() == before
    project.apply(1, "ada", adding(ZOE._replace(id="e2", ordinal=2)))
    assert project.stats().entities == before.entities + 1
    assert_counted(project)


def test_a_project_of_the_version_before_is_counted_when_it_is_opened(path: Path) -> None:
    steps = [step.name for step in LADDER].index("m0009_counters_and_search")
    older_project(path, steps, scheme_to_json(SCHEME))
    put_article(path, "a1", title="Zebra")
    put_article(path, "a2", "Another.", title="ape 9")
    put_article(path, "a3", "A third.", title="Ape 10")
    execute(
        path,
        "INSERT INTO annotator VALUES (1, 'ada')",
        "INSERT INTO annotation (article, annotator, status, seconds, updated, revision) "
        "VALUES (1, 1, 'done', 90, '2026-11-23T10:00:00Z', 1)",
        "INSERT INTO entity (annotation, id, label, name, ordinal) "
        "VALUES (1, 'e1', 'PERSON', 'Zoë', 1)",
    )
    with Project.open(path) as project:
        assert_counted(project)
        assert project.stats().labels == {"PERSON": 1}
        assert project.article_positions("title").keys(0, 9) == [2, 3, 1]
        assert project.check() == []


def costs(path: Path, number: int) -> dict[str, int]:
    """The instructions of SQLite that each of these takes in a project of so many articles."""
    taken = [0]

    def step() -> int:
        taken[0] += 1
        return 0

    def deed(run: Callable[[], object]) -> int:
        taken[0] = 0
        run()
        return taken[0]

    def trash(run: Callable[[Any], object]) -> None:
        with project.trashing() as opened:
            run(opened)

    def bring() -> None:
        with project.importing() as target:
            target.add(record("new", "ada"))

    records = many(number, Random(3))
    with Project.create(path, SCHEME) as project:
        with project.importing() as target:
            for one in records:
                target.add(replace(one, annotator="ada", annotation=Annotation()))
        middle = number // 2
        project.apply(1, "ada", adding(ZOE))  # makes the triggers
        project._database.connection.set_progress_handler(step, 1)
        return {
            "edit": deed(lambda: project.apply(middle, "ada", adding(ZOE, NAMED))),
            "undo": deed(lambda: project.undo(middle, "ada")),
            "status": deed(
                lambda: project.apply(
                    middle, "ada", changing(project.annotation(middle, "ada").head, Head("done"))
                )
            ),
            "time": deed(lambda: project.add_seconds(middle, "ada", 9)),
            "trash": deed(lambda: trash(lambda opened: opened.take(middle, "ada"))),
            "restore": deed(lambda: trash(lambda opened: opened.restore(1))),
            "import": deed(bring),
            "figures": deed(project.stats),
            "progress": deed(lambda: project.progress("ada")),
            "first page": deed(lambda: project.article_positions("title").keys(0, 100)),
        }


def test_writing_costs_the_same_in_a_large_project(tmp_path: Path) -> None:
    small, large = costs(tmp_path / "small.db", 600), costs(tmp_path / "large.db", 6000)
    assert min(small.values()) > 10
    # The index of words is merged now and then.
    assert {what: (small[what], large[what]) for what in small
            if large[what] > 1.5 * small[what] + 1000} == {}  # fmt: skip
