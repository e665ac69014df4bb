"""A suggester that uses an installed spaCy pipeline for names, and the rules for quotes."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.core.message import message
from annotator.core.models import Article
from annotator.core.suggestion import Suggestions
from annotator.suggest.base import Suggester, SuggestError, library
from annotator.suggest.lexicon import words_for
from annotator.suggest.names import Named
from annotator.suggest.quotes import read
from annotator.suggest.rules import assembled
from annotator.suggest.span_cleanup import settled_span
from annotator.suggest.wordlists import WordLists, digest, lexicons

if TYPE_CHECKING:
    from spacy.language import Language

_SURE: Final = 0.7
"""A fixed confidence, because spaCy does not give one for a name."""
_SAME: Final = {"PER": "PERSON"}
"""Labels of other corpora, mapped to those of the word lists."""


class SpacyPipeline(Suggester):
    """Names by the entities of a spaCy pipeline, an installed package or a folder of one.

    Its labels are kept where the scheme has them, or mapped to equivalent ones. Raises
    SuggestError where spaCy or the pipeline is missing. The version is the pipeline's own.
    `lists` are the changes that a project makes to the word lists of the rules.
    """

    title = "spaCy pipeline"

    def __init__(self, pipeline: str, lists: WordLists | None = None) -> None:
        self.name = f"spacy:{Path(pipeline).name}"
        self._pipeline = pipeline
        self._changed = lexicons(lists or {})
        self._loaded: Language | None = self._load()
        version = str(self._loaded.meta.get("version", ""))
        self.version = f"{version} {digest(lists or {})}".strip()

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without the pipeline, because loading it is faster than sending it."""
        return {**self.__dict__, "_loaded": None}

    def suggest(self, article: Article) -> Suggestions:
        if self._loaded is None:
            self._loaded = self._load()
        known = read(article, words_for(article, self._changed))
        names = list(self._names(article.text, self._loaded))
        return assembled(article.text, known, names, known.found)

    def _names(self, text: str, pipeline: "Language") -> Iterable[Named]:
        # spaCy limits the text length only to save memory, and articles are short.
        pipeline.max_length = max(pipeline.max_length, len(text))
        reason = message("found by {1}", self._pipeline)
        for entity in pipeline(text).ents:
            span = settled_span(text, entity.start_char, entity.end_char)
            if span is not None:
                label = _SAME.get(entity.label_, entity.label_)
                name = " ".join(text[slice(*span)].split())
                yield Named(*span, label, name, _SURE, reason, origin="spacy")

    def _load(self) -> "Language":
        folder = Path(self._pipeline)
        if len(folder.parts) > 1 and not folder.exists():  # this check does not load spaCy
            raise self._missing(os.strerror(errno.ENOENT))
        spacy = library("spacy", "spacy")
        try:
            loaded: Language = spacy.load(self._pipeline)
        except (OSError, ValueError, ImportError) as error:
            raise self._missing(_first_line(error)) from error
        return loaded

    def _missing(self, why: str) -> SuggestError:
        return SuggestError(
            message(
                "spaCy has no pipeline {1} ({2}); install it into this Python, or name the "
                "folder it was saved to",
                repr(self._pipeline),
                why,
            )
        )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
