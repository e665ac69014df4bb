"""Questions to the annotator: likely names, names again, quoted words, what looks wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.annotation_warnings import warnings_of
from annotator.core.models import Article, Head
from annotator.core.occurrences import OccurrenceQuery, occurrences
from annotator.core.quotation_marks import unpaired_marks
from annotator.core.unannotated import dismissals, likely_names, unannotated_spans
from annotator.services.presets import find_scheme

NEWS = "Ann Lee of Oslo spoke on Friday, 2024-05-01. Then Lee left. The rain stayed; rain fell."


def said(text: str, language: str | None = "en") -> list[str]:
    return [text[start:end] for start, end in likely_names(text, language)]


def test_capitals_tell_names_but_not_at_the_start_of_a_sentence() -> None:
    assert said(NEWS) == ["Ann Lee of Oslo", "Friday", "2024-05-01", "Lee"]
    assert said("Rome burns. He saw Rome.") == ["Rome", "Rome"]


def test_german_names_need_two_words_and_arabic_has_no_capitals() -> None:
    assert said("Gestern sprach Olaf Scholz im Garten.", "de") == ["Olaf Scholz"]
    assert said("زار الوزير بغداد أمس", "ar") == []


def test_a_possessive_is_no_part_of_a_name() -> None:
    assert said("He saw Iran's army and Iran’s fleet.") == ["Iran", "Iran"]


@given(st.text(max_size=80))
def test_likely_names_lie_in_the_text_in_order_and_apart(text: str) -> None:
    found = likely_names(text)
    assert found == sorted(found)
    assert all(0 <= start < end <= len(text) for start, end in found)


@given(st.text(alphabet="abA .’\u0301é", max_size=30), st.text(alphabet="abA é", max_size=4))
def test_each_occurrence_says_the_words(text: str, words: str) -> None:
    for start, end in occurrences(text, OccurrenceQuery(words)):
        assert text[start:end].split() == words.split()


@pytest.mark.parametrize(
    ("text", "words", "count"),
    [
        ("Iran, Iran's, Iranian, Iran-backed", "Iran", 3),
        ("Ann\nLee and Ann  Lee", "Ann Lee", 2),
        ("cafe\u0301 cafe", "cafe", 1),
        ("بغداد وبغداد", "بغداد", 1),
        ("a.b a+b", "a+b", 1),
        ("anything", "  ", 0),
    ],
)
def test_whole_words_only(text: str, words: str, count: int) -> None:
    assert len(list(occurrences(text, OccurrenceQuery(words)))) == count


def test_what_is_marked_or_dismissed_is_no_question_any_more() -> None:
    article, annotation = Article("a", NEWS), Annotation()
    names = likely_names(NEWS)
    assert len(unannotated_spans(article, annotation, names)) == 4
    annotation.apply(edits.mark(article, annotation, 0, 7, "PERSON"))
    annotation.apply(edits.dismiss(article, annotation, 25, 31, "not now"))
    left = [item.text for item in unannotated_spans(article, annotation, names)]
    assert left == ["2024-05-01", "Lee"]
    assert [d.why for d in dismissals(annotation.head)] == ["not now"]


def test_another_programs_dismissals_are_kept_and_harmless() -> None:
    head = Head(extra={"dismissed": "yes", "mine": 1})
    assert dismissals(head) == []
    assert dismissals(Head(extra={"dismissed": [{"start": "x"}, 3, None]})) == []


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("“One” and “two", ["“"]),
        ("“One\n\n“two” three", []),
        ("He is 5'10\" tall", []),
        ("one» two", ["»"]),
        ("It's the boys' own", []),
    ],
)
def test_marks_without_a_partner(text: str, marks: list[str]) -> None:
    assert [text[start:end] for start, end in unpaired_marks(text)] == marks


def test_what_looks_wrong_in_a_quote_is_said_in_words() -> None:
    text = "“It rains today,” Ann said."
    article, annotation = Article("a", text), Annotation()
    annotation.apply(edits.create_quote(article, annotation, 0, 17))
    (quote,) = annotation.quotes.values()
    part = quote.parts("content")[0]
    annotation.apply(edits.resize_part(article, annotation, quote.id, part, 1, 16))
    annotation.apply(edits.set_type(annotation, quote.id, "indirect"))
    assert [concern.kind for concern in warnings_of(article, annotation, find_scheme("news"))] == [
        "marks_outside",
        "no_cue",
        "speaker",
        "type",
    ]
