"""Mapping of suggested labels to the labels of a project's scheme."""

from collections.abc import Collection
from typing import Final

from annotator.core.suggestion import Speaker, Suggestions

_SYNONYMS: Final = (
    ("PERSON", ("PER", "PERS", "PEOPLE", "HUMAN")),
    ("ORG", ("ORGANIZATION", "ORGANISATION", "COMPANY")),
    ("GPE", ("LOC", "LOCATION", "PLACE", "GEO")),
    ("LOC", ("LOCATION", "PLACE", "GPE", "GEO")),
    ("NORP", ("MISC", "NATIONALITY", "GROUP", "MIS")),
    ("EVENT", ("MISC", "MIS")),
    ("WORK", ("WORK_OF_ART", "MISC", "PRO", "PRODUCT")),
    ("MISC", ("MIS", "OTHER")),
    ("DATE", ("TIME", "TIMEX")),
)


def fitted(suggestions: Suggestions, labels: Collection[str], person: str = "") -> Suggestions:
    """Return the suggestions with labels of the scheme; mentions without a fitting label are
    dropped.

    `person` is the label for people in a scheme whose `labels` have no usual name for them.
    """
    renamed = {ours: _nearest(ours, others, labels) for ours, others in _SYNONYMS}
    renamed["PERSON"] = renamed["PERSON"] or person
    mentions = tuple(
        mention._replace(label=label)
        for mention in suggestions.mentions
        if (label := renamed.get(mention.label) or _own(mention.label, labels))
    )

    def speaker(old: Speaker) -> Speaker:
        return old._replace(label=renamed.get(old.label) or old.label)

    quotes = tuple(
        quote._replace(
            speaker=quote.speaker and speaker(quote.speaker),
            alternatives=tuple(speaker(other) for other in quote.alternatives),
        )
        for quote in suggestions.quotes
    )
    return Suggestions(mentions, quotes)


def _own(label: str, labels: Collection[str]) -> str | None:
    return label if label in labels else None


def _nearest(label: str, others: Collection[str], labels: Collection[str]) -> str | None:
    return next((name for name in (label, *others) if name in labels), None)
