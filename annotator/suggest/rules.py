"""The suggester that works without training or installation: rules and word lists."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

from annotator import __version__
from annotator.core.message import message
from annotator.core.models import Article, RoleSpan
from annotator.core.quotation_marks import QuotedRanges
from annotator.core.suggestion import SuggestedMention, SuggestedQuote, Suggestions
from annotator.suggest.base import Suggester
from annotator.suggest.candidates import QuoteCandidate
from annotator.suggest.lexicon import words_for
from annotator.suggest.names import Named, NameFinder
from annotator.suggest.quotes import RuleResult, read
from annotator.suggest.span_cleanup import role_span, settled_span
from annotator.suggest.speakers import Attributed, SpeakerFinder
from annotator.suggest.wordlists import WordLists, digest, lexicons


@dataclass
class Rules(Suggester):
    """Suggests names and quotes by rules. `attitudes` adds what people hope, think or plan.

    `lists` are the changes that a project makes to the word lists of the program.
    """

    name: str = "rules"
    title: str = "Rules and word lists"
    version: str = __version__
    attitudes: bool = False
    lists: WordLists = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._changed = lexicons(self.lists)
        self.version = f"{self.version} {digest(self.lists)}".strip()

    def suggest(self, article: Article) -> Suggestions:
        known = read(article, words_for(article, self._changed), attitudes=self.attitudes)
        names = NameFinder(known.reading, known.words).find()
        return assembled(article.text, known, names, known.found)


def assembled(
    text: str, known: RuleResult, names: list[Named], found: list[QuoteCandidate]
) -> Suggestions:
    """Return the suggestions for the names and quotes found, with speakers."""
    attributed = SpeakerFinder(known.reading, known.words, names).attribute(found)
    quotes = []
    nominal: dict[tuple[int, int], Named] = {}
    for candidate, speaker in zip(found, attributed, strict=True):
        quote = suggested_quote(text, known.reading.quoted, candidate, speaker)
        if quote is None:
            continue
        quotes.append(quote)
        if speaker.nominal and speaker.speaker:
            nominal[speaker.nominal] = Named(
                *speaker.nominal, speaker.speaker.label, speaker.speaker.name, 0.4,
                message("it is said to speak"), "nominal",
            )  # fmt: skip
    free = _free(nominal.values(), sorted(names))
    mentions = [m for named in sorted([*names, *free]) if (m := suggested_mention(text, named))]
    return Suggestions(tuple(mentions), tuple(sorted(quotes, key=lambda quote: quote.start)))


def suggested_quote(
    text: str, quoted: QuotedRanges, candidate: QuoteCandidate, speaker: Attributed
) -> SuggestedQuote | None:
    """Return the quote with its type by the quotation marks; None if its content is empty."""
    parts = [part for s, e in candidate.parts if (part := role_span(text, "content", s, e))]
    if not parts:
        return None
    spans: list[RoleSpan] = [*parts]
    for role, span in (
        ("cue", candidate.cue),
        ("cue", candidate.second_cue),
        ("source", candidate.source),
    ):
        if span and (part := role_span(text, role, *span)):  # type: ignore[arg-type]
            spans.append(part)
    return SuggestedQuote(
        tuple(spans),
        quoted.proposed_type(parts),
        speaker.speaker,
        speaker.status,
        speaker.alternatives,
        candidate.confidence,
        candidate.origin,
        candidate.reason,
    )


def suggested_mention(text: str, named: Named) -> SuggestedMention | None:
    """Return the mention with a cleaned span; None if nothing is left of it."""
    if (span := settled_span(text, named.start, named.end)) is None:
        return None
    return SuggestedMention(
        *span, text[slice(*span)], named.label, named.name, named.kind, named.confidence,
        named.origin, named.reason,
    )  # fmt: skip


def _free(more: Iterable[Named], names: list[Named]) -> list[Named]:
    """Return those that do not overlap the names, which are in text order and disjoint."""
    ends = [named.end for named in names]
    free = []
    for named in more:
        at = bisect_right(ends, named.start)
        if at == len(names) or names[at].start >= named.end:
            free.append(named)
    return free
