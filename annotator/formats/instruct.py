"""Training data for language models: instructions, questions and answers, or tagged tokens.

The prompts around the articles are templates. `{text}`, `{title}` and, in a question, `{content}`
are placeholders; a template `@FILE` is read from the file.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self

from annotator.files import read_text
from annotator.formats import losses
from annotator.formats.base import Format, FormatError, Loss, LostItem, Option
from annotator.formats.conll import SPACES, TAGGED_OVERLAPS, tagged_sentences
from annotator.formats.tokens import has_token

if TYPE_CHECKING:
    from annotator.core.annotation import Annotation
    from annotator.core.models import Article, Quote
    from annotator.core.record import Record

_INSTRUCTION: Final = "instruction"
_QUESTIONS: Final = "qa"
_TAGS: Final = "bio"
_SYSTEM: Final = (
    "List every quote in the news article as a JSON array. For each quote give "
    '"speaker", "source", "cue", "content" and "type", with the words of the article.'
)
_QUESTION: Final = "Who says: {content}"


def _places(record: "Record") -> Iterator[LostItem]:
    for quote in losses.quotes(record):
        if quote.spans:
            yield losses.lost_quote(quote)


def _unanswered(record: "Record") -> Iterator[LostItem]:
    for quote in losses.quotes(record):
        if not quote.parts("content") or not quote.parts("source"):
            yield losses.lost_quote(quote)


def _wordless(record: "Record") -> Iterator[LostItem]:
    if not has_token(record.article.text):
        yield LostItem("the article", record.article.title)


def _unasked(record: "Record") -> Iterator[LostItem]:
    asked = (quote.parts("content") and quote.parts("source") for quote in losses.quotes(record))
    if not any(asked):
        yield LostItem("the article", record.article.title)


_COMMON: Final = (
    losses.ALL_MENTIONS,
    losses.UNMENTIONED,
    losses.QUOTE_DETAILS,
    losses.SPEAKER_STATUSES,
    losses.STATUSES,
    losses.HEAD_DETAILS,
    losses.ANNOTATORS,
    losses.ARTICLE_FACTS,
    losses.DECISIONS,
    losses.UNKNOWN_KEYS,
)
_OF_SHAPE: Final[dict[str, tuple[Loss, ...]]] = {
    _INSTRUCTION: (
        *_COMMON,
        losses.WITHOUT_SPANS,
        losses.ADDRESSEES,
        Loss(
            "where in the text the parts of quotes stand",
            _places,
            ("quote.content.place", "quote.source.place", "quote.cue.place"),
        ),
    ),
    _QUESTIONS: (
        *_COMMON,
        losses.QUOTE_TYPES,
        losses.SPEAKERS,
        losses.CUES,
        losses.ADDRESSEES,
        Loss("where in the text a content stands", _places, ("quote.content.place",)),
        Loss("quotes that lack a content or a source to ask for", _unanswered, ("quote",)),
        Loss("articles of which nothing is written", _unasked, ("article",)),
    ),
    _TAGS: (
        *_COMMON,
        losses.WITHOUT_SPANS,
        losses.QUOTE_TIES,
        losses.QUOTE_TYPES,
        SPACES,
        Loss("articles of which nothing is written", _wordless, ("article",)),
        TAGGED_OVERLAPS,
    ),
}


class Instruct(Format):
    """One example on each line: `messages`, SQuAD's `question` and `answers`, or `tokens`."""

    name = "instruct"
    title = "JSONL to train language models on quotes"
    suffixes = (".jsonl",)
    writes = True
    options = (
        Option(
            "shape",
            "chat messages, question and answer, or tokens with BIO tags",
            _INSTRUCTION,
            (_INSTRUCTION, _QUESTIONS, _TAGS),
        ),
        Option("system", "what the model is told; @FILE reads it from a file", _SYSTEM),
        Option("prompt", "what stands for the article: {title} and {text}", "{text}"),
        Option("question", "what is asked about each quote: {content}", _QUESTION),
    )
    losses = _OF_SHAPE[_INSTRUCTION]

    def with_options(self, values: Mapping[str, str]) -> Self:
        made = super().with_options({name: _template(value) for name, value in values.items()})
        made.losses = _OF_SHAPE[made.option("shape")]
        return made

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        import orjson

        shape = self.option("shape")
        examples = {
            _INSTRUCTION: self._instruction, _QUESTIONS: self._questions, _TAGS: self._tags
        }[shape]  # fmt: skip
        for record in records:
            if record.annotation is not None:
                for example in examples(record.article, record.annotation):
                    out.write(orjson.dumps(example, option=orjson.OPT_APPEND_NEWLINE))

    def _instruction(
        self, article: "Article", annotation: "Annotation"
    ) -> Iterator[dict[str, Any]]:
        quotes_said = [
            _said(quote, annotation) for quote in annotation.ordered_quotes() if quote.spans
        ]
        yield {
            "id": article.id,
            "messages": [
                {"role": "system", "content": self.option("system")},
                {"role": "user", "content": _filled(self.option("prompt"), article)},
                {"role": "assistant", "content": json.dumps(quotes_said, ensure_ascii=False)},
            ],
        }

    def _questions(self, article: "Article", annotation: "Annotation") -> Iterator[dict[str, Any]]:
        for quote in annotation.ordered_quotes():
            contents, sources = quote.parts("content"), quote.parts("source")
            if contents and sources:
                content = " … ".join(span.text for span in contents)
                yield {
                    "id": f"{article.id}/{quote.id}",
                    "context": article.text,
                    "question": _filled(self.option("question"), article, content),
                    "answers": {
                        "text": [span.text for span in sources],
                        "answer_start": [span.start for span in sources],
                    },
                }

    def _tags(self, article: "Article", annotation: "Annotation") -> Iterator[dict[str, Any]]:
        for number, rows in enumerate(tagged_sentences(article.text, annotation), start=1):
            words, tags = zip(*rows, strict=True)
            yield {"id": f"{article.id}/{number}", "tokens": list(words), "ner_tags": list(tags)}


def _template(value: str) -> str:
    if not value.startswith("@"):
        return value
    try:
        return read_text(Path(value[1:]))
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"the template {value[1:]} cannot be read: {error}") from error


def _filled(template: str, article: "Article", content: str = "") -> str:
    """Return the template with its placeholders filled; braces in the text are left alone."""
    values = {"title": article.title, "content": content, "text": article.text}
    return re.sub(r"\{(title|content|text)\}", lambda match: values[match[1]], template)


def _said(quote: "Quote", annotation: "Annotation") -> dict[str, Any]:
    def parts(role: Any) -> str | None:
        return " … ".join(span.text for span in quote.parts(role)) or None

    return {
        "speaker": [annotation.entities[id_].name for id_ in quote.speakers],
        "source": parts("source"),
        "cue": parts("cue"),
        "content": parts("content"),
        "type": quote.type,
    }
