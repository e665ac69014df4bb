"""The rules bear any text, and their spans keep the promises of spans."""

import regex
from hypothesis import given
from hypothesis import strategies as st

from annotator.core.models import Article
from annotator.suggest.rules import Rules
from tests import strategies

PHRASES = (
    "he said", " said ", "Ann Lee", "according to ", ", adding that ", "told reporters", "that ",
    "sagte", "teilte", "mit", "قال ", "أن", "a déclaré", "dijo", " who ", "(D-Ohio)", "Mr. ",
    "“", "”", '"', "''", "„", "«", "»", "’s", ":", ", ", ". ", "\n", "\n\n", "—", "claim",
    "👩‍👩‍👧", "e\u0301", "🇫🇷", "\u200d", "\u0301", " \u0301", "ำ",
)  # fmt: skip


def newsy() -> st.SearchStrategy[str]:
    """Texts with far more reports, marks and odd characters than any newspaper."""
    pieces = st.lists(st.sampled_from(PHRASES) | st.sampled_from(strategies.WORDS), max_size=40)
    return pieces.map("".join).filter(bool) | strategies.settled_texts()


@given(newsy(), st.sampled_from([None, "en", "de", "ar", "fr", "xx", ""]))
def test_no_text_is_too_odd_and_every_span_is_sound(text: str, language: str | None) -> None:
    found = Rules(attitudes=True).suggest(Article("a", text, language=language))
    borders = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    spans = [(m.start, m.end, m.text) for m in found.mentions]
    spans += [(s.start, s.end, s.text) for quote in found.quotes for s in quote.spans]
    for start, end, words in spans:
        assert 0 <= start < end <= len(text)
        assert text[start:end] == words == words.strip()
        assert {start, end} <= borders
    for suggestion in (*found.mentions, *found.quotes):
        assert 0 < suggestion.confidence <= 1
        assert str(suggestion.reason)
    assert len({quote.id for quote in found.quotes}) == len(found.quotes)
