"""The names that the annotators of a project have accepted, recognised in other articles."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.message import message
from annotator.suggest.names import Named
from annotator.suggest.tokenized_text import TokenizedText

_ENDINGS: Final = {
    "de": "s es n en er",
    "fi": (
        "n a ä ta tä ssa ssä sta stä lla llä lta ltä lle ksi na nä in an en on un yn än ön iin "
        "aan ään een oon uun seen t ia iä ja jä iden illa illä issa issä ista istä"
    ),
    "nl": "s",
    "sv": "s",
    "pl": "a u owi em ie y ów om ami ach",
    "ru": "а у ом е ы ой ю я ем",
    "uk": "а у ом і и ою",
    "cs": "a u ovi em e y ů ům ech",
    "hu": "t nak nek ban ben ból ből ra re ról ről val vel",
    "tr": "ın in un ün ı i u ü da de dan den a e",
}
_PREFIXES: Final = {
    "ar": ("وال", "بال", "فال", "لل", "و", "ف", "ب", "ل", "ك"),
    "he": tuple("והבלמש"),
}
_LONGEST_ENDING: Final = 4


class KnownName(NamedTuple):
    """The label and canonical name that a name has most often, and its count."""

    label: str
    name: str
    times: int


class Memory:
    """Names indexed by their words.

    Built once from accepted annotations; reading changes nothing.
    """

    def __init__(self, names: dict[tuple[str, ...], KnownName]) -> None:
        self._names = names
        self._by_first: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
        for words in names:
            self._by_first[words[0]].append(words)
        for candidates in self._by_first.values():
            candidates.sort(key=len, reverse=True)

    def __len__(self) -> int:
        return len(self._names)

    @classmethod
    def of(cls, annotations: Iterable[Annotation]) -> "Memory":
        """Return the memory of the names in these annotations, without single letters or small
        words.
        """
        counts: defaultdict[tuple[str, ...], Counter[tuple[str, str]]] = defaultdict(Counter)
        for annotation in annotations:
            for mention in annotation.mentions.values():
                entity = annotation.entities[mention.entity_id]
                words = tuple(TokenizedText(mention.text).words)
                if mention.kind == "name" and _is_distinctive(words):
                    counts[words][entity.label, entity.name] += 1
        return cls({words: _most_often(found) for words, found in counts.items()})

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[Any]]) -> "Memory":
        """Restore a memory from the output of `rows`. Raises ValueError for anything else."""
        names = {tuple(words): KnownName(*known) for words, known in rows}
        for words, known in names.items():
            texts = (*words, known.label, known.name)
            if not words or not all(isinstance(text, str) and text for text in words):
                raise ValueError("a name without words")
            if not all(isinstance(text, str) for text in texts) or type(known.times) is not int:
                raise ValueError("a name that stands for nothing")
            "".join(texts).encode()  # rejects lone surrogates
        return cls(names)

    def rows(self) -> list[tuple[tuple[str, ...], KnownName]]:
        """Return the memory as plain data, for JSON."""
        return sorted(self._names.items())

    def find(self, reading: TokenizedText, language: str) -> list[Named]:
        """Return the remembered names in a text; of overlapping ones the longest."""
        found: list[Named] = []
        n = 0
        while n < len(reading):
            match = self._match_at(reading, n, language)
            if match is None:
                n += 1
                continue
            words, cut = match
            known = self._names[words]
            start, end = reading.starts[n] + cut, reading.ends[n + len(words) - 1]
            confidence = min(0.95, 0.7 + 0.05 * known.times)
            reason = message("marked as {1} in your articles", known.label)
            found.append(Named(start, end, known.label, known.name, confidence, reason))
            n += len(words)
        return found

    def _match_at(
        self, reading: TokenizedText, n: int, language: str
    ) -> tuple[tuple[str, ...], int] | None:
        """Return the name that begins at token n, and the length of the prefix before it."""
        for first, cut in _beginnings(reading.words[n], language):
            for words in self._by_first.get(first, ()):
                last = n + len(words) - 1
                if len(words) > 1 and tuple(reading.words[n + 1 : last]) != words[1:-1]:
                    continue
                if len(words) > 1 and not _fits(reading, last, words[-1], language):
                    continue
                return words, cut
        word = reading.words[n]
        for size in range(1, _LONGEST_ENDING + 1):
            stem, ending = word[:-size], word[-size:]
            if (stem,) in self._names and ending in _ENDINGS.get(language, "").split():
                return (stem,), 0
        return None


def _fits(reading: TokenizedText, n: int, word: str, language: str) -> bool:
    """Return whether token n is the word, or an inflected form of it in this language."""
    if n >= len(reading):
        return False
    token = reading.words[n]
    if token == word:
        return True
    return token.startswith(word) and token[len(word) :] in _ENDINGS.get(language, "").split()


def _beginnings(word: str, language: str) -> Iterable[tuple[str, int]]:
    yield word, 0
    for prefix in _PREFIXES.get(language, ()):
        if word.startswith(prefix) and len(word) > len(prefix) + 2:
            yield word[len(prefix) :], len(prefix)


def _is_distinctive(words: tuple[str, ...]) -> bool:
    letters = sum(len(word) for word in words)
    return letters > 2 and any(not word[0].islower() for word in words)


def _most_often(found: Counter[tuple[str, str]]) -> KnownName:
    (label, name), _times = min(found.items(), key=lambda item: (-item[1], item[0]))
    return KnownName(label, name, found.total())
