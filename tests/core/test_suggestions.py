"""Suggestions: accepted, rejected, changed by hand, and which of them are still open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit, changes_from_json, changes_to_json
from annotator.core.edits.suggestions import Source
from annotator.core.errors import Rejected
from annotator.core.message import verbatim
from annotator.core.models import Article, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.provenance import is_suggested, signed
from annotator.core.rejection import Rejection, rejections
from annotator.core.scheme import Conventions
from annotator.core.suggestion import (
    Speaker,
    SuggestedMention,
    SuggestedQuote,
    Suggestions,
)
from annotator.core.suggestion_queue import SuggestionQueue, open_suggestions
from tests.core.factories import article, done, part, place

LEE = Speaker("Ann Lee")


def mention(words: str, nth: int = 1, label: str = "PERSON", name: str = "") -> SuggestedMention:
    return SuggestedMention(
        *place(words, nth), words, label, name or words, confidence=0.8, reason="a name"
    )


def quote(speaker: Speaker | None = LEE) -> SuggestedQuote:
    spans = (
        part("content", '"We are ready,"'),
        part("content", '"to go."'),
        part("cue", "said"),
        part("source", "Ann Lee"),
    )
    return SuggestedQuote(spans, "direct", speaker, confidence=0.9, reason="said", origin="model")


def accepted(*suggestions: SuggestedMention | SuggestedQuote, **more: object) -> Annotation:
    before = Annotation()
    return done(before, edits.accept(article(), before, suggestions, **more))  # type: ignore[arg-type]


def test_an_accepted_mention_joins_the_entity_of_its_name() -> None:
    after = accepted(mention("Lee", 2, name="Ann Lee"), mention("Ann Lee"))
    (entity,) = after.entities.values()
    assert entity.name == "Ann Lee"
    assert [m.text for m in after.mentions_of(entity.id)] == ["Ann Lee", "Lee"]


def test_an_accepted_quote_has_its_parts_and_makes_its_speaker() -> None:
    (made,) = accepted(quote()).quotes.values()
    assert [p.text for p in made.parts("content")] == ['"We are ready,"', '"to go."']
    assert (made.parts("cue")[0].text, made.parts("source")[0].text) == ("said", "Ann Lee")
    assert (made.type, made.type_set, made.speakers) == ("direct", False, ("e1",))


def test_a_speaker_accepted_with_its_mention_is_one_entity() -> None:
    after = accepted(quote(), mention("Ann Lee"))
    assert [e.name for e in after.entities.values()] == ["Ann Lee"]
    assert after.mentions["m1"].entity_id == after.quotes["q1"].speakers[0]


def test_the_projects_conventions_cut_accepted_quotes() -> None:
    after = accepted(quote(), conventions=Conventions(marks="out", split="several"))
    contents = [[p.text for p in q.parts("content")] for q in after.ordered_quotes()]
    assert contents == [["We are ready,"], ["to go."]]
    assert all(q.speakers == ("e1",) and q.parts("cue") for q in after.quotes.values())


def test_of_suggestions_on_one_another_one_is_taken() -> None:
    after = accepted(mention("Ann Lee"), mention("Lee"), quote(), quote(None))
    assert (len(after.mentions), len(after.quotes)) == (1, 1)


def test_mentions_and_parts_that_only_touch_lie_not_on_one_another() -> None:
    text = "AnnBo: yes"
    names = [SuggestedMention(s, e, text[s:e], "PERSON", text[s:e]) for s, e in ((0, 3), (3, 5))]
    said = [RoleSpan("content", s, e, text[s:e]) for s, e in ((7, 10),)]
    cues = [RoleSpan("cue", s, e, text[s:e]) for s, e in ((5, 7), (6, 8))]
    before = Annotation()
    quoted = SuggestedQuote((*said, *cues), "direct")
    after = done(before, edits.accept(Article("a", text), before, [*names, quoted]))
    assert [m.text for m in after.ordered_mentions()] == ["Ann", "Bo"]
    assert [cue.text for cue in after.quotes["q1"].parts("cue")] == [": "]
    late = SuggestedQuote((RoleSpan("content", 3, 5, "Bo"), RoleSpan("cue", 5, 7, ": ")), "direct")
    after = done(before, edits.accept(Article("a", text), before, [late]))
    assert after.quotes["q1"].parts("cue") == (RoleSpan("cue", 5, 7, ": "),)


def test_what_is_marked_with_the_label_is_not_taken_and_with_another_it_is() -> None:
    before = Annotation()
    before.apply(edits.mark(article(), before, *place("Paris"), "GPE"))
    for label in ("GPE", "PERSON"):
        chosen = [mention("Paris", label=label), mention("Ann Lee")]
        after = done(before, edits.accept(article(), before, chosen))
        assert len(after.mentions_at(*place("Paris"))) == (1 if label == "GPE" else 2)
        assert len(after.mentions_at(*place("Ann Lee"))) == 1
    with pytest.raises(Rejected, match="marked already"):
        edits.accept(article(), before, [mention("Paris", label="GPE")])


def test_a_quote_of_which_less_than_half_is_taken_is_another_quote() -> None:
    text = "abcdefghij" * 3

    def made(start: int, end: int) -> SuggestedQuote:
        return SuggestedQuote((RoleSpan("content", start, end, text[start:end]),), "direct")

    def taken(*quotes: SuggestedQuote) -> list[int]:
        after = done(Annotation(), edits.accept(Article("a", text), Annotation(), quotes))
        return [q.start for q in after.ordered_quotes()]

    assert taken(made(0, 10), made(10, 20), made(20, 30)) == [0, 10, 20]
    assert taken(made(0, 10), made(6, 16)) == [0, 6]
    assert taken(made(0, 10), made(5, 15)) == [0]
    assert taken(made(0, 30), made(1, 2), made(2, 30)) == [0, 1]


def test_the_undo_menu_says_what_was_accepted_and_rejected() -> None:
    paris, no = mention("Paris", label="GPE"), Annotation()
    assert str(edits.accept(article(), no, [paris]).title) == "Accept “Paris” as GPE"
    assert str(edits.accept(article(), no, [paris, paris]).title) == "Accept “Paris” as GPE"
    assert str(edits.accept(article(), no, [quote()]).title) == 'Accept quote “"We are ready,"”'
    assert str(edits.accept(article(), no, [quote(), paris]).title) == "Accept 2 suggestions"
    assert str(edits.reject(no, [paris]).title) == "Reject “Paris” as GPE"
    assert str(edits.reject(no, [quote()]).title) == 'Reject quote “"We are ready,"”'
    with pytest.raises(Rejected, match="nothing to reject"):
        edits.reject(no, [])


def test_rejecting_begins_an_annotation_but_no_finished_one_anew() -> None:
    for status, after in (("todo", "doing"), ("doing", "doing"), ("done", "done")):
        before = Annotation(head=Head(status))
        assert done(before, edits.reject(before, [quote()])).head.status == after


def test_a_type_is_stated_if_the_marks_say_another_or_somebody_changed_it() -> None:
    def stated(type_: str, changed_by: str = "") -> bool:
        made = SuggestedQuote((part("content", '"We are ready,"'),), type_)
        source = Source("model 1", changed_by)
        return accepted(made, source=source).quotes["q1"].type_set

    assert (stated("direct"), stated("mixed"), stated("direct", "ada")) == (False, True, True)


def test_a_name_on_two_lines_and_a_known_mention_join_their_entity() -> None:
    before = Annotation(
        entities=[Entity("e1", "PERSON", "Ann Lee", 1), Entity("e2", "PERSON", "She", 2)],
        mentions=[Mention("m1", "e2", *place("Lee", 2), "Lee", 1)],
    )
    wide = mention("Ann Lee", name="Ann\n Lee")
    known = mention("Lee", 2, label="ORG", name="Lee")
    said = mention("Ann Lee", 2, name="Somebody")
    again = mention("Lee", 3, name="Nobody")
    after = done(before, edits.accept(article(), before, [wide, known]))
    assert [m.entity_id for m in after.ordered_mentions()] == ["e2", "e1", "e3"]
    before.apply(edits.rename_entity(before, "e1", "Boss"))
    after = done(before, edits.accept(article(), before, [said, again]))
    assert [(e.id, e.name) for e in after.ordered_entities()] == [
        ("e1", "Boss"),
        ("e2", "She"),
        ("e3", "Somebody"),
        *([] if again.start < said.end else [("e4", "Nobody")]),
    ]


def test_each_item_keeps_where_it_comes_from() -> None:
    after = accepted(mention("Ann Lee"), quote(), source=Source("trained 1"))
    assert after.mentions["m1"].extra == {
        "suggestion": {
            "by": "rule",
            "confidence": 0.8,
            "reason": "a name",
            "made_by": "trained 1",
        }
    }
    assert (after.quotes["q1"].extra or {})["suggestion"]["by"] == "model"


def test_what_a_person_changes_afterwards_is_signed_and_nothing_else() -> None:
    before = accepted(mention("Ann Lee"), mention("Paris", label="GPE"), quote())

    def by(edit: Edit, id_: str) -> str | None:
        after = done(before, signed(before, edit, "ada"))
        item = after.mentions.get(id_) or after.quotes[id_]
        return ((item.extra or {})["suggestion"]).get("changed_by")

    resized = edits.resize_mention(article(), before, "m1", *place("Ann"))
    assert (by(resized, "m1"), by(resized, "m2"), by(resized, "q1")) == ("ada", None, None)
    relabelled = edits.relabel_entity(before, before.mentions["m2"].entity_id, "LOC")
    assert (by(relabelled, "m2"), by(relabelled, "m1")) == ("ada", None)
    assert by(edits.set_type(before, "q1", "mixed"), "q1") == "ada"
    assert by(edits.set_speakers(before, "q1", []), "q1") == "ada"
    assert by(edits.set_note(before.mentions["m1"], "look"), "m1") is None
    assert by(edits.set_flag(before.quotes["q1"], "discuss", on=True), "q1") is None
    merged = edits.merge_entities(before, before.mentions["m2"].entity_id, ["e1"])
    assert by(merged, "q1") is None


def test_own_marks_are_never_signed() -> None:
    before = done(Annotation(), edits.mark(article(), Annotation(), *place("Paris"), "GPE"))
    edit = edits.resize_mention(article(), before, "m1", *place("in Paris"))
    assert signed(before, edit, "ada") == edit
    assert not is_suggested(before.mentions["m1"])


def test_rejecting_is_one_step_that_undo_takes_back() -> None:
    before, paris = Annotation(), mention("Paris", label="GPE")
    edit = edits.reject(before, [paris, quote()])
    after = done(before, edit)
    assert rejections(after.head) == (Rejection.of(paris), Rejection.of(quote()))
    assert (after.head.status, str(edit.title)) == ("doing", "Reject 2 suggestions")
    assert open_suggestions(Suggestions((paris,), (quote(),)), after) == Suggestions()
    assert changes_from_json(changes_to_json(edit.changes)) == edit.changes


TEXT = "Ann Lee said Bo Ek left. " * 8


@st.composite
def _spans(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(st.integers(0, len(TEXT) - 2))
    return start, draw(st.integers(start + 1, min(len(TEXT), start + 40)))


@st.composite
def _suggestions(draw: st.DrawFn) -> Suggestions:
    mentions = tuple(
        SuggestedMention(s, e, TEXT[s:e], "PERSON", "x") for s, e in draw(st.lists(_spans()))
    )
    quotes = tuple(
        SuggestedQuote((RoleSpan("content", s, e, TEXT[s:e]),), "direct")
        for s, e in draw(st.lists(_spans()))
    )
    return Suggestions(mentions, quotes)


@given(_suggestions(), st.lists(st.tuples(st.booleans(), _spans())), st.sets(st.integers(0, 9)))
def test_an_offer_is_open_as_the_rule_says_after_every_edit(
    suggestions: Suggestions, marks: list[tuple[bool, tuple[int, int]]], rejected: set[int]
) -> None:
    annotation = Annotation(entities=[Entity("e1", "PERSON", "x", 1)])
    offer = SuggestionQueue(suggestions, annotation)
    steps = []
    for number, (is_quote, (start, end)) in enumerate(marks, start=1):
        text = TEXT[start:end]
        item: Mention | Quote = Mention(f"m{number}", "e1", start, end, text, number)
        if is_quote:
            item = Quote(f"q{number}", number, (RoleSpan("content", start, end, text),))
        steps.append(Edit(verbatim("mark"), (Change(None, item),)))
    everything = [*suggestions.mentions, *suggestions.quotes]
    chosen = [made for n, made in enumerate(everything) if n in rejected]
    if chosen:
        steps.append(edits.reject(annotation, chosen))
    done_edits = []
    for step in steps:
        annotation.apply(step)
        offer.follow(step, annotation)
        done_edits.append(step)
        assert _open(offer) == _expected(suggestions, annotation)
    for step in reversed(done_edits):
        before = _open(offer)
        annotation.apply(step.inverse())
        again = offer.follow(step.inverse(), annotation)
        assert {offer[n].id for n in again} >= {made.id for made in _open(offer) - before}
        assert _open(offer) == _expected(suggestions, annotation)
    assert offer.count == len(everything)


def _open(offer: SuggestionQueue) -> set[SuggestedMention | SuggestedQuote]:
    assert offer.count == len(list(offer.open_numbers()))
    return {offer[n] for n in offer.open_numbers()}


def _expected(
    suggestions: Suggestions, annotation: Annotation
) -> set[SuggestedMention | SuggestedQuote]:
    found = open_suggestions(suggestions, annotation)
    return {*found.mentions, *found.quotes}


@given(_suggestions(), st.integers(0, len(TEXT)), st.sampled_from([1, -1]))
def test_stepping_visits_every_open_suggestion_once_around(
    suggestions: Suggestions, offset: int, step: int
) -> None:
    offer = SuggestionQueue(suggestions, Annotation())
    at = offer.beside(None, offset, step)
    if not offer.count:
        assert at is None
        return
    seen = []
    while at not in seen:
        seen.append(at)
        at = offer.beside(at, 0, step)
    assert len(seen) == offer.count
    assert at == seen[0]
    first = offer[seen[0]] if seen[0] is not None else None
    assert first is not None
    beyond = [
        made for n in offer.open_numbers() if ((made := offer[n]).start >= offset) == (step > 0)
    ]
    assert not beyond or (first.start >= offset) == (step > 0)


@given(_suggestions(), _spans())
def test_what_touches_a_stretch_is_found(suggestions: Suggestions, span: tuple[int, int]) -> None:
    offer = SuggestionQueue(suggestions, Annotation())
    found = {offer[n] for n in offer.touching(*span)}
    assert found == {made for made in _open(offer) if made.start < span[1] and made.end > span[0]}


def test_accepting_many_counts_ids_on() -> None:
    text = "Bo " * 3000
    many = [SuggestedMention(3 * n, 3 * n + 2, "Bo", "PERSON", f"Bo {n}") for n in range(3000)]
    annotation = Annotation(mentions=[Mention("m5", "e1", 0, 2, "Bo", 5)],
                            entities=[Entity("e1", "PERSON", "Bo", 1)])  # fmt: skip
    edit = edits.accept(Article("a", text), annotation, many[1:])
    annotation.apply(edit)
    assert len(annotation.mentions) == 3000
    assert str(edit.title) == "Accept 2,999 suggestions"
