"""Conventions: marks in or out of the content, a split quote as one quote or as several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.errors import Rejected
from annotator.core.models import Article
from annotator.core.quotation_marks import content_parts, quoted_ranges, without_marks
from annotator.core.scheme import Conventions
from annotator.core.text import visible
from tests.core.factories import annotation, article, copy, done, place
from tests.strategies import settled_texts, spans_of

OUT = Conventions(marks="out")
SEVERAL = Conventions(split="several")
SPLIT = "“We are ready,” Ann Lee said, “to go now.”"
PAIRS = (
    "“”", "„“", "«»", "»«", "‹›", "「」", "『』", '""', "‘’", "''", ("``", "''"),
)  # fmt: skip


def contents(text: str, conventions: Conventions, span: tuple[int, int] | None = None):
    """The words of each quote's content parts after one press of the key."""
    on, start_end = Annotation(), span or (0, len(text))
    edit = edits.create_quote(Article("a", text), on, *start_end, conventions=conventions)
    return [[part.text for part in q.parts("content")] for q in done(on, edit).ordered_quotes()]


@pytest.mark.parametrize(
    ("conventions", "expected"),
    [
        (Conventions(), [["“We are ready,”", "“to go now.”"]]),
        (OUT, [["We are ready,", "to go now."]]),
        (SEVERAL, [["“We are ready,”"], ["“to go now.”"]]),
        (Conventions("out", "several"), [["We are ready,"], ["to go now."]]),
    ],
)
def test_a_split_quote_is_cut_as_the_scheme_says(conventions, expected):
    assert contents(SPLIT, conventions) == expected


@pytest.mark.parametrize("marks", PAIRS)
def test_marks_out_leaves_out_whatever_marks_the_paper_uses(marks):
    opener, closer = marks
    assert contents(f"{opener}We are ready now.{closer}", OUT) == [["We are ready now."]]


def test_marks_out_leaves_the_spaces_inside_french_marks_out_too():
    assert contents("« Nous sommes prêts. »", OUT) == [["Nous sommes prêts."]]


def test_marks_out_takes_a_quote_over_paragraphs_apart_where_it_opens_again():
    text = "“First one.\n\n“Second one.”"
    assert contents(text, Conventions()) == [[text]]
    assert contents(text, OUT) == [["First one.", "Second one."]]


def test_marks_out_keeps_the_marks_inside_a_quote():
    assert contents("“He cried ‘stop’ twice.”", OUT) == [["He cried ‘stop’ twice."]]
    assert contents('it was "bad" and "sad" luck', OUT) == [['it was "bad" and "sad" luck']]


def test_marks_out_still_proposes_direct_speech():
    on = Annotation()
    edit = edits.create_quote(Article("a", SPLIT), on, 0, len(SPLIT), conventions=OUT)
    assert done(on, edit).quotes["q1"].type == "direct"


def test_added_content_comes_without_its_marks_as_well():
    on = Annotation()
    on.apply(edits.create_quote(article(), on, *place('"We are ready,"'), conventions=OUT))
    span = place('"to go."')
    on.apply(edits.add_part(article(), on, "q1", "content", *span, conventions=OUT))
    assert [s.text for s in on.quotes["q1"].parts("content")] == ["We are ready,", "to go."]


def test_a_cue_or_source_between_marks_keeps_them():
    on = Annotation()
    on.apply(edits.create_quote(article(), on, *place("Lee met ACME"), conventions=OUT))
    on.apply(edits.add_part(article(), on, "q1", "cue", *place('"pay"'), conventions=OUT))
    assert [s.text for s in on.quotes["q1"].parts("cue")] == ['"pay"']


def test_of_a_split_quote_only_the_part_that_is_no_quote_yet_is_made():
    on, text = Annotation(), Article("a", SPLIT)
    on.apply(edits.create_quote(text, on, 0, 15, conventions=SEVERAL))
    after = done(on, edits.create_quote(text, on, 0, len(SPLIT), conventions=SEVERAL))
    assert [q.parts("content")[0].text for q in after.ordered_quotes()] == [
        "“We are ready,”",
        "“to go now.”",
    ]
    with pytest.raises(Rejected, match="is a quote already"):
        edits.create_quote(text, after, 0, len(SPLIT), conventions=SEVERAL)


def test_several_quotes_of_one_key_are_taken_back_by_one_undo():
    before = annotation()
    edit = edits.create_quote(Article("a", SPLIT), before, 0, len(SPLIT), conventions=SEVERAL)
    assert len(edit.changes) == 2
    after = copy(before)
    after.apply(edit)
    after.apply(edit.inverse())
    assert after == before


@st.composite
def quoted_speech(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text that is one quote, perhaps split by reporting clauses, and the words said in it."""
    opener, closer = draw(st.sampled_from(["“”", "«»", '""', "„“", ("``", "''"), "「」"]))
    words = st.lists(st.sampled_from(["we", "Zoë’s", "😀", "سلام", "go", "1,234"]), min_size=1)
    said = [" ".join(draw(words)) for _ in range(draw(st.integers(1, 3)))]
    ends = [*("," for _ in said[1:]), "."]
    parts = [f"{w}{end}" for w, end in zip(said, ends, strict=True)]
    return " she told them, ".join(f"{opener}{part}{closer}" for part in parts), parts


@given(quoted_speech(), st.sampled_from(["in", "out"]), st.sampled_from(["one", "several"]))
def test_the_conventions_decide_on_marks_and_number_and_on_nothing_else(speech, marks, split):
    text, said = speech
    made = contents(text, Conventions(marks, split))
    flat = [part for quote in made for part in quote]
    assert len(made) == (1 if split == "one" else len(said))
    assert flat == (said if marks == "out" else text.split(" she told them, "))


@given(st.data())
def test_without_marks_only_ever_drops_marks_and_outer_space(data):
    text = data.draw(settled_texts())
    start, end = data.draw(spans_of(text))
    parts = without_marks(text, start, end)
    at = start
    for s, e in [*parts, (end, end)]:
        assert start <= at <= s <= e <= end
        assert not any(char.isalnum() for char in text[at:s])
        at = e


@given(st.data())
def test_marks_out_never_leaves_a_quoted_stretch_whole(data):
    text = data.draw(settled_texts())
    for s, e in quoted_ranges(text, 0, len(text)):
        bare = without_marks(text, s, e)
        if any(char.isalnum() for char in text[s:e]):
            assert (s, e) not in bare
        assert bare


@given(st.data())
def test_marks_in_makes_the_parts_that_the_selection_stands_for(data):
    text = data.draw(settled_texts())
    start, end = data.draw(spans_of(text))
    try:
        edit = edits.create_quote(Article("a", text), Annotation(), start, end)
    except Rejected:
        return
    (quote,) = (change.after for change in edit.changes)
    bare = visible(text, start, end)
    assert [(s.start, s.end) for s in quote.spans] == content_parts(text, *bare)
