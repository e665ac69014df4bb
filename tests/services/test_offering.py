"""What is offered for an article: rules, memory and model together, for short texts and long."""

from pathlib import Path

import pytest

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.core.suggestion import SuggestedMention
from annotator.services.job import JobCancelled
from annotator.services.presets import find_scheme
from annotator.services.reporting_clause import reported_at
from annotator.services.suggestion_service import SuggestionService
from annotator.services.training import MODEL
from annotator.services.wordlists import change_list, word_lists
from annotator.store import Project
from annotator.suggest import find_suggester
from annotator.suggest.memory import Memory
from annotator.suggest.trained import Models

SAID = '"We are ready," Ann Lee said in Paris. "To go."'
ZORG = "Everybody likes Zorgblatt. They met at zorgplatz 7 with Zorgblatt."


@pytest.fixture
def project(tmp_path: Path) -> Project:
    with Project.create(tmp_path / "news.annotator", find_scheme("news")) as made:
        with made.importing() as target:
            for number, text in enumerate((SAID, ZORG, SAID + "\n\n" + ZORG), start=1):
                target.add(Record(Article(f"a{number}", text, language="en")))
        yield made


def mark(project: Project, key: int, words: str, label: str, who: str = "ada") -> None:
    article, before = project.article(key), project.annotation(key, who)
    start = article.text.index(words)
    project.apply(key, who, edits.mark(article, before, start, start + len(words), label))


def found(project: Project, key: int, who: str = "ada") -> dict[str, SuggestedMention]:
    offered = SuggestionService().offer(project, key, who)
    return {m.text: m for n in offered.offer.open_numbers()
            if isinstance(m := offered.offer[n], SuggestedMention)}  # fmt: skip


def test_rules_offer_names_and_quotes_without_any_model(project: Project) -> None:
    offered = SuggestionService().offer(project, 1, "ada")
    assert (offered.made_by.split()[0], offered.revision) == ("rules", 0)
    (quote,) = offered.suggestions.quotes
    assert quote.speaker is not None
    assert (quote.type, quote.speaker.name) == ("direct", "Ann Lee")


@pytest.mark.parametrize("times", [1, 900])
def test_verbs_of_the_project_are_cues_as_soon_as_they_are_added(
    tmp_path: Path, times: int
) -> None:
    text = "Everybody was there and it rained all day.\n\n" * times
    text += "Ann Lee grumphed that the bridge would be closed."
    with Project.create(tmp_path / "verbs.annotator", find_scheme("news")) as project:
        with project.importing() as target:
            target.add(Record(Article("a", text, language="en")))
        offering = SuggestionService()
        assert not offering.offer(project, 1, "ada").suggestions.quotes
        change_list(project, "en", "verbs", ["grumphed"], add=True)
        (quote,) = offering.offer(project, 1, "ada").suggestions.quotes
        assert [span.text for span in quote.spans if span.role == "cue"] == ["grumphed"]


def test_a_name_that_somebody_marked_is_offered_in_other_articles(project: Project) -> None:
    assert "Zorgblatt" not in found(project, 3)
    mark(project, 2, "zorgplatz 7", "LOC", "bob")
    made = found(project, 3)["zorgplatz 7"]
    assert (made.label, made.origin) == ("LOC", "memory")
    assert "in your articles" in str(made.reason)


def test_what_a_suggester_wrote_is_not_remembered(project: Project) -> None:
    mark(project, 2, "zorgplatz 7", "LOC", "suggester-rules")
    assert "zorgplatz 7" not in found(project, 3)


def test_what_the_annotator_has_or_rejected_is_not_offered(project: Project) -> None:
    mark(project, 1, "Ann", "PERSON")
    lee = found(project, 1, "bob")["Ann Lee"]
    assert "Ann Lee" not in found(project, 1)
    project.apply(1, "bob", edits.reject(project.annotation(1, "bob"), [lee]))
    assert "Ann Lee" not in found(project, 1, "bob")
    assert "Ann Lee" in found(project, 1, "zoe")


def test_labels_and_types_are_those_of_the_scheme(project: Project) -> None:
    scheme = project.scheme
    project.set_scheme(scheme._replace(labels=scheme.labels[:1], quote_types=("said", "other")))
    offered = SuggestionService().offer(project, 1, "ada")
    assert {m.label for m in offered.suggestions.mentions} == {scheme.labels[0].name}
    assert {q.type for q in offered.suggestions.quotes} == {"said"}


def long_article(project: Project, paragraphs: int) -> int:
    """The key of an article with a quote in each of its paragraphs."""
    text = "\n\n".join(f"{SAID} Paragraph {n} is here." for n in range(paragraphs))
    with project.importing() as target:
        target.add(Record(Article("long", text, language="en")))
    key = project.key_of("long")
    assert key is not None
    return key


def test_a_long_text_gives_what_the_same_suggester_gives_here(project: Project) -> None:
    key = long_article(project, 500)
    offered = SuggestionService().offer(project, key, "ada")
    assert len(offered.suggestions.quotes) == 500
    here = find_suggester("rules").suggest(project.article(key))
    assert offered.suggestions.quotes == here.quotes


def test_what_nobody_waits_for_any_more_stops(project: Project) -> None:
    key = long_article(project, 5000)
    with pytest.raises(JobCancelled):
        SuggestionService().offer(project, key, "ada", cancelled=lambda: True)
    assert project.annotation(key, "ada") == Annotation()


def test_a_trained_model_in_the_window_reads_with_the_projects_words(project: Project) -> None:
    models = Models(None, None, None, Memory({}), 0)
    project.set_value(MODEL, models.to_json())
    with project.importing() as target:
        text = "Ann Lee grumphed that the bridge would be closed."
        target.add(Record(Article("verb", text, language="en")))
    key = project.key_of("verb")
    assert key is not None
    offering = SuggestionService()
    assert not offering.offer(project, key, "ada").suggestions.quotes
    change_list(project, "en", "verbs", ["grumphed"], add=True)
    (quote,) = offering.offer(project, key, "ada").suggestions.quotes
    assert [span.text for span in quote.parts("cue")] == ["grumphed"]


@pytest.mark.parametrize(
    ("language", "verb", "text", "content"),
    [
        ("en", "grumphed", "Ann Lee grumphed that the bridge was shut.", "bridge"),
        ("de", "raunzte", "Anna Lehmann raunzte, dass die Brücke gesperrt sei.", "Brücke"),
    ],
)
def test_the_clause_around_a_quote_is_read_with_the_projects_words(
    project: Project, language: str, verb: str, text: str, content: str
) -> None:
    article = Article("verb", text, language=language)
    at = text.index(content)
    assert reported_at(article, at, at) is None
    change_list(project, language, "verbs", [verb], add=True)
    found = reported_at(article, at, at, word_lists(project))
    assert found is not None
    assert verb in [span.text for span in found.clause if span.role == "cue"]
