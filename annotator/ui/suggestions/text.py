"""The texts that describe suggestions."""

from annotator.core.message import Message, as_message
from annotator.core.scheme import Scheme
from annotator.core.suggestion import Origin, SuggestedMention, SuggestedQuote, Suggestion
from annotator.ui.i18n.translation import tr, tr_count, tr_message
from annotator.ui.lists.label_menu import type_text


def isolated(text: str) -> str:
    """Isolate text of an article, so that its direction does not affect the text around it."""
    return f"\u2068{text}\u2069"


def origin_text(origin: Origin) -> str:
    """Return what made a suggestion."""
    return {
        "rule": tr("a rule"),
        "memory": tr("your project's memory"),
        "model": tr("your trained model"),
        "spacy": tr("a spaCy pipeline"),
        "endpoint": tr("a language model"),
    }[origin]


def suggestion_text(made: Suggestion, scheme: Scheme) -> str:
    """Return what the suggestion is, and its entity or speaker."""
    if isinstance(made, SuggestedMention):
        return f"{scheme.label(made.label).title} · {isolated(made.name)}"
    speaker = speaker_text(made)
    kind = tr("{1} quote", type_text(made.type))
    return f"{kind} · {speaker}" if speaker else kind


def speaker_text(made: SuggestedQuote) -> str:
    """Return the likely speaker; "" if there is none with a name."""
    return "" if made.speaker is None else tr("said by {1}?", isolated(made.speaker.name))


def confidence_text(made: Suggestion) -> str:
    """Return the confidence in per cent."""
    return tr("{1} %", round(made.confidence * 100))


def reason_text(made: Suggestion) -> str:
    """Return the reason for the suggestion."""
    return tr_message(as_message(made.reason))


def details_text(made: Suggestion, scheme: Scheme) -> str:
    """Return a few lines with all details: what, confidence, reason, origin and other speakers."""
    reason = reason_text(made) or tr("no reason given")
    lines = [
        suggestion_text(made, scheme),
        tr("{1} sure: {2}", confidence_text(made), isolated(reason)),
        tr("Suggested by {1}", origin_text(made.origin)),
    ]
    if isinstance(made, SuggestedQuote) and made.alternatives:
        names = ", ".join(isolated(other.name) for other in made.alternatives)
        lines.append(tr("Or said by {1}", names))
    return "\n".join(lines)


def suggestion_count(number: int) -> str:
    """Return the number of suggestions with its noun."""
    return tr_count(number, "{1} suggestion", "{1} suggestions")


def error_text(trouble: Message | None) -> str:
    """Return why the rules replace the chosen suggester; "" if there is no error."""
    if trouble is None:
        return ""
    sentence = tr_message(trouble)
    why = f"{sentence[:1].upper()}{sentence[1:]}"
    return tr("{1}. These suggestions are the project's own.", isolated(why))


def held_back_text() -> str:
    """Return that this article has no suggestions, and why."""
    return tr("Suggestions are held back in this article, to see what people mark without them.")
