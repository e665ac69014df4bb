"""The known suggesters.

Other packages add theirs by an entry point in the group `annotator.suggesters` whose value is
`module:Class`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

from annotator.core.message import verbatim
from annotator.extras import plugin_entry_points
from annotator.suggest.base import Suggester, SuggestError

if TYPE_CHECKING:  # its import is slow
    from importlib.metadata import EntryPoint

GROUP: Final = "annotator.suggesters"

_BUILT_IN: Final = (("rules", "annotator.suggest.rules:Rules"),)
SPACY: Final = "spacy:"


def suggester_names() -> list[str]:
    """Return the names of all suggesters that need no project, the built-in ones first."""
    others = [point.name for point in plugin_entry_points(GROUP)]
    return list(dict.fromkeys([*(name for name, _ in _BUILT_IN), *others]))


def find_suggester(name: str) -> Suggester:
    """Return the suggester called `name`, or the spaCy pipeline in "spacy:PIPELINE".

    Raises SuggestError naming the known ones.
    """
    if name.startswith(SPACY) and len(name) > len(SPACY):
        from annotator.suggest.pipeline import SpacyPipeline

        return SpacyPipeline(name.removeprefix(SPACY))
    for known, reference in _BUILT_IN:
        if known == name:
            module, _, class_ = reference.partition(":")
            suggester: Suggester = getattr(import_module(module), class_)()
            return suggester
    for point in plugin_entry_points(GROUP):
        if point.name == name:
            return _load(point)
    raise SuggestError(
        verbatim(
            f"there is no suggester {name!r}; known are {', '.join(suggester_names())}, "
            "spacy:PIPELINE, and the file of a project that has been trained"
        )
    )


def _load(point: "EntryPoint") -> Suggester:
    try:
        suggester: Suggester = point.load()()
    except Exception as error:  # an error in another package must not stop this program
        raise SuggestError(
            verbatim(f"the suggester {point.name} does not load from {point.value} ({error})")
        ) from error
    return suggester
