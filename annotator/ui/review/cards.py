"""The variants of an annotation as cards: annotators, text, and differences in bold."""

import re
from html import escape, unescape

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from annotator.core.alignment import PARTS, AlignedGroup, Comparison, Variant
from annotator.core.models import Mention, Quote
from annotator.ui.i18n.translation import tr
from annotator.ui.lists.label_menu import type_text
from annotator.ui.review.overlay import color_of, spans_of
from annotator.ui.review.review_session import ReviewSession
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainLabel, rich_label

_LONG_WRITE_S = 420


class VariantCard(QFrame):
    """One variant, with the key that takes it."""

    chosen = Signal(int)
    """The card was clicked; its number, counted from 0."""

    def __init__(
        self,
        number: int,
        take: Variant,
        group: AlignedGroup,
        reviewing: ReviewSession,
        theme: Theme,
        cap: str,
    ) -> None:
        """Make the card; `cap` is the key that takes it, as on a key cap."""
        super().__init__()
        self._number = number
        self.setObjectName("take")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        side = reviewing.side
        names = ", ".join(map(reviewing.shown_name, take.names))
        key = PlainLabel(cap)
        key.setObjectName("key")
        key.setAlignment(Qt.AlignmentFlag.AlignCenter)
        who = _rich(_names(take, reviewing, theme))
        text_label = _rich(_words(side, group, take, theme) if side is not None else "")
        text_label.setObjectName("words")
        about = _about(side, take) if side is not None else ""
        spoken = unescape(re.sub("<[^>]+>", "", about))
        self.setAccessibleName(f"{number + 1}: {names}: {spoken}")
        head = QHBoxLayout()
        head.setSpacing(9)
        head.addWidget(key)
        head.addWidget(who, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(11, 9, 11, 10)
        layout.setSpacing(5)
        layout.addLayout(head)
        layout.addWidget(text_label)
        if about:
            line = _rich(about)
            line.setObjectName("muted")
            layout.addWidget(line)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.chosen.emit(self._number)


def absent_text(group: AlignedGroup, reviewing: ReviewSession) -> str:
    """Return who has not marked anything there; "" if everybody has."""
    names = ", ".join(map(reviewing.shown_name, group.absent))
    return tr("{1}: nothing here", names) if names else ""


def _rich(html: str) -> QLabel:
    label = rich_label(html)
    label.setWordWrap(True)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    return label


def _names(take: Variant, reviewing: ReviewSession, theme: Theme) -> str:
    dots = (
        f"<span style='color:{color_of(theme, reviewing.tone_of(name))}'>●</span> "
        f"{escape(reviewing.shown_name(name))}"
        for name in take.names
    )
    return "&nbsp;&nbsp;".join(dots)


def _words(side: Comparison, group: AlignedGroup, take: Variant, theme: Theme) -> str:
    """Return the text, highlighting what not everybody has marked."""
    common = frozenset.intersection(
        *(
            frozenset(at for start, end in spans_of(item) for at in range(start, end))
            for item in group.items.values()
        )
    )
    spans = [
        _highlighted(side.text, start, end, common, theme) for start, end in spans_of(take.item)
    ]
    return " <span>…</span> ".join(spans)


def _highlighted(text: str, start: int, end: int, common: frozenset[int], theme: Theme) -> str:
    runs: list[tuple[bool, int, int]] = []
    for at in range(start, end):
        own = at not in common
        if runs and (runs[-1][0] == own or not text[at].isalnum()):
            runs[-1] = (runs[-1][0], runs[-1][1], at + 1)
        else:
            runs.append((own, at, at + 1))
    shown = []
    for own, first, last in runs:
        words = escape(_shortened(" ".join(text[first:last].split()) if own else text[first:last]))
        style = f"background:{theme.tone('orange').fill};font-weight:600"
        shown.append(f"<span style='{style}'>{words}</span> " if own else words)
    return "".join(shown)


def _shortened(text: str) -> str:
    return (
        text
        if len(text) <= _LONG_WRITE_S
        else f"{text[: _LONG_WRITE_S // 2]} … {text[-_LONG_WRITE_S // 2 :]}"
    )


def _about(side: Comparison, take: Variant) -> str:
    """Return the label and entity of a mention, or the cue, source, speaker and type of a quote."""
    work = side.works[take.names[0]]
    if isinstance(take.item, Mention):
        entity = work.entities[take.item.entity_id]
        return f"<b>{escape(entity.label)}</b> · {escape(entity.name)}"
    return " · ".join(_quote_parts(take.item, [work.entities[i].name for i in take.item.speakers]))


def _quote_parts(quote: Quote, speakers: list[str]) -> list[str]:
    parts = [f"<b>{escape(type_text(quote.type))}</b>"]
    for role in PARTS:
        spans = quote.parts(role)
        if spans:
            text = escape(" … ".join(span.text for span in spans))
            parts.append(f"<u>{text}</u>" if role == "cue" else f"{tr(role)} {text}")
    if speakers:
        parts.append(tr("speaker {1}", escape(", ".join(speakers))))
    if quote.speaker_status != "identified":
        parts.append(escape(tr(quote.speaker_status)))
    return parts
