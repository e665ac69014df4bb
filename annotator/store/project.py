"""A project: the one door to its file.

What the first paint of the window does not need is imported where it is used.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Article, Extra, Status
from annotator.core.scheme import Scheme, scheme_to_json
from annotator.store import annotations, articles, history
from annotator.store.articles import ArticleOrder, ArticleRow, Marker, Progress
from annotator.store.columns import checked
from annotator.store.database import BUSY_TIMEOUT_MS, Database
from annotator.store.new_file import remove_files_of
from annotator.store.opening import create_database, open_database, read_scheme
from annotator.store.project_file import ProjectFile

if TYPE_CHECKING:
    from annotator.core.record import Record
    from annotator.core.versions import PastEdit, Version
    from annotator.store.annotation_digests import Work
    from annotator.store.backups import Step as CopyStep
    from annotator.store.importer import Importer
    from annotator.store.labelled_entities import LabelledEntity
    from annotator.store.merging import Contribution, Merger
    from annotator.store.name_counts import NameInUse
    from annotator.store.problem import Problem
    from annotator.store.reviews import Remark, Review, ReviewStatus
    from annotator.store.scheme_change import SchemeUsage, Step
    from annotator.store.search import Found, SearchQuery
    from annotator.store.statistics import SetAside, Stats
    from annotator.store.trash import Trash, Trashed


class Project:
    """One project file, open in one thread; other threads open their own.

    Every method raises StoreError, whose words are for the user, where the file is at fault.
    Whatever changes the project has been saved, with fsync, when it returns; after an error
    nothing has changed. Articles go by their `key`, which never changes in one file.
    """

    def __init__(self, database: Database) -> None:
        """Use `create` or `open`."""
        self._database = database
        self._scheme = read_scheme(database)
        self._written = history.Written(database)

    @classmethod
    def create(cls, path: Path | str, scheme: Scheme) -> Self:
        """Make a new project. Raises ProjectExists if something is there already.

        If anything else is raised there is no file.
        """
        database = create_database(Path(path), scheme_to_json(scheme))
        try:
            return cls(database)
        except BaseException:
            database.close()
            remove_files_of(database.path)
            raise

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        read_only: bool = False,
        busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    ) -> Self:
        """Open a project, brought up to date after a backup copy if an older version made it.

        A write waits `busy_timeout_ms` for other writers before it raises ProjectLocked.
        """
        database = open_database(Path(path), read_only=read_only, busy_timeout_ms=busy_timeout_ms)
        try:
            return cls(database)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Closing twice is fine; nothing else works afterwards."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def path(self) -> Path:
        return self._database.path

    @property
    def read_only(self) -> bool:
        return self._database.read_only

    @property
    def scheme(self) -> Scheme:
        """The scheme as it was at opening, or as this Project last set it."""
        return self._scheme

    def data_version(self) -> int:
        """A number that is another one once another window or program has saved something."""
        return self._database.data_version()

    def reread_scheme(self) -> None:
        """Take on the scheme that another Project has given the file meanwhile."""
        self._scheme = read_scheme(self._database)

    def set_scheme(
        self,
        scheme: Scheme,
        *,
        labels: Mapping[str, str] | None = None,
        types: Mapping[str, str] | None = None,
        step: "Step | None" = None,
    ) -> int:
        """Use this scheme from now on; entities and quotes follow, all in one transaction.

        `labels` and `types` map old names to new ones; each annotation that uses an old one gets
        one edit, which can be undone. Returns how many did. What is in neither stays as it is,
        whether the new scheme knows it or not. `step` is told of each annotation, and by raising
        takes everything back.
        """
        from annotator.store.scheme_change import change_scheme

        changed = change_scheme(
            self._database,
            scheme_to_json(scheme),
            labels or {},
            types or {},
            step or (lambda _done, _total: None),
        )
        self._scheme = scheme
        return changed

    def uses(
        self, *, labels: Collection[str] = (), types: Collection[str] = ()
    ) -> list["SchemeUsage"]:
        """Where these labels and quote types are used, by name, the articles with most first."""
        from annotator.store.scheme_change import uses

        with self._database.reading():
            return uses(self._database, labels, types)

    def value(self, key: str) -> str | None:
        """What other parts of the program keep in the project under this key, as text."""
        with self._database.reading():
            rows = self._database.connection.execute(
                "SELECT value FROM project WHERE key = ?", (f"kept:{key}",)
            )
            found = checked(rows, "project.value")
        return found[0][0] if found else None

    def set_value(self, key: str, value: str) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO project (key, value) VALUES (?, ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (f"kept:{key}", value),
            )

    # Articles

    def article_keys(
        self,
        *,
        annotator: str,
        text: str = "",
        status: Status | None = None,
        remark: Marker | None = None,
    ) -> list[int]:
        """The keys of the articles that fit, in the order of their import.

        `text` fits an article whose title, source or id contains it, or whose text has all
        its words, each as the beginning of a word; case and accents don't count there. `status`
        is that of `annotator`, "todo" where there is no annotation yet. `remark` fits where
        `annotator` flagged, or wrote a note on, the article or anything in it.
        """
        with self._database.reading():
            return articles.article_keys(self._database, annotator, text, status, remark)

    def article_order(self, order: ArticleOrder) -> list[int]:
        """The keys of all articles in this order; those without a date come last in theirs."""
        with self._database.reading():
            return articles.article_order(self._database, order)

    def article_rows(self, keys: Collection[int], annotator: str) -> list[ArticleRow]:
        """What a list shows of these articles, in the order of `keys`, without unknown keys."""
        with self._database.reading():
            return articles.article_rows(self._database, keys, annotator)

    def article(self, key: int) -> Article:
        """Raises NoSuchArticle."""
        with self._database.reading():
            return articles.article(self._database, key)

    def key_of(self, article_id: str) -> int | None:
        with self._database.reading():
            return articles.key_of(self._database, article_id)

    def progress(self, annotator: str) -> Progress:
        with self._database.reading():
            return articles.progress(self._database, annotator)

    def labelled_entities(self, annotator: str, label: str) -> "list[LabelledEntity]":
        """The annotator's entities with this label, article by article as imported."""
        from annotator.store.labelled_entities import labelled_entities

        with self._database.reading():
            return labelled_entities(self._database, annotator, label)

    def labels_in_use(self, annotator: str) -> dict[str, int]:
        """How many entities of the annotator have each label, the most frequent one first."""
        from annotator.store.labelled_entities import labels_in_use

        with self._database.reading():
            return labels_in_use(self._database, annotator)

    def names_in_use(self) -> "list[NameInUse]":
        """The words that people, not suggesters, have marked as names, with their entities."""
        from annotator.store.name_counts import names_in_use

        with self._database.reading():
            return names_in_use(self._database)

    def search(
        self, wanted: "SearchQuery", *, after: int = 0, limit: int = 100, patience: float = 0.025
    ) -> "Found":
        """Look for something in all articles behind the one with the key `after`.

        Stops at `limit` hits or `patience` seconds; call again with the `next` of what was found
        until that is None.
        """
        from annotator.store.search import search

        with self._database.reading():
            return search(self._database, wanted, after, limit, patience)

    # Annotations and their edits

    def annotators(self) -> list[str]:
        """Everybody who has annotated something, by name; who only looked has not."""
        with self._database.reading():
            return annotations.annotators(self._database)

    def annotation(self, key: int, annotator: str) -> Annotation:
        """The annotator's work on the article; an empty one with status todo if there is none."""
        with self._database.reading():
            return annotations.annotation(self._database, key, annotator)

    def sound_annotation(self, key: int, annotator: str) -> Annotation:
        """As `annotation`, to be compared with others: it fits its text and its own names.

        Raises ProjectDamaged where it does not, as `records` does, and NoSuchArticle.
        """
        from annotator.store.export import refuse_faults

        found = self.annotation(key, annotator)
        refuse_faults(self._database, self.article(key), found)
        return found

    def revision(self, key: int, annotator: str) -> int:
        """A number that grows with each edit, undo, redo and import; 0 before the first."""
        with self._database.reading():
            return annotations.revision(self._database, key, annotator)

    def extras(self, annotator: str) -> dict[int, Extra]:
        """The `extra` of the head of each annotation of the annotator, by the article's key."""
        with self._database.reading():
            return annotations.extras(self._database, annotator)

    def apply(self, key: int, annotator: str, edit: Edit) -> datetime:
        """Save an edit and its place in the history; returns when (UTC, to the second).

        Edits that were undone before can't be redone any more. Raises StaleEdit if an item is
        not as the edit last saw it, and NoSuchArticle. The seconds of a Head are neither
        compared nor written: `add_seconds` counts them.
        """
        return self._written.apply(key, annotator, edit)

    def undo(self, key: int, annotator: str) -> Edit | None:
        """Take back the newest edit; returns the edit that did it, None if there was none.

        The seconds of its Heads are those of now. Raises StaleEdit.
        """
        return history.undo(self._database, key, annotator)

    def redo(self, key: int, annotator: str) -> Edit | None:
        """Make the edit again that was undone last; like `undo` otherwise."""
        return history.redo(self._database, key, annotator)

    def next_undo_title(self, key: int, annotator: str) -> str | None:
        with self._database.reading():
            return history.next_title(self._database, key, annotator, "done")

    def next_redo_title(self, key: int, annotator: str) -> str | None:
        with self._database.reading():
            return history.next_title(self._database, key, annotator, "undone")

    def foreign_undo(self, key: int, annotator: str) -> int | None:
        """A number for what `undo` would take back, if another Project wrote it since opening."""
        return self._written.foreign(key, annotator)

    def know_edits(self) -> None:
        """Take everything that others have written so far for known in `foreign_undo`."""
        self._written.know_all()

    def past(self, key: int, annotator: str) -> "tuple[PastEdit, ...]":
        """The history of the annotation, the first edit first."""
        with self._database.reading():
            return history.past(self._database, key, annotator)

    def add_seconds(self, key: int, annotator: str, seconds: int) -> None:
        """Add to the time spent on the annotation; not an edit. Raises NoSuchArticle."""
        annotations.add_seconds(self._database, key, annotator, seconds)

    # What reviewers say

    def review(self, key: int, annotator: str) -> "Review | None":
        """What a reviewer last said of the annotation as a whole."""
        from annotator.store import reviews

        with self._database.reading():
            found = annotations.annotation_key(self._database.connection, key, annotator)
            return None if found is None else reviews.read_review(self._database.connection, found)

    def set_review(self, key: int, annotator: str, status: "ReviewStatus", by: str) -> "Review":
        """Give an annotation back, or accept it. Raises NoSuchArticle."""
        from annotator.store import reviews

        return reviews.set_review(self._database, key, annotator, status, by)

    def remarks(self, key: int, annotator: str) -> "tuple[Remark, ...]":
        """What reviewers noted on the annotation, in the order of the text, done or not."""
        from annotator.store import reviews

        with self._database.reading():
            found = annotations.annotation_key(self._database.connection, key, annotator)
            return () if found is None else reviews.read_remarks(self._database.connection, found)

    def add_remark(
        self, key: int, annotator: str, span: tuple[int, int], text: str, author: str
    ) -> "Remark":
        """Note something for the annotator to do. Raises NoSuchArticle."""
        from annotator.store import reviews

        remark = reviews.new_remark(span, text, author)
        return reviews.add_remark(self._database, key, annotator, remark)

    def open_remarks(self, annotator: str) -> "list[tuple[int, str, Remark]]":
        """What the annotator has to do, in article order: key and id of the article, remark."""
        from annotator.store import reviews

        with self._database.reading():
            return reviews.open_remarks(self._database, annotator)

    def finish_remark(self, id_: str, *, done: bool = True) -> None:
        """Say that what a remark asks for is done, or that it is not."""
        from annotator.store import reviews

        reviews.finish_remark(self._database, id_, done=done)

    # All of it

    def importing(self) -> AbstractContextManager["Importer"]:
        """All records that are added in the block come in together at its end, or none does.

        Others can write meanwhile, but for while records change articles that were there before.
        No other method of this Project that writes may be called inside. What a large one that
        failed has left is unseen, and goes by `discard_unfinished_imports`.
        """
        from annotator.store.importer import importing

        return importing(self._database)

    def discard_unfinished_imports(self, go_on: Callable[[], bool]) -> bool:
        """Delete what imports that did not finish have left; whether nothing is left.

        It takes a while, lets others write in between, and ends when `go_on` says no.
        """
        from annotator.store.pending import take_back_dead

        with self._database.reading():
            return take_back_dead(self._database, go_on)

    def has_unfinished_imports(self) -> bool:
        """Whether there is something for `discard_unfinished_imports` to look at."""
        from annotator.store.visible import any_hidden

        with self._database.reading():
            return any_hidden(self._database.connection)

    def records(
        self,
        *,
        annotators: Collection[str] | None = None,
        statuses: Collection[Status] | None = None,
        bare: bool = False,
        empty: bool = True,
    ) -> Iterator["Record"]:
        """The annotations that fit, article by article as imported, then by annotator.

        What only holds the time of somebody who opened the article is none. Without `empty`, one
        that is not finished and holds nothing is none either. They are as of the first one taken,
        however long the reading lasts and whatever is edited meanwhile. `bare` adds the articles
        that nobody has begun, or only a suggester who is not asked for. Raises ProjectDamaged for a
        span that does not hold the text it says.
        """
        from annotator.store.export import records

        return records(self._database, annotators, statuses, bare, empty=empty)

    def assign(self, annotator: str, keys: Collection[int]) -> None:
        """Remember that these articles were given to the annotator."""
        from annotator.store import assignments

        assignments.assign(self._database, annotator, keys)

    def assignments(self) -> dict[int, tuple[str, ...]]:
        """To whom each article was given, for those that were given to somebody."""
        from annotator.store import assignments

        with self._database.reading():
            return assignments.assignments(self._database)

    def merging(self) -> AbstractContextManager["Merger"]:
        """One transaction for everything that is merged in the block, as `importing` is."""
        from annotator.store.merging import merging

        return merging(self._database)

    def trash(self) -> "list[Trashed]":
        """The articles that were deleted and not restored, the one deleted last first."""
        from annotator.store.trash import trashed

        with self._database.reading():
            return trashed(self._database)

    def trashing(self) -> AbstractContextManager["Trash"]:
        """One transaction for all that is deleted or restored in the block, as `importing` is."""
        from annotator.store.trash import trashing

        return trashing(self._database)

    def versions(self, key: int, annotator: str) -> "dict[str, Version]":
        """The versions that merging kept beside the annotation, by their digests."""
        from annotator.store.merging import kept_versions

        with self._database.reading():
            return kept_versions(self._database, key, annotator)

    def contributions(self) -> Iterator["Contribution"]:
        """What another project can take over from this one, article by article."""
        from annotator.store.merging import contributions

        return contributions(self._database)

    def stats(self, annotator: str | None = None) -> "Stats":
        """Counts over the whole project, or over what one annotator has done in it."""
        from annotator.store.statistics import stats

        return stats(self._database, annotator)

    def statuses(self) -> dict[str, dict[Status, int]]:
        """How many begun annotations of each annotator, suggesters included, have each status."""
        from annotator.store.statistics import statuses

        return statuses(self._database)

    def set_aside(
        self, annotators: Collection[str] | None, statuses: Collection[Status] | None = None
    ) -> "SetAside":
        """What `records` with these leaves out as no annotation, or could leave out as empty."""
        from annotator.store.statistics import set_aside

        return set_aside(self._database, annotators, statuses)

    def check(self) -> list["Problem"]:
        """Look at everything: the file, each text, each span, each name of another item."""
        from annotator.store.integrity_check import check

        return check(self._database)

    def mend(self) -> None:
        """Make indexes and search index anew, which follow from the rest."""
        from annotator.store.integrity_check import mend

        mend(self._database)

    def backup(self, path: Path | str, step: "CopyStep | None" = None) -> None:
        """A verified copy of all that is saved, as a new file. Raises ProjectExists.

        `step` is told of pages copied and of all pages, and by raising takes the copy back.
        """
        from annotator.store.backups import new_copy

        with new_copy(self._database, Path(path), step):
            pass

    @property
    def file(self) -> ProjectFile:
        """The file itself, and what other programs have done to it while it was open."""
        return ProjectFile(self._database)

    def rescue(self, path: Path | str, waiting: Iterable[tuple[int, str, Edit]]) -> None:
        """As `backup`, with edits (article's key, annotator, edit) made in the copy, in order.

        Raises StaleEdit if one does not fit, and StoreError; there is no file then."""
        from annotator.store.backups import new_copy

        with new_copy(self._database, Path(path)) as copy, Project.open(copy) as rescued:
            for key, annotator, edit in waiting:
                rescued.apply(key, annotator, edit)

    def works(self) -> "dict[tuple[str, str], Work]":
        """How much there is of each annotation, by the article's id and the annotator's name."""
        from annotator.store.annotation_digests import works

        with self._database.reading():
            return works(self._database)

    def fingerprint(self) -> str:
        """The same text in two projects, or at two times, as long as nothing was changed."""
        from annotator.store.annotation_digests import fingerprint

        with self._database.reading():
            return fingerprint(self._database)
