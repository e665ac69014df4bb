"""The API of one project file.

Whatever the first paint of the window does not need is imported where it is used.
"""

from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Article, Extra, Status
from annotator.core.scheme import Scheme, scheme_to_json
from annotator.store import annotations, articles, history
from annotator.store.articles import ArticleRow, Marker, Progress
from annotator.store.columns import checked_rows
from annotator.store.database import BUSY_TIMEOUT_MS, Database, page_size
from annotator.store.new_file import remove_project_files
from annotator.store.opening import create_database, open_database, read_scheme
from annotator.store.positions import ArticleOrder, ArticlePositions
from annotator.store.project_file import ProjectFile

if TYPE_CHECKING:
    from annotator.core.message import Message
    from annotator.core.record import Record
    from annotator.core.versions import HistoryEdit, Version
    from annotator.store.annotation_digests import AnnotationDigest
    from annotator.store.article_filter import ArticleFilter, FilteredKeys
    from annotator.store.backups import ProjectSummary
    from annotator.store.backups import Step as CopyStep
    from annotator.store.done_annotations import DoneAnnotation
    from annotator.store.importer import Importer
    from annotator.store.labelled_entities import LabelledEntity
    from annotator.store.merging import Contribution, Merger
    from annotator.store.name_counts import NameInUse
    from annotator.store.problem import Problem
    from annotator.store.reviews import Comment, Review, ReviewStatus
    from annotator.store.scheme_change import SchemeUsage, Step
    from annotator.store.search import ProjectSearch, SearchQuery
    from annotator.store.statistics import ExcludedCounts, Statistics
    from annotator.store.trash import Trash, TrashedArticle


