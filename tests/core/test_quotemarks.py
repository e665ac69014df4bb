"""Quote marks: where quoted stretches lie, and what they say of a quote."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.models import RoleSpan
from annotator.core.native_reader import parse
from annotator.core.quotation_marks import content_parts, proposed_type, quoted_ranges
from tests.strategies import MARKS, settled_texts

GOLD = Path(__file__).parents[3] / "shared" / "gold" / "shafaq.jsonl"


def quoted(text: str) -> list[str]:
    return [text[start:end] for start, end in quoted_ranges(text, 0, len(text))]


def type_of(text: str, *contents: str) -> str:
    places = [(text.index(words), text.index(words) + len(words)) for words in contents]
    return proposed_type(text, [RoleSpan("content", *place, text="") for place in places])


def parts(text: str, selection: str) -> list[str]:
    start = text.index(selection)
    return [text[s:e] for s, e in content_parts(text, start, start + len(selection))]


@pytest.mark.parametrize(
    "words",
    [
        "“We won,”", "„Wir siegten“", "„Wygraliśmy”", "”Vi vann”", "”نحن فزنا“", "«Nous gagnons»",
        "«\u00a0Nous gagnons\u00a0»", "« Nous gagnons »", "«\u202fOui\u202f»", "»Wir siegten«",
        "»Vi vant»", "‹Nous›", "›Wir‹", "「我们赢了」", "『我们赢了』", '"We won,"', "``We won,''",
        "''We won,''", "‘We won,’", "‚Wir siegten‘", "'We won,'", '“We won,"', '„Wir siegten"',
        '"We won,”', "“We won,“", "«نحن فزنا»", "“نحن فزنا”", '"... and won"', "“…and won”",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "Ann said {} here.", "Ann ({}).\nBo", "Ann:\n{}\nsaid"])
def test_each_pair_of_marks_encloses_a_quoted_stretch(words, around):
    assert quoted(around.format(words)) == [words]


@pytest.mark.parametrize(
    "text",
    [
        "I don't, you can’t, it isn`t",
        "Iran's plan, James’ plan and the boys' club",
        "in the '90s and the boys' club",
        "in the ’90s, ’tis the boys’ club",
        "in the ‘90s, ‘til the boys’ club",
        "rock 'n' roll, rock ’n’ roll, rock ‘n’ roll",
        "Sana‘a, ‘Ali and Ka’ba",
        '5\'11" tall and 19" wide',
        "no marks at all",
    ],
)
def test_an_apostrophe_is_no_mark(text):
    assert quoted(text) == []


def test_apostrophes_inside_single_quotes_do_not_end_them():
    assert quoted("‘Don’t go,’ she said. ‘I’m here.’") == ["‘Don’t go,’", "‘I’m here.’"]
    assert quoted("'The boys' club is closed,' he said.") == ["'The boys' club is closed,'"]
    assert quoted("He likes ‘rock ’n’ roll’ too.") == ["‘rock ’n’ roll’"]
    assert quoted('"The 19" screen is big," he said.') == ['"The 19" screen is big,"']


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ('("a") and ["b"]: {"c"}', ['"a"', '"b"', '"c"']),
        ('He said—"We won"—and left', ['"We won"']),
        ('"We won—" he said, "and—"', ['"We won—"', '"and—"']),
        ('He said:"We won",and left', ['"We won"']),
        ('He said,"We won."', ['"We won."']),
        ('He said "We won".', ['"We won"']),
        ('他说"你好"，然后', ['"你好"']),
        ("他说：“你好”，然后", ["“你好”"]),
        ('"안녕"이라고', ['"안녕"']),
        ('" We won , " he said', ['" We won , "']),
        ("the “word”s", ["“word”"]),
    ],
)
def test_marks_are_told_apart_by_their_neighbours(text, ranges):
    assert quoted(text) == ranges


@pytest.mark.parametrize(
    "text",
    [
        "“She told me ‘go away’ and ‘now’,”",
        "\"She told me 'go away' and left.\"",
        "„Er nannte es ‚dumm‘ und ging“",
        "«Nous «oui» non»",
        "‘He said “go” twice’",
        '"He said ("go") twice"',
        "“She told me ‘go away’”",
    ],
)
def test_only_the_outermost_of_nested_quotes_counts(text):
    assert quoted(text) == [text]


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("“We won. He said “more” then.", ["“more”"]),
        ('foo" and "bar" baz', ['"bar"']),
        ('"foo and "bar" baz', ['"bar"']),
        ("fin» et «bon» fin", ["«bon»"]),
        ("Ende“ und „gut“ Ende", ["„gut“"]),
        ("“We won.\n\nAnn left”", []),
        ('"We won.\n \nAnn "left"', ['"left"']),
        ("“", []),
        ("”\n\n“\n\n", []),
    ],
)
def test_a_mark_without_its_partner_quotes_nothing(text, ranges):
    assert quoted(text) == ranges


@pytest.mark.parametrize(("left", "right"), [("“", "”"), ('"', '"'), ("«", "»"), ("„", "“")])
@pytest.mark.parametrize("blank", ["\n\n", "\n \n", "\n\u00a0\n", "\n"])
def test_a_quote_opened_again_in_the_next_paragraph_needs_no_closing_mark(left, right, blank):
    text = f"{left}We won.{blank}{left}We won again,{right} he said."
    assert quoted(text) == [f"{left}We won.", f"{left}We won again,{right}"]
    assert type_of(text, text[: text.index(right, 2 * len(left) + 8) + 1]) == "direct"


def test_the_first_paragraph_alone_is_direct_too():
    text = "“We won.\n\n“We won again.\n\n“And again,” he said."
    assert type_of(text, "“We won.") == "direct"
    assert type_of(text, "We won again.") == "direct"


def test_a_line_end_in_hard_wrapped_text_does_not_end_a_quote():
    assert quoted('Ann said "we\nwon the\ngame" today.') == ['"we\nwon the\ngame"']


@pytest.mark.parametrize(
    ("text", "content", "expected"),
    [
        ('"We won," he said.', '"We won,"', "direct"),
        ('"We won," he said.', "We won", "direct"),
        ('"We won," he said.', "(none)", "indirect"),
        ('He said "We won" twice. (none)', "(none)", "indirect"),
        ('He said it was "good" for all.', 'it was "good" for all', "mixed"),
        ("He said it’s Iran's plan.", "it’s Iran's plan", "indirect"),
        ('He said ", ".', '", "', "indirect"),
    ],
)
def test_the_type_follows_the_marks(text, content, expected):
    assert type_of(text + " (none)", content) == expected


def test_the_type_of_a_split_quote_looks_at_its_parts_only():
    text = '"We won," said Ann, "again."'
    assert type_of(text, '"We won,"', '"again."') == "direct"
    assert type_of(text, '"We won,"', "said Ann") == "mixed"
    assert proposed_type(text, []) == "indirect"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"We won," he said, "again."', ['"We won,"', '"again."']),
        ('"We won," he said. "We will."', ['"We won,"', '"We will."']),
        ('"Yes," he said, "now."', ['"Yes,"', '"now."']),
        ("'We won', he said, 'again'", ["'We won'", "'again'"]),
        ('"We won"—he paused—"again"', ['"We won"', '"again"']),
        ("„Wir siegten“, sagte er, „wieder“", ["„Wir siegten“", "„wieder“"]),
        ("„Wir siegten“, sagte er. „Wieder!“", ["„Wir siegten“", "„Wieder!“"]),
        ("« On a gagné », a-t-il dit, « encore »", ["« On a gagné »", "« encore »"]),
        ("«نحن فزنا»، قال الوزير، «مجددا»", ["«نحن فزنا»", "«مجددا»"]),
        ("«نحن فزنا اليوم»، وأضاف «مجددا»", ["«نحن فزنا اليوم»", "«مجددا»"]),
        ("«نحن فزنا»، وقال: «مجددا»", ["«نحن فزنا»", "«مجددا»"]),
        ('"We won the game," added, "again."', ['"We won the game,"', '"again."']),
        ('"A b," he said. "C d," he said. "E."', ['"A b,"', '"C d,"', '"E."']),
        ('"You say \'yes,\'" he said. "No."', ["\"You say 'yes,'\"", '"No."']),
    ],
)
def test_a_split_quote_has_a_hole_where_its_reporting_clause_stands(text, expected):
    assert parts(f"Then: {text} End.", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        '"independence" and "self-sufficiency"',
        '"red", "green" and "blue"',
        '"red," "green," and "blue"',
        '"peace", as well as "justice"',
        '"blood" and the very best "weapons"',
        '"War and Peace today", and "Alien"',
        '"secret groups" in regions near the border as a "threat"',
        '"One whole quote."',
        "no marks",
    ],
)
def test_a_list_of_quoted_words_stays_one_part(text):
    assert parts(f"Then {text} end", text) == [text]


def test_a_selection_that_begins_before_the_first_mark_stays_one_part():
    text = 'So "we won," he said, "again."'
    assert parts(text, text) == [text]


def test_a_selection_that_lacks_an_outer_mark_is_split_all_the_same():
    text = 'So "we won," he said, "again."'
    for selection in ('we won," he said, "again."', '"we won," he said, "again'):
        assert parts(text, selection) == ['"we won,"', '"again."']


def test_paragraphs_of_one_speech_are_one_part():
    text = "“We won.\n\n“We won again.”"
    assert parts(text, text) == [text]


marked_texts = st.lists(
    st.sampled_from([*MARKS, "``", "''", "a", "Ann's", "90s", " ", " ", "\n", "\n\n", "😀", "你"])
).map("".join)


@given(marked_texts | settled_texts(), st.data())
def test_whatever_the_marks_ranges_are_in_order_apart_and_inside_the_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    edges = [edge for pair in quoted_ranges(text, start, end) for edge in pair]
    assert edges == sorted(edges)
    for left, right in quoted_ranges(text, start, end):
        assert 0 <= left < right <= len(text)
        assert left < end
        assert right > start
        assert "\n\n" not in text[left:right]


@given(marked_texts, st.data())
def test_the_parts_of_a_selection_reach_from_its_start_to_its_end_or_to_the_marks_around_it(
    text, data
):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = content_parts(text, start, end)
    edges = [edge for pair in found for edge in pair]
    assert edges == sorted(edges)
    assert edges[0] <= start
    assert edges[-1] >= end
    added = text[edges[0] : start] + text[end : edges[-1]]
    assert not any(char.isalnum() for char in added)


@given(
    st.text(st.sampled_from("ab \n😀"), max_size=20), st.text(st.sampled_from("cd 1"), min_size=1)
)
def test_words_between_curly_marks_are_direct_wherever_they_stand(before, words):
    text = f"{before} “{words}” end"
    span = RoleSpan("content", len(before) + 1, len(before) + 3 + len(words), "")
    assert proposed_type(text, [span]) == ("direct" if words.strip() else "indirect")


@pytest.mark.parametrize(
    "sentence",
    ['He said "we won the boys\' game," and left. “Iran’s plan is good,” she said. ', "“a "],
)
def test_a_long_text_without_blank_lines_costs_no_more_than_its_surroundings(sentence):
    def work(letters: int) -> float:
        """The least processor time of some tries."""
        text = sentence * (letters // len(sentence))
        span = RoleSpan("content", len(text) // 2, len(text) // 2 + 200, "")
        took = []
        for _ in range(5):
            begun = time.thread_time()
            proposed_type(text, [span])
            took.append(time.thread_time() - begun)
        return min(took)

    assert work(2_000_000) < 2 * work(250_000) + 0.01  # a scan of it all takes eight times as long


@pytest.mark.skipif(not GOLD.exists(), reason="the gold article is not beside the checkout")
def test_the_type_is_right_for_every_quote_of_the_gold_article():
    record = parse(GOLD.read_text(encoding="utf-8").splitlines()[0])
    quotes = record.annotation.ordered_quotes()
    proposed = [proposed_type(record.article.text, quote.parts("content")) for quote in quotes]
    assert proposed == [quote.type for quote in quotes]
    assert len(quotes) == 14


def test_a_selection_by_words_means_the_quote_marks_around_it_too() -> None:
    text = 'He said: "We are ready." Then "A," he said, "B." The end.'
    start, end = text.index("We"), text.index("ready") + 5
    assert content_parts(text, start, end) == [(start - 1, end + 2)]
    start, end = text.index("A,"), text.index("B") + 1
    assert [text[s:e] for s, e in content_parts(text, start, end)] == ['"A,"', '"B."']


def test_a_selection_of_some_quoted_words_stays_as_it_is() -> None:
    text = 'He said: "We are ready."'
    start = text.index("are")
    assert content_parts(text, start, start + 3) == [(start, start + 3)]
    assert content_parts(text, start, start + 9) == [(start, start + 9)]
