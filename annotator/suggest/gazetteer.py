"""Name lists shipped with the program: countries and their people, cities, first names, bodies."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from annotator.resources import resource


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The name lists as look-up tables.

    `labels` gives the label of a full name, as a tuple of its words, `longest` the number of
    words in the longest name that begins with a word; `country_of` the country of a nationality
    in lower case; `gender_of` that of a first name: m, f or n.
    """

    labels: Mapping[tuple[str, ...], str]
    longest: Mapping[str, int]
    country_of: Mapping[str, str]
    gender_of: Mapping[str, str]
    organisation_words: frozenset[str]
    place_words: frozenset[str]
    event_words: frozenset[str]


@cache  # a constant file of the program, which is read once
def gazetteer() -> Gazetteer:
    """Return the names in English spelling, which also occurs in other Latin-script news."""
    path = resource("resources", "gazetteers", "en.json")
    row = json.loads(path.read_text(encoding="utf-8"))
    labels: dict[tuple[str, ...], str] = {}
    country_of: dict[str, str] = {}
    for country, people in row["countries"].items():
        labels[_words(country)] = "GPE"
        country_of[country.lower()] = country
        for name in people:
            for form in (name, name + "s"):
                labels.setdefault(_words(form), "NORP")
                country_of[form.lower()] = country
    for kind, label in _KINDS:
        labels.update((_words(name), label) for name in row[kind])
    men, women = set(row["names"]["m"]), set(row["names"]["f"])
    gender_of = dict.fromkeys(men - women, "m") | dict.fromkeys(women - men, "f")
    gender_of |= dict.fromkeys(men & women, "n")
    longest: dict[str, int] = {}
    for name in labels:
        longest[name[0]] = max(len(name), longest.get(name[0], 0))
    return Gazetteer(
        labels,
        longest,
        country_of,
        gender_of,
        frozenset(row["organisation_words"]),
        frozenset(row["place_words"]),
        frozenset(row["event_words"]),
    )


_KINDS = (("cities", "GPE"), ("places", "LOC"), ("groups", "NORP"), ("organisations", "ORG"))


def _words(name: str) -> tuple[str, ...]:
    return tuple(name.split())
