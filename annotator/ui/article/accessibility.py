"""Screen reader support: the spans at the caret, as the view's description."""

from collections.abc import Iterator

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from annotator.core.models import Quote
from annotator.core.span_index import PlacedSpan
from annotator.ui.article.span_view import SpanView
from annotator.ui.i18n.translation import tr
from annotator.ui.session import Session


class SpanAnnouncer(QObject):
    """Updates the view's accessible description, and announces each change.

    Qt announces the text and the selection itself; the spans are ours.
    """

    def __init__(self, view: SpanView) -> None:
        super().__init__(view)
        self._view = view
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._announce_spans)
        view.cursorPositionChanged.connect(self._timer.start)
        for signal in (
            view.session.edit_applied,
            view.session.article_opened,
            view.reading_changed,
        ):
            signal.connect(self._timer.start)

    def _announce_spans(self) -> None:
        text = "; ".join(spoken_spans(self._view))
        if text != self._view.accessibleDescription():
            self._view.setAccessibleDescription(text)
            announce(self._view, text)


def announce(widget: QWidget, text: str) -> None:
    """Make a running screen reader say this."""
    if text and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


def spoken_spans(view: SpanView) -> Iterator[str]:
    """Yield the spans at the caret or the start of the selection as text, the innermost first."""
    kinds = view.shown_kinds()
    start, _ = view.selection() or (view.caret(), 0)
    for placed in _spans_at(view, start):
        if placed.kind in kinds:
            yield _spoken(view.session, placed)


def _spans_at(view: SpanView, offset: int) -> list[PlacedSpan]:
    """Return the spans at an offset between two letters: those after it, else those before it."""
    if view.index is None:
        return []
    return view.index.at(offset) or (view.index.at(offset - 1) if offset else [])


def _spoken(session: Session, placed: PlacedSpan) -> str:
    annotation = session.annotation
    assert annotation is not None  # otherwise there would be no spans
    if placed.kind == "quote":
        quote = annotation.quotes[placed.id]
        role = placed.part.role if placed.part is not None else "content"
        return tr(
            "{1} of quote {2}{3}",
            role,
            session.quote_order.row(quote) + 1,
            _by_speakers(session, quote),
        )
    entity = annotation.entities[annotation.mentions[placed.id].entity_id]
    return f"{session.scheme.label(entity.label).title}: {entity.name}"


def _by_speakers(session: Session, quote: Quote) -> str:
    annotation = session.annotation
    assert annotation is not None
    names = [annotation.entities[id_].name for id_ in quote.speakers if id_ in annotation.entities]
    return tr(" by {1}", ", ".join(names)) if names else ""