class Project:
    """One project file, open in one thread; other threads open their own.

    Every method raises StoreError, with a message for the user, if there is a problem with the
    file. Every change to the project has been saved, with fsync, when the method returns; after an
    error nothing has changed. Articles are identified by their `key`, which never changes within
    one file.
    """

    def __init__(self, database: Database) -> None:
        """Use `create` or `open`."""
        self._database = database
        self._scheme = read_scheme(database)
        self._written = history.Written(database)

    @classmethod
    def create(cls, path: Path | str, scheme: Scheme) -> Self:
        """Create a new project.

        Raises ProjectExists if there is already something at `path`. If anything else is raised,
        there is no file.
        """
        database = create_database(Path(path), scheme_to_json(scheme))
        try:
            return cls(database)
        except BaseException:
            database.close()
            remove_project_files(database.path)
            raise

    @classmethod
    def open(
        cls,
        path: Path | str,
        *,
        read_only: bool = False,
        busy_timeout_ms: int = BUSY_TIMEOUT_MS,
    ) -> Self:
        """Open a project; upgrade it, after making a backup, if an older version created it.

        A write waits `busy_timeout_ms` for other writers before it raises ProjectLocked.
        """
        database = open_database(Path(path), read_only=read_only, busy_timeout_ms=busy_timeout_ms)
        try:
            return cls(database)
        except BaseException:
            database.close()
            raise

    def close(self) -> None:
        """Close the project. Closing twice is allowed; nothing else works afterwards."""
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
        """Return a number that changes whenever another window or program has saved something."""
        return self._database.data_version()

    def reread_scheme(self) -> None:
        """Reread the scheme, which another Project may have changed in the file."""
        self._scheme = read_scheme(self._database)

    def set_scheme(
        self,
        scheme: Scheme,
        *,
        labels: Mapping[str, str] | None = None,
        types: Mapping[str, str] | None = None,
        step: "Step | None" = None,
    ) -> int:
        """Set the scheme and update the entities and quotes that use it, in one transaction.

        What neither `labels` nor `types` contains stays as it is, whether the new scheme knows it
        or not.

        Args:
            scheme: The new scheme.
            labels: Old label names and their new names.
            types: Old quote types and their new names.
            step: Called for each annotation; if it raises, everything is rolled back.

        Returns:
            How many annotations used an old name. Each of them gets one edit, which can be undone.
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
        """Return where these labels and quote types are used, by name, most uses first."""
        from annotator.store.scheme_change import uses

        with self._database.reading():
            return uses(self._database, labels, types)

    def value(self, key: str) -> str | None:
        """Return the text that another part of the program keeps in the project under this key."""
        with self._database.reading():
            rows = self._database.connection.execute(
                "SELECT value FROM project WHERE key = ?", (f"kept:{key}",)
            )
            found = checked_rows(rows, "project.value")
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
        marker: Marker | None = None,
    ) -> list[int]:
        """Return the keys of the matching articles, in import order.

        Args:
            annotator: The annotator to whom `status` and `marker` refer.
            text: Matches an article whose title, source or id contains it, or whose text has all
                its words, each as the beginning of a word (`WordFilter`); case and accents don't
                count.
            status: The status of the annotation, "todo" where there is no annotation yet.
            marker: Matches where the annotator flagged, or wrote a note on, the article or anything
                in it.
        """
        if not (text.strip() or status or marker):
            with self._database.reading():
                return articles.all_keys(self._database)
        from annotator.store.article_filter import ArticleFilter, filtered_keys

        return filtered_keys(self._database, ArticleFilter(annotator, text, status, marker))

    def filtered(self, wanted: "ArticleFilter") -> "FilteredKeys":
        """Return the keys of the matching articles, to be had page by page in short steps."""
        from annotator.store.article_filter import FilteredKeys

        with self._database.reading():
            return FilteredKeys(self._database, wanted)

    def article_positions(self, order: ArticleOrder) -> ArticlePositions:
        """Return all articles in this order, to be read piece by piece.

        Orders by date put articles without a date last.
        """
        return ArticlePositions(self._database, order)

    def article_rows(self, keys: Collection[int], annotator: str) -> list[ArticleRow]:
        """Return the list rows of these articles, in the order of `keys`, without unknown keys."""
        with self._database.reading():
            return articles.article_rows(self._database, keys, annotator)

    def article(self, key: int) -> Article:
        """Return the article with this key. Raises NoSuchArticle."""
        with self._database.reading():
            return articles.article(self._database, key)

    def key_of(self, article_id: str) -> int | None:
        with self._database.reading():
            return articles.key_of(self._database, article_id)

    def progress(self, annotator: str) -> Progress:
        with self._database.reading():
            return articles.progress(self._database, annotator)

    def first_articles(self, limit: int) -> list[int]:
        """Return the keys of the articles that were imported first."""
        with self._database.reading():
            return articles.first_keys(self._database, limit)

    def nearest_article(self, key: int) -> int | None:
        """Return the key of the article with this key, else of the next one, else of the last."""
        with self._database.reading():
            return articles.nearest(self._database, key)

    def has_several_articles(self) -> bool:
        """Return whether there is more than one article, without counting them."""
        with self._database.reading():
            return articles.has_several(self._database)

    def next_open_article(self, annotator: str, key: int | None, step: int) -> int | None:
        """Return the key of the next article that the annotator has neither done nor skipped.

        That is in the order of import, after the article `key` (`step` 1) or before it (-1), then
        from the other end; None if no other article is open. Costs a look-up for each article that
        is passed over, whatever the size of the project.
        """
        with self._database.reading():
            return articles.next_open(self._database, annotator, key, step)

    def open_among(self, keys: "Collection[int]", annotator: str) -> set[int]:
        """Return those of these articles that the annotator has neither done nor skipped."""
        with self._database.reading():
            return articles.open_among(self._database, keys, annotator)

    def labelled_entities(self, annotator: str, label: str) -> "list[LabelledEntity]":
        """Return the annotator's entities with this label, article by article in import order."""
        from annotator.store.labelled_entities import labelled_entities

        with self._database.reading():
            return labelled_entities(self._database, annotator, label)

    def labels_in_use(self, annotator: str) -> dict[str, int]:
        """Return how many entities of the annotator have each label, the most frequent first."""
        from annotator.store.labelled_entities import labels_in_use

        with self._database.reading():
            return labels_in_use(self._database, annotator)

    def names_in_use(self) -> "list[NameInUse]":
        """Return the texts that people, not suggesters, marked as names, with their entities."""
        from annotator.store.name_counts import names_in_use

        with self._database.reading():
            return names_in_use(self._database)

    def search(self, wanted: "SearchQuery", *, after: int = 0) -> "ProjectSearch":
        """Search all articles after the one with the key `after`, page by page in short steps."""
        from annotator.store.search import ProjectSearch

        with self._database.reading():
            return ProjectSearch(self._database, wanted, after)

    # Annotations and their edits

    def annotators(self) -> list[str]:
        """Return the annotators who have annotated something, by name.

        An annotator who has only opened articles is not among them.
        """
        with self._database.reading():
            return annotations.annotators(self._database)

    def annotation(self, key: int, annotator: str) -> Annotation:
        """Return the annotator's annotation of the article.

        Returns an empty annotation with status todo if there is none.
        """
        with self._database.reading():
            return annotations.annotation(self._database, key, annotator)

    def checked_annotation(self, key: int, annotator: str) -> Annotation:
        """Return the annotation, checked so that it can be compared with others.

        Raises ProjectDamaged, as `records` does, if it does not match its text or names an item
        that it does not have, and NoSuchArticle.
        """
        from annotator.store.export import check_annotation

        found = self.annotation(key, annotator)
        check_annotation(self._database, self.article(key), found)
        return found

    def revision(self, key: int, annotator: str) -> int:
        """Return a number that grows with each edit, undo, redo and import; 0 before the first."""
        with self._database.reading():
            return annotations.revision(self._database, key, annotator)

    def extras(self, annotator: str) -> dict[int, Extra]:
        """Return the `extra` of the head of each of the annotator's annotations, by article key."""
        with self._database.reading():
            return annotations.extras(self._database, annotator)

    def prepare_to_write(self) -> None:
        """Do some milliseconds of work that the first write would do; changes nothing."""
        if not self.read_only:
            with self._database.reading():
                self._database.set_counting(True)

    def apply(self, key: int, annotator: str, edit: Edit) -> datetime:
        """Save an edit that this annotator made, and add it to the history.

        What follows from it by `core.edit_rules` is saved with it, in the same edit; a
        `CompletedEdit` is saved as it is. Edits that were undone before can no longer be redone.
        The seconds of a Head are neither compared nor written: `add_seconds` counts them.

        Returns:
            When the edit was made (UTC, to the second).

        Raises:
            StaleEdit: An item has changed since the edit read it.
            NoSuchArticle: There is no article with this key.
        """
        return self._written.apply(key, annotator, edit)

    def undo(self, key: int, annotator: str) -> Edit | None:
        """Undo the newest edit and return the edit that undid it, None if there was none.

        The Heads in it have the current seconds. Raises StaleEdit.
        """
        return history.undo(self._database, key, annotator)

    def redo(self, key: int, annotator: str) -> Edit | None:
        """Redo the edit that was undone last; like `undo` otherwise."""
        return history.redo(self._database, key, annotator)

    def next_undo_title(self, key: int, annotator: str) -> "Message | None":
        with self._database.reading():
            return history.next_title(self._database, key, annotator, "done")

    def next_redo_title(self, key: int, annotator: str) -> "Message | None":
        with self._database.reading():
            return history.next_title(self._database, key, annotator, "undone")

    def foreign_undo(self, key: int, annotator: str) -> int | None:
        """Return a number for the edit that `undo` would undo if another Project wrote it.

        Edits that existed at opening, or at the last `mark_edits_known`, do not count.
        """
        return self._written.foreign(key, annotator)

    def mark_edits_known(self) -> None:
        """Treat every edit written so far as known in `foreign_undo`."""
        self._written.mark_all_known()

    def past(self, key: int, annotator: str) -> "tuple[HistoryEdit, ...]":
        """Return the history of the annotation, the first edit first."""
        with self._database.reading():
            return history.past(self._database, key, annotator)

    def add_seconds(self, key: int, annotator: str, seconds: int) -> None:
        """Add to the time spent on the annotation; this is not an edit. Raises NoSuchArticle."""
        annotations.add_seconds(self._database, key, annotator, seconds)

    # Reviews

    def review(self, key: int, annotator: str) -> "Review | None":
        """Return the last review of the annotation as a whole."""
        from annotator.store import reviews

        with self._database.reading():
            found = annotations.annotation_key(self._database.connection, key, annotator)
            return None if found is None else reviews.read_review(self._database.connection, found)

    def set_review(self, key: int, annotator: str, status: "ReviewStatus", by: str) -> "Review":
        """Return an annotation to its annotator, or accept it. Raises NoSuchArticle."""
        from annotator.store import reviews

        return reviews.set_review(self._database, key, annotator, status, by)

    def comments(self, key: int, annotator: str) -> "tuple[Comment, ...]":
        """Return the reviewers' comments on the annotation, in text order, done or not."""
        from annotator.store import reviews

        with self._database.reading():
            found = annotations.annotation_key(self._database.connection, key, annotator)
            return () if found is None else reviews.read_comments(self._database.connection, found)

    def add_comment(
        self, key: int, annotator: str, span: tuple[int, int], text: str, author: str
    ) -> "Comment":
        """Add a comment for the annotator to act on. Raises NoSuchArticle."""
        from annotator.store import reviews

        comment = reviews.new_comment(span, text, author)
        return reviews.add_comment(self._database, key, annotator, comment)

    def open_comments(self, annotator: str) -> "list[tuple[int, str, Comment]]":
        """Return the open comments for the annotator, in article order.

        Each comes with the key and the id of its article.
        """
        from annotator.store import reviews

        with self._database.reading():
            return reviews.open_comments(self._database, annotator)

    def finish_comment(self, id_: str, *, done: bool = True) -> None:
        """Mark a comment as done, or as not done."""
        from annotator.store import reviews

        reviews.finish_comment(self._database, id_, done=done)

    # The whole project

    def importing(self) -> AbstractContextManager["Importer"]:
        """Import all records that are added in the block together at its end, or none of them.

        Others can write in the meantime, except while records change articles that existed before.
        No other method of this Project that writes may be called inside. What a large import that
        failed leaves behind is hidden; `discard_unfinished_imports` deletes it.
        """
        from annotator.store.importer import importing

        return importing(self._database)

    def discard_unfinished_imports(self, go_on: Callable[[], bool]) -> bool:
        """Delete what unfinished imports have left behind, and return whether nothing is left.

        This takes a while, lets others write in between, and stops when `go_on` returns False.
        """
        from annotator.store.pending import discard_dead_imports

        with self._database.reading():
            return discard_dead_imports(self._database, go_on)

    def has_unfinished_imports(self) -> bool:
        """Return whether there is anything for `discard_unfinished_imports` to check."""
        from annotator.store.visible import has_hidden

        with self._database.reading():
            return has_hidden(self._database.connection)

    def fill_index(self, go_on: Callable[[], bool]) -> bool:
        """Index the articles of an old project that are not indexed yet; return whether all are.

        Until then they are searched too, only slower. This takes a while, lets others write in
        between, and stops when `go_on` returns False.
        """
        from annotator.store.article_index import fill_gap

        with self._database.reading():
            return fill_gap(self._database, go_on)

    def has_unindexed_articles(self) -> bool:
        """Return whether there is anything for `fill_index` to do."""
        with self._database.reading():
            return articles.has_unindexed(self._database)

    def records(
        self,
        *,
        annotators: Collection[str] | None = None,
        statuses: Collection[Status] | None = None,
        bare: bool = False,
        empty: bool = True,
    ) -> Iterator["Record"]:
        """Yield the matching annotations, article by article in import order, then by annotator.

        All are as of the first one yielded, however long reading takes and whatever is edited in
        the meantime. An annotation that holds nothing but the time for which an article was open is
        left out.

        Args:
            annotators: Whose annotations; None for all.
            statuses: The statuses; None for all.
            bare: Also yield the articles that have no annotation, or only one by a suggester that
                `annotators` does not ask for.
            empty: Also yield annotations that are not finished and hold nothing.

        Raises:
            ProjectDamaged: A span does not hold the text that it states.
        """
        from annotator.store.export import records

        return records(self._database, annotators, statuses, bare, empty=empty)

    def done_annotations(self) -> "list[DoneAnnotation]":
        """Return the done annotations, without their content, in import order of the articles."""
        from annotator.store.done_annotations import done_annotations

        with self._database.reading():
            return done_annotations(self._database)

    def assign(self, annotator: str, keys: Collection[int]) -> None:
        """Record that these articles were assigned to the annotator."""
        from annotator.store import assignments

        assignments.assign(self._database, annotator, keys)

    def assignments(self) -> dict[int, tuple[str, ...]]:
        """Return the annotators to whom each article is assigned, for the articles that are."""
        from annotator.store import assignments

        with self._database.reading():
            return assignments.assignments(self._database)

    def merging(self) -> AbstractContextManager["Merger"]:
        """Merge everything in the block in one transaction, as `importing` does."""
        from annotator.store.merging import merging

        return merging(self._database)

    def trash(self) -> "list[TrashedArticle]":
        """Return the articles that were deleted and not restored, the last deleted first."""
        from annotator.store.trash import trashed

        with self._database.reading():
            return trashed(self._database)

    def trashing(self) -> AbstractContextManager["Trash"]:
        """Delete or restore everything in the block in one transaction, as `importing` does."""
        from annotator.store.trash import trashing

        return trashing(self._database)

    def versions(self, key: int, annotator: str) -> "dict[str, Version]":
        """Return the versions that merging kept beside the annotation, by their digests."""
        from annotator.store.merging import kept_versions

        with self._database.reading():
            return kept_versions(self._database, key, annotator)

    def contributions(self) -> Generator["Contribution", None, None]:
        """Yield what another project can take over from this one, article by article.

        Who does not go to the end has to close it, in the same thread.
        """
        from annotator.store.merging import contributions

        return contributions(self._database)

    def stats(self, annotator: str | None = None) -> "Statistics":
        """Count over the whole project, or over what one annotator has done in it."""
        from annotator.store.statistics import stats

        return stats(self._database, annotator)

    def statuses(self) -> dict[str, dict[Status, int]]:
        """Return how many started annotations of each annotator, or suggester, have each status."""
        from annotator.store.statistics import statuses

        return statuses(self._database)

    def set_aside(
        self, annotators: Collection[str] | None, statuses: Collection[Status] | None = None
    ) -> "ExcludedCounts":
        """Count what `records` with these arguments leaves out, or could leave out as empty."""
        from annotator.store.statistics import set_aside

        return set_aside(self._database, annotators, statuses)

    def check(self) -> list["Problem"]:
        """Check everything: the file, each text, each span and each reference to another item."""
        from annotator.store.integrity_check import check

        return check(self._database)

    def mend(self) -> None:
        """Rebuild the indexes and the search index, which are derived from the rest."""
        from annotator.store.integrity_check import mend

        mend(self._database)

    def backup(self, path: Path | str, step: "CopyStep | None" = None) -> None:
        """Write a verified copy of everything saved, as a new file. Raises ProjectExists.

        `step` is called with the number of pages copied and of all pages; if it raises, the copy is
        deleted.
        """
        from annotator.store.backups import new_copy

        with new_copy(self._database, Path(path), step):
            pass

    def copy_to(
        self, path: Path, step: "CopyStep", cancelled: "Callable[[], bool]"
    ) -> "ProjectSummary":
        """Write a verified copy of everything saved into a passing file, which the caller removes.

        It is verified as `backup` does, but need not survive a power cut. `step` is called as in
        `backup`; once `cancelled` returns true, this soon raises CopyInterrupted.
        """
        from annotator.store.backups import copy_to

        return copy_to(self._database, path, step, cancelled)

    def size(self) -> int:
        """Return how many bytes a copy of the project has."""
        with self._database.reading():
            pages = self._database.connection.execute("PRAGMA page_count").fetchone()[0]
            return int(pages) * page_size(self._database.connection)

    def state(self) -> str:
        """Return a text that is the same at two times if nothing was saved between them.

        `ProjectSummary.state` of a copy can be compared with it.
        """
        from annotator.store.backups import state_of

        with self._database.reading():
            return state_of(self._database, self._database.identity is not None)

    @property
    def file(self) -> ProjectFile:
        """The file itself, and what other programs have done to it while it was open."""
        return ProjectFile(self._database)

    def rescue(self, path: Path | str, waiting: Iterable[tuple[int, str, Edit]]) -> None:
        """Make a backup as `backup` does, with these edits applied to it in order.

        Args:
            path: The new file.
            waiting: The edits, each with its article's key and its annotator.

        Raises:
            StaleEdit: An edit does not apply; there is no file then.
            StoreError: The copy cannot be written; there is no file then.
        """
        from annotator.store.backups import new_copy

        with new_copy(self._database, Path(path)) as copy, Project.open(copy) as rescued:
            for key, annotator, edit in waiting:
                rescued.apply(key, annotator, edit)

    def annotation_digests(self) -> "dict[tuple[str, str], AnnotationDigest]":
        """Return the size of each annotation, by the article's id and the annotator's name."""
        from annotator.store.annotation_digests import annotation_digests

        with self._database.reading():
            return annotation_digests(self._database)

    def fingerprint(self) -> str:
        """Return a text that is the same in two projects, or at two times, if nothing changed."""
        from annotator.store.annotation_digests import fingerprint

        with self._database.reading():
            return fingerprint(self._database)
