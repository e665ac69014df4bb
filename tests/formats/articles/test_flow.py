"""From markup to paragraphs as a reader of the page sees them."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats.articles.html_text import flow_of

WORDS = st.text(
    alphabet=st.one_of(
        st.characters(categories=["Lu", "Ll", "Lo", "Nd", "Po", "Sm", "So"]),
        st.sampled_from("\u00a0\u200d\u202f😀«»é"),
    ),
    min_size=1,
    max_size=12,
).filter(lambda word: word.strip("\u00a0\u202f"))
PARAGRAPHS = st.lists(st.lists(WORDS, min_size=1, max_size=6), min_size=1, max_size=5)


@given(PARAGRAPHS, st.sampled_from([" ", "\n", "\r\n", "\t ", "\n   \n"]))
def test_every_character_of_every_paragraph_comes_through(paragraphs, space):
    body = "\n".join(f"<p>{escape(space.join(words))}</p>" for words in paragraphs)
    expected = "\n\n".join(" ".join(words) for words in paragraphs)
    assert flow_of(f"<html><body>{body}</body></html>").text == expected


@given(PARAGRAPHS)
def test_markup_inside_a_paragraph_changes_none_of_its_characters(paragraphs):
    marked = "".join(
        f"<p>{' '.join(f'<b><i>{escape(w[:1])}</i></b>{escape(w[1:])}<!-- x -->' for w in p)}</p>"
        for p in paragraphs
    )
    assert flow_of(marked).text == "\n\n".join(" ".join(words) for words in paragraphs)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_markup_however_broken_is_too_much(markup):
    flow = flow_of(f"<p>{markup}<div><table>{markup}</p>")
    assert "\0" not in flow.text
    assert "\n\n\n" not in flow.text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>one\ntwo</p>three<div>four</div>five", "one two\n\nthree\n\nfour\n\nfive"),
        ("<p>one<br>two<br/><br>three</p>", "one\ntwo\n\nthree"),
        ("<ul><li>one<li>two<ul><li>deep</ul></ul>end", "- one\n- two\n- deep\n\nend"),
        ("<ol><li><p>one</p></li><li>two</li></ol>", "1. one\n2. two"),
        ("<pre>one\n  two\r\n\nthree</pre>", "one\n  two\n\nthree"),
        ("<p>a&nbsp;b &amp; c&#x1F600;</p>", "a\u00a0b & c😀"),
        ("<p>a<script>x()</script>b<style>p{}</style></p>", "ab"),
        ("<p>Wasser H<sub>2</sub>O</p>", "Wasser H2O"),
        ("<title>Nein</title><h1>Ja</h1><p>und</p>", "Ja\n\nund"),
        ("plain words", "plain words"),
        ("   ", ""),
        ("", ""),
    ],
)
def test_the_text_is_what_the_page_shows(markup, text):
    assert flow_of(markup).text == text


def test_the_first_heading_is_known_and_stays_in_the_text():
    flow = flow_of("<p>Bote</p><h1>Brücke <em>gesperrt</em></h1><h2>Später</h2>")
    assert flow.heading == "Brücke gesperrt"
    assert flow.text == "Bote\n\nBrücke gesperrt\n\nSpäter"


def test_what_has_no_words_is_counted_and_leaves_no_hole():
    flow = flow_of("<p>a<img>b</p><table><tr><td>1<img></table><svg><text>x</text></svg><p>c</p>")
    assert flow.text == "ab\n\nc"
    assert flow.left_out == {"images": 2, "tables": 1}


def test_a_page_laid_out_by_tables_is_read_cell_by_cell():
    page = "<table><tr><td><p>one</p></td><td>two</td></tr><tr><td>three</td></tr></table>"
    assert flow_of(page, tables=True).text == "one\n\ntwo\n\nthree"


@pytest.mark.parametrize(
    "note",
    [
        "a<a epub:type='noteref' href='#n'>1</a>.<aside epub:type='footnote' id='n'>Note</aside>",
        "a<a role='doc-noteref' href='#n'>1</a>.<div role='doc-footnote'>Note</div>",
        "a<sup><a id='footnote-ref-1'>[1]</a></sup>.<ol><li id='footnote-1'>Note</li></ol>",
    ],
)
def test_footnotes_are_counted_and_their_numbers_taken_out(note):
    flow = flow_of(f"<p>{note}</p>")
    assert (flow.text, flow.left_out) == ("a.", {"footnotes": 1})
