"""Values at the edge of what a project holds: kept whole, or refused, and one further the other."""

import json
import math
from typing import Any

import pytest

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Decision, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.record import Record
from annotator.store import Project, StoreError
from annotator.store.columns import COLUMNS, checked_rows, describe_value
from annotator.store.errors import WrongValue
from annotator.store.integrity_check import reference_faults, shape_faults, span_faults
from annotator.store.item_rows import insert_batched, to_json
from annotator.store.trash_serialization import deserialize, serialize
from annotator.store.wrong_values import is_utf8
from tests.store.samples import NAMED, SAID, TEXT, ZOE, annotation, execute, record, rows

LARGEST = 2**63 - 1
FURTHEST = 2**32 - 1


@pytest.mark.parametrize(
    ("table", "column", "low", "high"),
    [
        ("article", "pk", 1, LARGEST),
        ("generation", "writer", 1, LARGEST),
        ("article", "length", 0, 2**53),
        ("quote", "type_set", 0, 1),
        ("mention", "start", -FURTHEST, FURTHEST),
        ("entity", "ordinal", 0, FURTHEST),
        ("annotation", "seconds", -(2**53), 2**53),
    ],
)
def test_a_number_is_what_its_column_holds_up_to_its_limits(
    table: str, column: str, low: int, high: int
) -> None:
    shape = COLUMNS[table][column]
    for value in (low, high, (low + high) // 2):
        assert shape.holds(value)
        assert shape.hold([value, low, high])
    for value in (low - 1, high + 1, None, "1", 1.0):
        assert not shape.holds(value)
        assert not shape.hold([low, value])


@pytest.mark.parametrize(
    ("table", "column", "good", "bad"),
    [
        ("edit", "state", ["done", "undone", "dropped"], ["lost", ""]),
        ("review", "status", ["returned", "accepted"], ["done"]),
        ("entity", "flags", [None, "[]", '["a"]'], ["", "{}", "[1]", "["]),
        ("entity", "extra", [None, "{}", '{"a": [1]}'], ["[]", "null", "1"]),
        ("quote", "parent", [None, "q1", ""], [1, b"q1"]),
        ("article", "id", ["a"], ["", None]),
        ("article", "title", ["a", ""], [None]),
        ("version", "content", [None], ["[]", "{}"]),
        ("version", "history", [None, "[]"], ["{}", "[[]]"]),
    ],
)
def test_a_text_is_what_its_column_holds(
    table: str, column: str, good: list[Any], bad: list[Any]
) -> None:
    shape = COLUMNS[table][column]
    assert shape.hold(good)
    assert all(map(shape.holds, good))
    for value in bad:
        assert not shape.holds(value)
        assert not shape.hold([*good, value])


@pytest.mark.parametrize("made", [lambda inner: [inner], lambda inner: {"[{": inner}])
def test_what_is_nested_as_deeply_as_can_be_read_again_is_kept(made: Any) -> None:
    def nested(depth: int) -> Any:
        value: Any = 1
        for _ in range(depth):
            value = made(value)
        return value

    text = to_json(nested(200))
    assert text is not None
    assert json.loads(text) == nested(200)
    for depth in (201, 5000):
        with pytest.raises(ValueError, match="nested too deeply"):
            to_json(nested(depth))
    assert to_json([[]] * 500) == json.dumps([[]] * 500, separators=(",", ":"))
    assert to_json(["[" * 300]) == json.dumps(["[" * 300])


def test_numbers_that_json_does_not_have_become_null_wherever_they_are() -> None:
    value = {"a": [1.5, math.nan, (math.inf, -math.inf)], "b": {"c": math.nan, "d": True}}
    assert json.loads(to_json(value) or "") == {"a": [1.5, None, [None, None]],
                                                "b": {"c": None, "d": True}}  # fmt: skip
    assert (to_json(None), to_json(()), to_json([]), to_json({})) == (None, None, "[]", "{}")
    assert to_json({"ü": ["“"]}) == '{"ü":["“"]}'


@pytest.mark.parametrize("number", [0, 1, 63, 64, 65, 128, 129])
def test_rows_are_written_each_once_however_many_there_are(project: Project, number: int) -> None:
    given = [(f"{n}", n) for n in range(number)]
    with project._database.writing() as connection:
        connection.execute("CREATE TABLE own (a TEXT, b INTEGER)")
        insert_batched(connection, "INSERT INTO own (a, b) VALUES", "(?, ?)", given)
    assert rows(project.path, "SELECT a, b FROM own ORDER BY rowid") == given


@pytest.mark.parametrize("number", [1, 127, 128, 129, 257])
def test_articles_are_read_each_once_however_many_there_are(project: Project, number: int) -> None:
    """More than wait together to be written, and more than are read together."""
    works = (annotation(ZOE), annotation(ZOE, NAMED), annotation(ZOE, NAMED))
    given = [
        record(f"a{n}", "ada", works[n % 3], text=f"😀 Zoë Lee {n}")
        if n % 2
        else Record(Article(f"a{n}", f"{n}"), extra={"number": n} if n % 4 else None)
        for n in range(number)
    ]
    with project.importing() as target:
        for one in given:
            target.add(one)
    assert list(project.records(bare=True)) == given
    execute(project.path, "DELETE FROM annotation WHERE pk % 5 = 2")
    kept = [one for one in given if one.annotation is None or int(one.article.id[1:]) // 2 % 5 != 1]
    assert list(project.records()) == [one for one in kept if one.annotation is not None]


def test_every_field_of_every_item_is_kept_whether_it_is_as_usual_or_not(
    project: Project,
) -> None:
    odd: dict[str, Any] = {"note": "n", "flags": ("f", "g"), "extra": {"x": [1]}}
    for name in ("note", "flags", "extra", "all", "none"):
        some = odd if name == "all" else {name: odd[name]} if name in odd else {}
        describe_value = SAID._replace(
            spans=(*SAID.spans, RoleSpan("source", 2, 5, "Zoë", some.get("extra"))),
            addressees=("e1",) if some else (),
            speakers=() if some else ("e1",),
            parent="q2" if some else None,
            attributes={"tone": "dry"} if some else None,
            type_set=not some,
            speaker_status="group" if some else "identified",
            **some,
        )
        decision = Decision("d1", 1, "mention", "agreed", 2, 9, **some)
        if some:
            decision = decision._replace(members=("a",), sources=("b",), item="m1", by="lea")
        work = Annotation(
            head=Head("doing", some.get("note", ""), some.get("flags", ()), 7, some.get("extra")),
            entities=[ZOE._replace(link="Q1" if some else None, **some)],
            mentions=[NAMED._replace(kind="nominal" if some else "name", **some)],
            quotes=[describe_value, Quote("q2", 2, (RoleSpan("content", 16, 18, "it"),))],
            decisions=[decision],
        )
        given = Record(Article(name, TEXT), "ada", work)
        with project.importing() as target:
            target.add(given)
        assert project.annotation(project.key_of(name) or 0, "ada") == work
        assert next(r for r in project.records() if r.article.id == name) == given


@pytest.mark.parametrize("length", [39, 40, 41, 100])
def test_a_wrong_value_is_told_by_its_first_forty_letters(length: int) -> None:
    for value in ("x" * length, b"x" * length):
        words = describe_value(value, "status", COLUMNS["review"]["status"])
        assert words == f"{value[:40]!r} as status, which is not one of accepted, returned"
    with pytest.raises(WrongValue) as told:
        checked_rows([("a", "x" * length)], "article.id", "review.status")
    shown = "x" * min(length, 40)
    assert f"the table review (id 'a') holds '{shown}' as status" in str(told.value)


def test_of_many_wrong_values_of_a_column_the_first_twenty_are_told(project: Project) -> None:
    with project.importing() as target:
        for number in range(25):
            target.add(record(f"{number}", text=f"{number}"))
    execute(project.path, "UPDATE article SET imported_at = 'never'")
    told = [problem.sentence for problem in project.check()]
    assert told == ["the table article holds 'never' as imported_at, which is no time"] * 20
    execute(project.path, "UPDATE article SET imported_at = '2026' WHERE pk > 19")
    assert len(project.check()) == 19


TEXT_40 = "x" * 40


def test_a_fault_of_a_span_names_both_texts_in_their_first_letters() -> None:
    text, long = TEXT_40 + "y", repr("x" * 39 + "…")
    for start, end, words, told in [
        (0, 40, TEXT_40, None),
        (0, 41, text, None),
        (0, 41, TEXT_40, f"mention m1 says {TEXT_40!r} but [0, 41) of the text is {long}"),
        (1, 41, text, f"mention m1 says {long} but [1, 41) of the text is {text[1:]!r}"),
        (-1, 41, "y", f"mention m1 says 'y' but [-1, 41) of the text is {long}"),
        (-41, -1, TEXT_40, f"mention m1 says {TEXT_40!r} but [-41, -1) of the text is {TEXT_40!r}"),
    ]:  # fmt: skip
        on = annotation(ZOE, Mention("m1", "e1", start, end, words, 1))
        assert list(span_faults(text, on)) == ([] if told is None else [told])
    quote = Quote("q1", 1, (RoleSpan("cue", -2, 1, ""), RoleSpan("content", 0, 1, "x")))
    assert list(span_faults(text, annotation(quote))) == [
        "cue of quote q1 says '' but [-2, 1) of the text is 'x'"
    ]


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [(0, 0, True), (0, 5, True), (5, 5, True), (-1, 5, False), (3, 2, False), (0, 6, False)],
)
def test_a_decision_lies_in_the_text_up_to_its_end(start: int, end: int, inside: bool) -> None:
    on = Annotation(decisions=[Decision("d1", 1, "mention", "agreed", start, end)])
    found = list(shape_faults("xxxxx", on))
    assert found == ([] if inside else ["decision d1 lies outside the text"])


def test_what_no_import_lets_in_is_told_once_each() -> None:
    def quote(id_: str, parent: str | None = None, *spans: RoleSpan) -> Quote:
        return Quote(id_, 1, spans or (RoleSpan("cue", 0, 1, "x"),), parent=parent)

    on = Annotation(
        head=Head(seconds=-1),
        mentions=[Mention(f"m{n}", "e1", 2, end, "", n) for n, end in enumerate((1, 2, 3))],
        quotes=[
            Quote("q0", 0, ()),
            quote("q1", None, RoleSpan("who", 0, 1, "x")),  # type: ignore[arg-type]
            quote("q2", None, RoleSpan("cue", 1, 1, ""), RoleSpan("source", 2, 1, "")),
        ],
    )
    assert list(shape_faults("xxxxx", on)) == [
        "mention m0 is empty",
        "mention m1 is empty",
        "quote q0 has no spans",
        "quote q1 has a part with the role 'who'",
        "cue of quote q2 is empty",
        "source of quote q2 is empty",
        "the time spent is negative",
    ]
    assert list(shape_faults("", Annotation(head=Head(seconds=0)))) == []


def test_names_of_what_is_not_there_and_circles_of_quotes_are_told() -> None:
    def quote(number: int, parent: str | None, **more: Any) -> Quote:
        return Quote(f"q{number}", number, (RoleSpan("cue", 0, 1, "x"),), parent=parent, **more)

    on = Annotation(
        entities=[ZOE],
        mentions=[NAMED, NAMED._replace(id="m2", entity_id="e7")],
        quotes=[
            quote(1, "q2"),
            quote(2, "q3"),
            quote(3, "q2"),
            quote(4, "q4", speakers=("e1", "e8"), addressees=("e9", "e1")),
            quote(5, "q9"),
            quote(6, None),
            quote(7, "q6"),
        ],
    )
    assert list(reference_faults(on)) == [
        "mention m2 names entity e7, which is not there",
        "quote q2 is inside itself",
        "quote q3 is inside itself",
        "quote q4 names entity e8, which is not there",
        "quote q4 names entity e9, which is not there",
        "quote q4 is inside itself",
        "quote q5 names parent q9, which is not there",
    ]


@pytest.mark.parametrize(
    ("value", "fits"),
    [(2**63 - 1, True), (-(2**63), True), (2**63, False), (-(2**63) - 1, False), (1.5, False)],
)
def test_the_trash_holds_the_numbers_that_a_column_can_hold(
    project: Project, value: Any, fits: bool
) -> None:
    with project.importing() as target:
        target.add(record("a1", "ada"))
    with project.trashing() as trash:
        trash.take(1, "ada")
    ((text,),) = rows(project.path, "SELECT content FROM trash")
    content = json.loads(text)
    content["article"][0]["pk"] = 1
    content["edit"] = [{"pk": value, "annotation": 1, "title": "x", "changes": "[]",
                        "made_at": "", "undone_at": None, "state": "done"}]  # fmt: skip
    connection = project._database.connection
    try:
        text, digest = serialize(content)
    except TypeError:
        return
    if fits and value > 0:
        assert deserialize(connection, "a1", text, digest) == content
    else:
        with pytest.raises(ValueError):
            deserialize(connection, "a1", text, digest)


@pytest.mark.parametrize(
    ("value", "sound"), [("ä", True), ("a", True), ("\udcff", False), ("a\udcff", False), (5, True)]
)
def test_text_that_was_no_utf8_is_told_from_any_other(value: object, sound: bool) -> None:
    assert is_utf8(value) is sound


def test_a_number_that_is_too_large_for_a_column_is_refused_in_words(project: Project) -> None:
    work = annotation(Entity("e1", "PERSON", "Zoë", 2**63))
    with pytest.raises(StoreError, match="a number is too large"), project.importing() as target:
        target.add(record("a1", "ada", work))
    assert project.annotators() == []


def test_the_trash_of_an_older_version_may_lack_tables_but_not_the_article(
    project: Project,
) -> None:
    with project.importing() as target:
        target.add(record("a1", text="Bare."))
    with project.trashing() as trash:
        trash.take(1, "ada")
    ((text,),) = rows(project.path, "SELECT content FROM trash")
    content = json.loads(text)
    connection = project._database.connection
    few = {table: content[table] for table in ("article", "article_text")}
    assert deserialize(connection, "a1", *serialize(few)) == content
    for lacking in few:
        rest = {table: rows for table, rows in content.items() if table != lacking}
        with pytest.raises(ValueError, match="it holds no article"):
            deserialize(connection, "a1", *serialize(rest))
    for spoilt in ([], "x", None, 5):
        with pytest.raises(ValueError, match="it holds no article"):
            deserialize(connection, "a1", *serialize(spoilt))  # type: ignore[arg-type]
