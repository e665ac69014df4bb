"""The state of a review: the compared annotations, the undecided rows, and the decisions."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from annotator.core.adjudication import (
    ALL,
    GOLD,
    ReviewerDecision,
    Rule,
    accept_agreed,
    accept_variant,
    accept_variant_to_edit,
    decided,
    people_in,
    reject,
)
from annotator.core.alignment import AlignedGroup, Comparison
from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Article, Decision
from annotator.store import StoreError
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr, tr_count, tr_error
from annotator.ui.session import SelectedItem, Session

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Row(NamedTuple):
    """One group that needs, or needed, a decision. `number` is its position in the text.

    `gone`: it was made gold, and the result was deleted in the text afterwards.
    """

    number: int
    group: AlignedGroup
    decision: Decision | None
    gone: bool = False


class ReviewSession(QObject):
    """A review of the session's project. While it is active the session edits gold."""

    changed = Signal()
    """The rows, the current one, or the mode have changed."""

    def __init__(
        self,
        session: Session,
        reviewer: Callable[[], str],
        registry: ActionRegistry,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._registry = registry
        self.session = session
        self.names_hidden = False
        self.side: Comparison | None = None
        self.rows: list[Row] = []
        self.agreed = 0
        self._reviewer = reviewer
        self._own_name: str | None = None
        self._current: int | None = None
        self._annotators: list[str] = []
        self._deciding = False
        session.article_opened.connect(self._open)
        session.edit_applied.connect(self._follow)

    @property
    def active(self) -> bool:
        return self._own_name is not None

    @property
    def row(self) -> Row | None:
        """The current row."""
        return next((row for row in self.rows if row.number == self._current), None)

    @property
    def open_rows(self) -> list[Row]:
        return [row for row in self.rows if row.decision is None]

    def start(self) -> bool:
        """Switch to gold, with all annotations beside it; return False if there are none."""
        if not self._others():
            self.session.status_message.emit(
                tr("Nobody has annotated anything yet: merge a project first.")
            )
            return False
        self._own_name = self.session.annotator
        self.session.set_annotator(GOLD)
        return True

    def stop(self) -> None:
        """Go back to the annotator's own annotations."""
        before, self._own_name = self._own_name, None
        if before is not None:
            self.side, self.rows, self._current = None, [], None
            self.session.set_annotator(before)
            self.changed.emit()

    def shown_name(self, name: str) -> str:
        """Return the annotator's name, or a letter while names are hidden."""
        if not self.names_hidden or name not in self._annotators:
            return name
        return _LETTERS[self._annotators.index(name) % len(_LETTERS)]

    def tone_of(self, name: str) -> int:
        """Return a number that identifies the annotator in all articles."""
        return self._annotators.index(name) if name in self._annotators else 0

    def hide_names(self, *, hidden: bool) -> None:
        self.names_hidden = hidden
        self.changed.emit()

    def go(self, step: int) -> None:
        """Go to the next row (step 1) or the previous one (-1)."""
        places = [row.number for row in self.rows]
        if not places:
            return
        at = places.index(self._current) + step if self._current in places else 0
        if not 0 <= at < len(places):
            self.session.status_message.emit(
                tr("This is the last difference of the article.")
                if step > 0
                else tr("This is the first difference of the article.")
            )
            return
        self.go_to(places[at])

    def go_to(self, number: int | None) -> None:
        """Make the row of this group current."""
        self._current = number
        row = self.row
        selected = None
        if row is not None and row.decision is not None and row.decision.item is not None:
            selected = SelectedItem(row.group.kind, row.decision.item)
        self.session.select(selected)
        self.changed.emit()

    def accept_variant(self, number: int) -> None:
        """Make the variant with this number gold, counted from 0, and go on to the next row."""
        self._choose(number, accept_variant)

    def accept_variant_to_edit(self) -> bool:
        """Make the most frequent variant gold, to edit it in the text; return False on failure."""
        row, done = self.row, False
        made = row is not None and row.decision is not None and row.decision.item is not None
        if row is not None and made and not row.gone:
            done = True
        elif row is not None:
            done = self._decide(lambda side, gold: accept_variant_to_edit(
                side, gold, row.group, row.group.takes[0], self._verdict()
            ))  # fmt: skip
        if done and row is not None:
            self.go_to(row.number)
        return done

    def reject(self, reason: str, note: str = "") -> None:
        """Decide that the current row is not gold, and go on to the next."""
        row = self.row
        if row is None:
            self.session.status_message.emit(tr("Choose a difference first."))
            return
        verdict = self._verdict(reason, note)
        self._decide_and_advance(
            row.number, lambda side, gold: reject(side, gold, row.group, verdict)
        )

    def send_back(self, name: str, text: str) -> None:
        """Send the row back to the annotator, who finds the comment in the merged project."""
        row, key, session = self.row, self.session.article_key, self.session
        if row is None or key is None:
            return
        place = row_range(session.article, row)
        try:
            session.project.add_comment(key, name, place, text, self._reviewer())
            session.project.set_review(key, name, "returned", self._reviewer())
        except StoreError as error:
            session.error_occurred.emit(tr_error(error))
            return
        session.status_message.emit(tr("Sent back to {1}.", self.shown_name(name)))

    def accept(self) -> None:
        """Give all annotations of the article the review status "accepted"."""
        key, side, session = self.session.article_key, self.side, self.session
        if key is None or side is None:
            return
        try:
            for name in side.names:
                session.project.set_review(key, name, "accepted", self._reviewer())
        except StoreError as error:
            session.error_occurred.emit(tr_error(error))
            return
        session.status_message.emit(tr("Everybody's work on this article is accepted."))

    def accept_agreed(self, rule: Rule = ALL) -> bool:
        """Make everything gold that the rule fits; return whether that worked."""
        return self._decide(lambda side, gold: accept_agreed(side, gold, rule, self._verdict()))

    def _choose(self, number: int, make: Callable[..., Edit]) -> None:
        row = self.row
        if row is None:
            self.session.status_message.emit(tr("Choose a difference first."))
            return
        if not 0 <= number < len(row.group.takes):
            count = len(row.group.takes)
            self.session.status_message.emit(
                tr_count(
                    count,
                    "There is only one way to choose from.",
                    "There are {1} ways to choose from.",
                )
            )
            return
        choice, verdict = row.group.takes[number], self._verdict()
        self._decide_and_advance(
            row.number, lambda side, gold: make(side, gold, row.group, choice, verdict)
        )

    def _decide_and_advance(
        self, number: int, make: Callable[[Comparison, Annotation], Edit]
    ) -> None:
        # Each change rebuilds the displayed rows: skip it for the row that is left at once.
        self._deciding = True
        try:
            done = self._decide(make)
        finally:
            self._deciding = False
        if done:
            self._advance(number)
        else:
            self.changed.emit()

    def _decide(self, make: Callable[[Comparison, Annotation], Edit]) -> bool:
        side = self.side
        if side is None:
            return False
        return self.session.perform(lambda _article, gold: make(side, gold))

    def _verdict(self, reason: str = "", note: str = "") -> ReviewerDecision:
        moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return ReviewerDecision(self._reviewer(), moment, reason, note)

    def _advance(self, number: int) -> None:
        """Go to the next open row after this one, else to the first open one, else stay."""
        places = [row.number for row in self.rows]
        at = places.index(number) if number in places else -1
        following = [row for row in (*self.rows[at + 1 :], *self.rows) if row.decision is None]
        if following:
            self.go_to(following[0].number)
        else:
            self.go_to(number)
            key = self._registry.key_or_title("done_next")
            self.session.status_message.emit(
                tr("Everything is decided. {1} is done and next.", key)
            )

    def _open(self) -> None:
        if self.active and self.session.annotator != GOLD:
            # The annotator has changed to another name: decisions must not go into that annotation.
            self._own_name, self.side, self.rows, self._current = None, None, [], None
            self.changed.emit()
        if not self.active:
            return
        self._annotators = self._others()
        # If one annotation cannot be read, none is compared: agreement of the others is not enough.
        self.side = self.session.ask(lambda _project: self._side_by_side(), None)
        self._current = None
        self._sort()
        key = self.session.article_key
        unannotated = key is not None and not self.session.ask(
            lambda project: project.revision(key, GOLD), 1
        )
        fitting = self.side is not None and any(map(ALL.fits, self.side.groups))
        side = self.side
        if unannotated and fitting and side is not None:
            verdict = self._verdict()
            self.session.prepare(lambda _, gold: accept_agreed(side, gold, ALL, verdict))
        self._current = next((row.number for row in self.open_rows), None)
        self.changed.emit()

    def _others(self) -> list[str]:
        return people_in(self.session.ask(lambda project: project.annotators(), []))

    def _side_by_side(self) -> Comparison | None:
        key, article = self.session.article_key, self.session.article
        if key is None or article is None:
            return None
        project = self.session.project
        annotations = {
            name: project.checked_annotation(key, name)
            for name in self._annotators
            if project.revision(key, name)
        }
        return Comparison(article.text, annotations) if annotations else None

    def _follow(self, _edit: Edit) -> None:
        if not self.active:
            return
        before = {row.number for row in self.open_rows}
        self._sort()
        reopened = [row.number for row in self.open_rows if row.number not in before]
        if reopened:  # after an undo, where the user is looking
            self._current = reopened[0]
        if not self._deciding:
            self.changed.emit()

    def _sort(self) -> None:
        """Sort the rows, lowest agreement first, without what was agreed on in advance."""
        side, gold = self.side, self.session.annotation
        if side is None or gold is None:
            self.rows, self.agreed = [], 0
            return
        known = decided(side, gold)
        present = gold.mentions.keys() | gold.quotes.keys()
        rows = []
        for number, group in enumerate(side.groups):
            decision = known.get(number)
            item = None if decision is None else decision.item
            rows.append(Row(number, group, decision, item is not None and item not in present))
        agreed = [r for r in rows if r.decision and r.decision.outcome == "agreed" and not r.gone]
        self.agreed = len(agreed)
        agreed_numbers = {row.number for row in agreed}
        left = [row for row in rows if row.number not in agreed_numbers]
        self.rows = sorted(left, key=lambda row: (row.group.agreement, row.number))


def row_range(article: Article | None, row: Row) -> tuple[int, int]:
    """Return where the text shows the row, in code points."""
    length = len(article.text) if article is not None else row.group.end
    return min(row.group.start, length), min(row.group.end, length)
