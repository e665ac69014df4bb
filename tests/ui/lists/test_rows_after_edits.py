"""After any edits, undone and redone, a list shows what one that is made anew would show."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.ui.lists.article_model import ArticleModel
from annotator.ui.lists.entity_model import ENTITY_SORTS, EntityModel
from annotator.ui.lists.quote_model import QUOTE_SORTS, QuoteModel
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.session import Session
from annotator.ui.theme.theme import LIGHT
from tests.examples import examples
from tests.ui.lists.conftest import TEXT, Desk, annotation, registry_of
from tests.ui.test_view_properties import desk as desk_with

ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.AccessibleTextRole,
    Qt.ItemDataRole.AccessibleDescriptionRole,
    Qt.ItemDataRole.UserRole,
)
Cells = tuple[Any, ...]


def cells(model: QAbstractListModel, row: int) -> Cells:
    return tuple(model.index(row, 0).data(role) for role in ROLES)


def all_cells(model: QAbstractListModel) -> list[Cells]:
    return [cells(model, row) for row in range(model.rowCount())]


class Painted:
    """What a list has on the screen: a row is read again only if the model says it changed."""

    def __init__(self, model: QAbstractListModel) -> None:
        self._model = model
        self._rows: list[Cells | None] = list(all_cells(model))
        model.rowsInserted.connect(self._insert)
        model.rowsRemoved.connect(self._remove)
        model.rowsMoved.connect(self._move)
        model.dataChanged.connect(self._change)
        model.layoutChanged.connect(self._forget)
        model.modelReset.connect(self._forget)

    def rows(self) -> list[Cells]:
        """What is painted, after those rows are painted again that have to be."""
        for row, known in enumerate(self._rows):
            if known is None:
                self._rows[row] = cells(self._model, row)
        return [row for row in self._rows if row is not None]

    def _insert(self, _parent: QModelIndex, first: int, last: int) -> None:
        self._rows[first:first] = [None] * (last - first + 1)

    def _remove(self, _parent: QModelIndex, first: int, last: int) -> None:
        del self._rows[first : last + 1]

    def _move(self, _from: QModelIndex, first: int, last: int, _to: QModelIndex, row: int) -> None:
        moved = self._rows[first : last + 1]
        del self._rows[first : last + 1]
        at = row if row < first else row - len(moved)
        self._rows[at:at] = moved

    def _change(self, first: QModelIndex, last: QModelIndex) -> None:
        for row in range(first.row(), last.row() + 1):
            self._rows[row] = None

    def _forget(self) -> None:
        self._rows = [None] * self._model.rowCount()


def test_the_dot_of_a_speaker_goes_with_the_last_quote(desk: Desk) -> None:
    painted = Painted(EntityModel(desk.session))
    tones = [row[3].tone for row in painted.rows()]
    assert tones == [0, None, None]
    desk.session.perform(lambda _, on: edits.set_speakers(on, "q1", ["e2"]))
    assert [row[3].tone for row in painted.rows()] == [None, 1, None]
    desk.session.undo()
    assert [row[3].tone for row in painted.rows()] == [0, None, None]
    desk.session.perform(lambda _, on: edits.delete_quote(on, "q1"))
    assert [row[3].tone for row in painted.rows()] == [None, None, None]
    assert painted.rows()[0][1] == "Ann Lee, Person, 2 mentions"


def test_by_speaker_the_numbers_follow_a_quote_that_begins_elsewhere(desk: Desk) -> None:
    desk.session.perform(lambda _, on: edits.set_speakers(on, "q2", ["e2"]))
    model = QuoteModel(desk.session)
    model.sort_by("speaker")
    painted = Painted(model)
    assert [row[3].number for row in painted.rows()] == [1, 2]
    (part,) = painted.rows()[1][3].quote.spans
    desk.session.perform(lambda a, on: edits.resize_part(a, on, "q2", part, 0, part.end))
    assert [row[3].number for row in painted.rows()] == [2, 1]


_DEEDS = st.sampled_from(
    "mark relabel rename label merge split delete drop move quote content speakers status "
    "resize unquote source note flag head undo undo redo fold sort".split()
)
_STEPS = st.lists(st.tuples(_DEEDS, *[st.integers(0, 60)] * 3), min_size=1, max_size=14)


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=examples(10),
)
@given(steps=_STEPS)
def test_every_cell_of_every_list_is_that_of_a_list_made_anew(
    qapp: object, steps: list[tuple[str, int, int, int]]
) -> None:
    with desk_with(TEXT) as (project, first):
        with project.importing() as importer:
            importer.add(Record(Article("a", TEXT), "ada", annotation()))
        first.reopen()
        panel = SidePanel(first, LIGHT, registry_of(first))
        entities, quotes, articles = EntityModel(first), QuoteModel(first), ArticleModel(first)
        painted = [Painted(model) for model in (entities, quotes, articles)]
        for step in steps:
            take(first, entities, quotes, *step)
            again = Session(project, "ada")
            again.open_article(first.article_key)
            anew: list[QAbstractListModel] = [
                like(EntityModel(first), entities),
                like(QuoteModel(first), quotes),
                ArticleModel(first),
            ]
            for shown, fresh in zip(painted, anew, strict=True):
                assert shown.rows() == all_cells(fresh)
            order, fresh_order = first.quote_order, again.quote_order
            assert order.ids() == fresh_order.ids()
            assert first.annotation is not None
            for entity in first.annotation.entities:
                speaks = order.speaker_tone(entity) is not None
                assert speaks == (fresh_order.speaker_tone(entity) is not None)
            assert panel.entities.entities.entity_count() == len(first.annotation.entities)
            assert all_cells(panel.quotes.quotes) == all_cells(QuoteModel(first))
        panel.deleteLater()


def like(fresh: Any, model: EntityModel | QuoteModel) -> Any:
    """The new model sorted and unfolded as the one is that has followed."""
    fresh.sort_by(model.sort_order)
    if isinstance(model, EntityModel):
        for row in range(fresh.rowCount() - 1, -1, -1):
            entity = fresh.item_at(row).id
            fresh.unfold(entity, on=model.unfolded(entity))
    return fresh


def take(
    session: Session,
    entities: EntityModel,
    quotes: QuoteModel,
    operation: str,
    n: int,
    k: int,
    j: int,
) -> None:
    """One operation of an annotator; what does not fit is refused as in the window."""
    on = session.annotation
    assert on is not None
    if operation in ("undo", "redo"):
        getattr(session, operation)()
    elif operation == "sort":
        entities.sort_by(ENTITY_SORTS[n % len(ENTITY_SORTS)])
        quotes.sort_by(QUOTE_SORTS[k % len(QUOTE_SORTS)])
    elif operation == "fold":
        ids = list(on.entities)
        if ids:
            entities.unfold(ids[n % len(ids)], on=bool(k % 2))
    elif (make := _edit(on, operation, n, k, j)) is not None:
        session.perform(make)


def _edit(
    on: Annotation, operation: str, n: int, k: int, j: int
) -> Callable[[Article, Annotation], Edit] | None:
    start, end = n, min(len(TEXT), n + 1 + k % 9)
    free: dict[str, Callable[[Article, Annotation], Edit]] = {
        "mark": lambda a, on: edits.mark(a, on, start, end, ("PERSON", "GPE")[j % 2]),
        "quote": lambda a, on: edits.create_quote(a, on, start, end),
        "head": lambda _, on: edits.set_status(on, ("doing", "done", "skipped")[n % 3]),
    }
    if operation in free:
        return free[operation]
    if on.entities and (made := _of_entity(on, operation, n, k)) is not None:
        return made
    if on.mentions and (made := _of_mention(on, operation, n, k)) is not None:
        return made
    return _of_quote(on, operation, n, k, j) if on.quotes else None


def _of_entity(
    on: Annotation, operation: str, n: int, k: int
) -> Callable[[Article, Annotation], Edit] | None:
    ids = list(on.entities)
    one, two = ids[n % len(ids)], ids[k % len(ids)]
    return {
        "rename": lambda _, on: edits.rename_entity(on, one, f"Name {k % 5}"),
        "label": lambda _, on: edits.relabel_entity(on, one, ("ORG", "GPE")[k % 2]),
        "merge": lambda _, on: edits.merge_entities(on, one, [two]),
        "delete": lambda _, on: edits.delete_entity(on, one),
        "note": lambda _, on: edits.set_note(on.entities[one], f"note {k}"),
    }.get(operation)


def _of_mention(
    on: Annotation, operation: str, n: int, k: int
) -> Callable[[Article, Annotation], Edit] | None:
    mention, entities = list(on.mentions)[n % len(on.mentions)], list(on.entities)
    return {
        "relabel": lambda _, on: edits.relabel_mention(on, mention, ("ORG", "GPE")[k % 2]),
        "split": lambda _, on: edits.split_entity(on, [mention]),
        "drop": lambda _, on: edits.delete_mention(on, mention),
        "move": lambda _, on: edits.move_mention(on, mention, entities[k % len(entities)]),
    }.get(operation)


def _of_quote(
    on: Annotation, operation: str, n: int, k: int, j: int
) -> Callable[[Article, Annotation], Edit] | None:
    quote, entities = list(on.quotes)[n % len(on.quotes)], list(on.entities)
    speakers = [entities[i % len(entities)] for i in (k, j)][: j % 3] if entities else []
    parts = on.quotes[quote].spans
    start, end = j, min(len(TEXT), j + 1 + k)
    return {
        "content": lambda a, on: edits.add_part(a, on, quote, "content", start, end),
        "source": lambda a, on: edits.add_part(a, on, quote, "source", start, end),
        "speakers": lambda _, on: edits.set_speakers(on, quote, speakers),
        "status": lambda _, on: edits.set_speaker_status(on, quote, "unnamed"),
        "resize": lambda a, on: edits.resize_part(a, on, quote, parts[k % len(parts)], start, end),
        "unquote": lambda _, on: edits.delete_quote(on, quote),
        "flag": lambda _, on: edits.set_flag(on.quotes[quote], "unsure", on=bool(k % 2)),
    }.get(operation)
