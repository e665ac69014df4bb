"""Mail: single messages (EML) and mailboxes (mbox); each message is an article."""

import re
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO, Final

from annotator.core.errors import AnnotatorError
from annotator.formats.articles.article_builder import ArticleBuilder, drafts, each, one, several
from annotator.formats.articles.charset import decode_page
from annotator.formats.articles.html_text import HtmlText, flow_of
from annotator.formats.base import (
    LARGEST_WHOLE,
    Context,
    Format,
    FormatError,
    SourceRecord,
    lines_of,
    whole,
)

_MBOX: Final = re.compile(rb"From [^\n]*\n(?:[\w-]+:|>?From )")
_HEADER: Final = re.compile(
    rb"(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*(?:From|Received|Return-Path|MIME-Version):", re.I
)
_ESCAPED: Final = re.compile(rb"^>(>*From )", re.MULTILINE)


class Mbox(Format):
    """Messages in order; quoted-printable, base64 and format=flowed are decoded."""

    name = "mbox"
    title = "Mailboxes, one article per message"
    suffixes = (".mbox", ".mbx")
    reads = True
    plain = True

    def recognises(self, head: bytes) -> bool | None:
        return bool(_MBOX.match(head.replace(b"\r\n", b"\n")))

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        messages = _messages(source, context)
        found = each(context, messages, _drafts, "messages that cannot be read")
        yield from several(context, found, "messages without text", versioned=True)


class Eml(Format):
    """A message saved by a mail program."""

    name = "eml"
    title = "Mail messages, one per file"
    suffixes = (".eml",)
    reads = True
    plain = True

    def recognises(self, head: bytes) -> bool | None:
        return None if _HEADER.match(head.replace(b"\r\n", b"\n")) else False

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        data = whole(source, context)
        yield from one(context, drafts(context, read_message, data, str(context.path)))


def _messages(source: BinaryIO, context: Context) -> Iterator[bytes]:
    """Yield the messages one by one: each starts with a line `From …` after an empty one."""
    lines: list[bytes] = []
    size, blank = 0, True
    for line in lines_of(source, context):
        if blank and line.startswith(b"From ") and lines:
            yield _unescaped(lines)
            lines, size = [], 0
        blank = not line.strip(b"\r\n")
        lines.append(line)
        size += len(line)
        if size > LARGEST_WHOLE:
            raise FormatError(f"{context.path}: a message is larger than {LARGEST_WHOLE >> 20} MB")
    if lines:
        yield _unescaped(lines)


def _unescaped(lines: list[bytes]) -> bytes:
    return _ESCAPED.sub(rb"\1", b"".join(lines[1:] if lines[0].startswith(b"From ") else lines))


def _drafts(message: bytes, context: Context) -> list[ArticleBuilder]:
    return drafts(context, read_message, message, str(context.path))


def read_message(data: bytes, path: str) -> list[ArticleBuilder]:
    """Return the article of a message, from its plain text if it has one."""
    message = message_from_bytes(data, policy=policy.default)
    if not message.keys():
        raise AnnotatorError("it is no mail message")
    flow = _text(message, Path(path))
    left_out = Counter(flow.left_out)
    left_out["attached files"] += sum(1 for _ in message.iter_attachments())
    sender = message["From"]
    return [
        ArticleBuilder(
            flow.text,
            title=_said(message, "Subject"),
            published=_said(message, "Date") or None,
            source=_sender(sender),
            language=_said(message, "Content-Language").partition(",")[0] or None,
            id=_said(message, "Message-ID").strip("<> "),
            meta={
                "from": _said(message, "From"),
                "to": _said(message, "To"),
                "list": _said(message, "List-Id"),
                "published": _said(message, "Date"),
            },
            left_out={what: count for what, count in left_out.items() if count},
        )
    ]


def _sender(header: object) -> str | None:
    addresses = getattr(header, "addresses", ())
    return (addresses[0].display_name or addresses[0].addr_spec) if addresses else None


def _said(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name) or "").split())


def _text(message: EmailMessage, path: Path) -> HtmlText:
    part = message.get_body(("plain", "html"))
    if part is None:
        return HtmlText()
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    words, _ = decode_page(data, path, part.get_content_charset())
    if part.get_content_subtype() == "html":
        return flow_of(words, tables=True)  # newsletters use tables for their layout
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    if str(part.get_param("format", "")).lower() == "flowed":
        words = _unflowed(words, delsp=str(part.get_param("delsp", "")).lower() == "yes")
    return HtmlText(words.strip("\n"))


def _unflowed(text: str, *, delsp: bool) -> str:
    """Return the paragraphs of format=flowed (RFC 3676): a line ending in a space continues."""
    out: list[list[str]] = []
    joins = False
    for line in text.split("\n"):
        stuffed = line.removeprefix(" ")
        goes_on = stuffed.endswith(" ") and stuffed != "-- "
        words = stuffed[:-1] if goes_on and delsp else stuffed
        if joins:
            out[-1].append(words)
        else:
            out.append([words])
        joins = goes_on
    return "\n".join(map("".join, out))
