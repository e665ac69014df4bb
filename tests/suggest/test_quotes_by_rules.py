"""What the rules find in short texts, by what a reader would say of them."""

import pytest

from annotator.core.models import Article
from annotator.core.suggestion import SuggestedQuote
from annotator.suggest.rules import Rules


def quotes(text: str, language: str = "en") -> list[SuggestedQuote]:
    return list(Rules().suggest(Article("a", text, language=language)).quotes)


def only(text: str, language: str = "en") -> SuggestedQuote:
    (found,) = quotes(text, language)
    return found


def parts(quote: SuggestedQuote) -> tuple[list[str], str, str]:
    """Content parts, cue and source in words."""
    content, cue, source = ([p.text for p in quote.parts(r)] for r in ("content", "cue", "source"))
    return content, " … ".join(cue), " … ".join(source)


@pytest.mark.parametrize(
    ("text", "content", "cue", "source"),
    [
        ('"We will rebuild the harbour," Ann Lee said.', ['"We will rebuild the harbour,"'],
         "said", "Ann Lee"),
        ("“We will rebuild it,” said Ann Lee.", ["“We will rebuild it,”"], "said", "Ann Lee"),
        ("Ann Lee said: “We will rebuild it.”", ["“We will rebuild it.”"], "said", "Ann Lee"),
        ("Ann Lee told reporters, “We will rebuild it.”", ["“We will rebuild it.”"], "told",
         "Ann Lee"),
        ('"We are ready," he concluded, "and we will help."',
         ['"We are ready,"', '"and we will help."'], "concluded", "he"),
        ("“We are ready,” Lee said. “We will help.”", ["“We are ready,”", "“We will help.”"],
         "said", "Lee"),
    ],
)  # fmt: skip
def test_direct_speech_has_its_cue_and_source(
    text: str, content: list[str], cue: str, source: str
) -> None:
    quote = only(text)
    assert quote.type == "direct"
    assert parts(quote) == (content, cue, source)


@pytest.mark.parametrize(
    ("text", "content", "cue", "source"),
    [
        ("Lee said that the plan had failed.", "that the plan had failed", "said", "Lee"),
        ("The plan had failed, Lee said.", "The plan had failed", "said", "Lee"),
        ("According to Lee, the plan had failed.", "the plan had failed", "According to", "Lee"),
        ("The plan had failed, according to Lee.", "The plan had failed", "according to", "Lee"),
        ("Lee's claim that the plan had failed went unheard.",
         "that the plan had failed went unheard", "claim", "Lee"),
    ],
)  # fmt: skip
def test_indirect_speech_has_its_cue_and_source(
    text: str, content: str, cue: str, source: str
) -> None:
    quote = only(text)
    assert quote.type == "indirect"
    assert parts(quote) == ([content], cue, source)


def test_quoted_words_inside_a_report_make_it_mixed_and_are_no_direct_quote() -> None:
    quote = only('Lee said the plan would bring "independence" to the region.')
    assert quote.type == "mixed"
    assert parts(quote)[0] == ['the plan would bring "independence" to the region']


def test_scare_quotes_and_titles_are_no_quotes() -> None:
    assert (
        quotes('The so-called "reform" of the city began with the film "Night Market" in May.')
        == []
    )


def test_each_of_two_reports_in_a_sentence_is_found() -> None:
    found = quotes("Lee said the plan had failed, adding that nobody was to blame.")
    assert [parts(q) for q in found] == [
        (["the plan had failed"], "said", "Lee"),
        (["that nobody was to blame"], "adding", "Lee"),
    ]


def test_a_quote_over_paragraphs_is_one() -> None:
    text = "Lee said: “We began in May.\n\n“We stopped in June.”\n\nThen it rained."
    assert parts(only(text))[0] == ["“We began in May.", "“We stopped in June.”"]


def test_a_mark_that_nothing_closes_is_no_trouble() -> None:
    assert parts(only('Lee said, "We began in May and went on.\n\nThen it rained.'))[1:] == (
        "said", "Lee",
    )  # fmt: skip


def test_hard_wrapped_lines_do_not_end_a_quote() -> None:
    lines = (
        "The harbour of the old town, which had been closed for many years\n"
        "and was in need of repair, will be opened again this summer, and\n"
        "the mayor, Ann Lee, said to the crowd that had come: “We have been\n"
        "waiting for this day for longer than any of us would like to\n"
        "remember, and I thank you all.” The crowd cheered for a long time\n"
        "and then went on to the market, where music had begun to play.\n\nThe end.\n"
    )
    assert parts(only(lines))[0][0].endswith("thank you all.”")


def test_what_somebody_hopes_is_offered_only_on_request() -> None:
    article = Article("a", "Lee hopes that the plan will work.", language="en")
    assert not Rules().suggest(article).quotes
    assert len(Rules(attitudes=True).suggest(article).quotes) == 1


@pytest.mark.parametrize(
    ("language", "text", "cue", "source"),
    [
        ("de", "„Wir sind bereit“, sagte die Ministerin.", "sagte", "die Ministerin"),
        ("de", "Der Minister sagte: „Wir sind bereit.“", "sagte", "Der Minister"),
        ("de", "„Der Bär ist fort“, so Schnappauf.", "so", "Schnappauf"),
        ("fr", "« Nous sommes prêts », a déclaré Anne Lévy.", "déclaré", "Anne Lévy"),
        ("es", "«Estamos listos», dijo Ana Ruiz.", "dijo", "Ana Ruiz"),
        ("it", "«Siamo pronti», ha detto Anna Rossi.", "detto", "Anna Rossi"),
        ("pt", "“Estamos prontos”, disse Ana Silva.", "disse", "Ana Silva"),
        ("nl", "“Wij zijn klaar”, zei Anna Visser.", "zei", "Anna Visser"),
        ("ar", 'قال الوزير: "نحن مستعدون للعمل معا"', "قال", "الوزير"),
    ],
)  # fmt: skip
def test_each_language_brings_its_own_words(
    language: str, text: str, cue: str, source: str
) -> None:
    quote = only(text, language)
    assert quote.type == "direct"
    assert parts(quote)[1:] == (cue, source)


def test_the_language_is_told_from_the_text_where_none_is_stated() -> None:
    found = Rules().suggest(Article("a", "Der Minister sagte: „Wir sind bereit.“")).quotes
    assert [q.parts("cue")[0].text for q in found] == ["sagte"]


def test_the_reason_is_in_words() -> None:
    reason = only("“We are ready,” Lee said.").reason
    assert str(reason) == "quoted words followed by “said”"
