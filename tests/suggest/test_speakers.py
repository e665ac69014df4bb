"""Who the rules think speaks."""

from pathlib import Path

from annotator.core.matching import match_quotes, same_entity
from annotator.core.models import Article
from annotator.core.native_reader import parse
from annotator.core.suggestion import to_annotation
from annotator.suggest.rules import Rules

TALKS = (
    "Iran's defense minister, General Reza Ashtiani, met his Iraqi counterpart, Thabet Reda, in "
    "Tehran.\n\n“We are ready,” Ashtiani said. “We will help.”\n\n“The need is great,” he added."
    "\n\nReda thanked Iran. “If Iran is strong, Iraq is strong,” he said.\n\n"
    "The Iraqi defense minister stressed that work goes on."
)


def speakers(text: str) -> list[str | None]:
    found = Rules().suggest(Article("a", text, language="en")).quotes
    return [quote.speaker.name if quote.speaker else None for quote in found]


def test_aliases_pronouns_and_descriptions_lead_to_one_person() -> None:
    assert speakers(TALKS) == ["Reza Ashtiani", "Reza Ashtiani", "Thabet Reda", "Thabet Reda"]


def test_a_pronoun_fits_the_gender_of_the_first_name() -> None:
    text = "Mary Stone met John Field. “It went well,” she said. “Very well indeed,” he said."
    assert speakers(text) == ["Mary Stone", "John Field"]


def test_others_who_may_have_spoken_are_offered() -> None:
    found = Rules().suggest(Article("a", TALKS, language="en")).quotes
    assert found[2].alternatives[0].name == "Reza Ashtiani"


def test_nobody_is_offered_twice_for_one_quote() -> None:
    text = (
        "“We won the cup,” said Mary Stone. “They did win it,” said John Field. “It was easy,” "
        "said Mary Stone.\n\n“Night Fever” ended the show.\n\n“Nobody will ever forget it.”"
    )
    (*_, last) = Rules().suggest(Article("a", text, language="en")).quotes
    assert last.speaker is not None
    offered = [speaker.name for speaker in (last.speaker, *last.alternatives)]
    assert sorted(offered) == sorted(set(offered))


def test_a_name_that_is_far_above_a_pronoun_is_still_a_choice() -> None:
    filler = "Rain fell on the old town and on the river all day long.\n\n" * 200
    text = f"Mary Stone met John Field.\n\n{filler}“We are ready to go home,” she said."
    assert speakers(text) == ["Mary Stone"]


def test_a_report_is_read_alike_at_the_end_of_a_long_text() -> None:
    """What is looked up by its place is found whatever lies before it."""
    short = "Mary Stone met John Field. “It went well,” she said. The mayor denied all of it."
    long = "Peter Marsh called it a long day, he said.\n\n" * 400 + short
    quotes = Rules().suggest(Article("a", long, language="en")).quotes
    alone = Rules().suggest(Article("a", short, language="en")).quotes
    assert [q.speaker for q in quotes[-len(alone) :]] == [q.speaker for q in alone]
    assert [q.spans[0].text for q in quotes[-len(alone) :]] == [q.spans[0].text for q in alone]


def test_every_direct_and_mixed_quote_of_the_gold_article_has_its_speaker(shared: Path) -> None:
    gold = parse((shared / "gold" / "shafaq.jsonl").read_bytes())
    assert gold.annotation is not None
    suggested = to_annotation(Rules().suggest(gold.article))
    wanted = [q for q in gold.annotation.ordered_quotes() if q.type in ("direct", "mixed")]
    matches = match_quotes(gold.article.text, wanted, suggested.ordered_quotes())
    assert len(matches) == len(wanted)
    for match in matches:
        pairs = [(one, other) for one in match.left.speakers for other in match.right.speakers]
        assert any(same_entity(gold.annotation, a, suggested, b) for a, b in pairs), match
    offered_direct = [q for q in suggested.ordered_quotes() if q.type == "direct"]
    gold_direct = [q for q in gold.annotation.ordered_quotes() if q.type == "direct"]
    assert len(match_quotes(gold.article.text, gold_direct, offered_direct)) == len(offered_direct)
