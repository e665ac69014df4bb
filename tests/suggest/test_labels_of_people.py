"""Suggested people get the label that the scheme has for people, whatever it is called."""

from annotator.core.models import Article
from annotator.core.scheme import Label, Scheme
from annotator.services.suggestion_service import fit_to_scheme
from annotator.suggest.rules import Rules

ARTICLE = Article("a", "“We will win,” said Mr. Bob Ray of Oslo.", language="en")
MENSCH = Label("MENSCH", "Mensch", "MEN", "blue", person=True)
ORG = Label("ORG", "Firma", "ORG", "rose")


def labels_of(*labels: Label) -> tuple[set[str], set[str]]:
    """The labels of the suggested mentions, and of the speakers."""
    made = fit_to_scheme(Scheme("s", "S", labels), Rules().suggest(ARTICLE))
    return {m.label for m in made.mentions}, {q.speaker.label for q in made.quotes if q.speaker}


def test_a_person_gets_the_label_of_people() -> None:
    assert labels_of(ORG, MENSCH) == ({"MENSCH"}, {"MENSCH"})


def test_a_usual_name_for_people_comes_first() -> None:
    per = Label("PER", "Person", "PER", "teal", person=True)
    assert labels_of(MENSCH, per) == ({"PER"}, {"PER"})


def test_without_a_label_of_people_no_person_is_suggested() -> None:
    assert labels_of(ORG, MENSCH._replace(person=False))[0] == set()
