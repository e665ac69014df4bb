from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.qtbot import QtBot

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Mention
from annotator.ui.lists.entity_model import ENTITY_SORTS, EntityModel
from annotator.ui.session import SelectedItem, Session
from tests.examples import examples
from tests.ui.lists.conftest import TEXT, Desk, annotation

Strict = Callable[[QAbstractItemModel], None]


def rows(model: EntityModel) -> list[str]:
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def test_entities_stand_in_the_order_of_their_first_mention_by_count_or_by_name(
    desk: Desk, strict: Strict
) -> None:
    model = EntityModel(desk.session)
    strict(model)
    assert rows(model) == ["Ann Lee", "Bob Ray", "Oslo"]
    model.sort_by("count")
    assert rows(model) == ["Oslo", "Ann Lee", "Bob Ray"]
    model.sort_by("name")
    assert rows(model) == ["Ann Lee", "Bob Ray", "Oslo"]


def test_an_edit_changes_its_rows_alone_and_never_resets(
    qtbot: QtBot, desk: Desk, strict: Strict
) -> None:
    model = EntityModel(desk.session)
    strict(model)
    start = TEXT.index("Ann said")
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsInserted) as added:
        desk.session.perform(lambda article, on: edits.mark(article, on, start, start + 3, "ORG"))
    assert added.args is not None
    assert (added.args[1], added.args[2]) == (3, 3)
    assert rows(model) == ["Ann Lee", "Bob Ray", "Oslo", "Ann"]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsRemoved):
        desk.session.undo()
    assert rows(model) == ["Ann Lee", "Bob Ray", "Oslo"]


def test_an_unfolded_entity_shows_its_mentions_and_follows_what_becomes_of_them(
    desk: Desk, strict: Strict
) -> None:
    model = EntityModel(desk.session)
    strict(model)
    model.unfold("e3", on=True)
    assert rows(model) == ["Ann Lee", "Bob Ray", "Oslo", "Oslo", "Oslo", "cold"]
    desk.session.perform(lambda _, on: edits.split_entity(on, ["m5"]))
    assert rows(model) == ["Ann Lee", "Bob Ray", "Oslo", "Oslo", "Oslo", "cold"]
    assert model.item_at(5).kind == "entity"
    desk.session.perform(lambda _, on: edits.delete_mention(on, "m3"))
    assert rows(model) == ["Ann Lee", "Bob Ray", "Oslo", "Oslo", "cold"]
    model.unfold("e3", on=False)
    assert rows(model) == ["Ann Lee", "Bob Ray", "Oslo", "cold"]


def test_a_merge_moves_the_mentions_under_the_entity_that_stays(desk: Desk, strict: Strict) -> None:
    model = EntityModel(desk.session)
    strict(model)
    model.sort_by("count")
    model.unfold("e2", on=True)
    model.unfold("e1", on=True)
    desk.session.perform(lambda _, on: edits.merge_entities(on, "e1", ["e2"]))
    assert rows(model) == ["Ann Lee", "Ann Lee", "Bob Ray", "Lee", "Oslo"]
    desk.session.undo()
    assert sorted(set(rows(model))) == ["Ann Lee", "Bob Ray", "Lee", "Oslo"]


def test_set_data_asks_for_the_edit_and_the_file_has_the_name(desk: Desk, strict: Strict) -> None:
    model = EntityModel(desk.session)
    strict(model)
    assert model.setData(model.index(0), "Annabel Lee")
    assert rows(model)[0] == "Annabel Lee"
    assert desk.names()["e1"] == "Annabel Lee"
    assert not model.setData(model.index(0), "   ")
    assert rows(model)[0] == "Annabel Lee"


def test_another_article_resets_the_rows(qtbot: QtBot, desk: Desk, strict: Strict) -> None:
    model = EntityModel(desk.session)
    strict(model)
    model.unfold("e1", on=True)
    with qtbot.waitSignal(model.modelReset):
        desk.session.open_article(2)
    assert rows(model) == []


def test_a_row_can_be_read_aloud(desk: Desk) -> None:
    model = EntityModel(desk.session)
    spoken = model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Ann Lee, Person, 2 mentions, speaks"


def test_a_pick_of_a_folded_mention_leads_to_its_entity(desk: Desk) -> None:
    model = EntityModel(desk.session)
    assert model.row_of(SelectedItem("mention", "m4")) == 2
    model.unfold("e3", on=True)
    assert model.row_of(SelectedItem("mention", "m4")) == 4
    assert model.row_of(SelectedItem("quote", "q1")) is None


class _Memory:
    """A project that forgets; fast enough for thousands of random edits."""

    scheme = None
    read_only = False

    @property
    def file(self) -> "_Memory":
        return self

    is_overwritten = False
    mended = 0

    def article(self, key: int) -> Article:
        return Article("a1", TEXT)

    def annotation(self, key: int, annotator: str) -> Annotation:
        return annotation()

    def apply(self, key: int, annotator: str, edit: object) -> None:
        pass

    def past(self, key: int, annotator: str) -> tuple[()]:
        return ()


_steps = st.lists(
    st.tuples(
        st.sampled_from(["mark", "merge", "split", "delete", "drop", "fold", "sort", "rename"]),
        st.integers(0, 50),
        st.integers(0, 50),
    ),
    max_size=12,
)


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=examples(20),
)
@given(steps=_steps)
def test_after_any_edits_the_rows_are_those_of_a_fresh_model(
    qapp: object, strict: Strict, steps: list[tuple[str, int, int]]
) -> None:
    session = Session(_Memory(), "ada")  # type: ignore[arg-type]
    session.open_article(1)
    model = EntityModel(session)
    strict(model)
    for step in steps:
        _take(session, model, *step)
    assert session.annotation is not None
    fresh = EntityModel(session)
    fresh.sort_by(model.sort_order)
    for entity in session.annotation.entities:
        fresh.unfold(entity, on=model.unfolded(entity))
    items = [model.item_at(row) for row in range(model.rowCount())]
    assert items == [fresh.item_at(row) for row in range(fresh.rowCount())]
    assert [model.row_of(item) for item in items] == list(range(len(items)))


def _take(session: Session, model: EntityModel, what: str, n: int, k: int) -> None:
    on = session.annotation
    assert on is not None
    entities: list[Entity] = on.ordered_entities()
    mentions: list[Mention] = on.ordered_mentions()
    if what == "mark":
        session.perform(lambda a, on: edits.mark(a, on, n, n + k % 5 + 1, "PERSON"))
    if what == "sort":
        model.sort_by(ENTITY_SORTS[n % 3])
    if mentions and what == "split":
        session.perform(lambda _, on: edits.split_entity(on, [mentions[n % len(mentions)].id]))
    if mentions and what == "drop":
        session.perform(lambda _, on: edits.delete_mention(on, mentions[n % len(mentions)].id))
    if not entities:
        return
    one, two = entities[n % len(entities)].id, entities[k % len(entities)].id
    if what == "merge":
        session.perform(lambda _, on: edits.merge_entities(on, one, [two]))
    if what == "delete":
        session.perform(lambda _, on: edits.delete_entity(on, one))
    if what == "rename":
        session.perform(lambda _, on: edits.rename_entity(on, one, f"Name {k}"))
    if what == "fold":
        model.unfold(one, on=bool(k % 2))
