"""Counters and positions are what plain counting and sorting find, after whatever was written."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from annotator.core.annotation import Annotation
from annotator.core.edit_rules import complete_edit, exempt
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.services.blind_test import set_blind_share
from annotator.services.merging import merge_files
from annotator.store import ARTICLE_ORDERS, ArticleOrder, Project
from annotator.store.importer import difference
from annotator.store.title_order import sort_titles
from tests.examples import examples
from tests.store.plain_counts import counted_plainly
from tests.store.samples import SCHEME
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
