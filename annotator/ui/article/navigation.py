"""Navigation by keys: from span to span, and to unannotated spans."""

from bisect import bisect_left
from collections.abc import Callable
from typing import Final

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.annotation_warnings import AnnotationWarning, warnings_of
from annotator.core.edit import Edit
from annotator.core.errors import Rejected
from annotator.core.message import message
from annotator.core.models import Article, RoleSpan
from annotator.core.occurrences import Range
from annotator.core.span_index import PlacedSpan
from annotator.core.text import visible
from annotator.core.unannotated import (
    UnannotatedKind,
    UnannotatedSpan,
    likely_names,
    unannotated_spans,
)
from annotator.ui.actions.action import Action, Condition, Menu
from annotator.ui.actions.conditions import article_open
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.article.text_units import (
    grow,
    next_paragraph,
    next_sentence,
    previous_paragraph,
    previous_sentence,
)
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr, tr_later, tr_message
from annotator.ui.session import SelectedItem, Session

_REACH: Final = 4096
"""How far, in code points, the next span is searched for at first."""
_LONGEST_WORD: Final = 300
_LETTER: Final = r"(?:\w|[\p{M}\u00ad\u200c\u200d\u2060\ufeff])"
_WORD: Final = rf"\w{_LETTER}*(?:[-.’']\w{_LETTER}*)*|[^\w\s\p{{M}}\p{{Cf}}]"
"""A word with its marks and the invisible characters inside it; or one sign."""
_WORDS: Final = {
    "name": tr_later("name without a label"),
    "quote": tr_later("quoted words without a quote"),
}


class Navigator:
    """The actions that move caret or selection."""

    def __init__(self, session: Session, view: ArticleView, registry: ActionRegistry) -> None:
        self._session = session
        self._view = view
        self._grown: list[Range] = []
        self._names: list[Range] | None = None
        self._warning: AnnotationWarning | None = None
        session.article_opened.connect(self._forget)
        registry.add(self.actions())

    def actions(self) -> list[Action]:
        """Return the actions of the menu "Go"."""
        go, opened = Menu.GO, (article_open(self._session),)
        marked = (*opened, Condition(self._has_spans, tr("Nothing is marked yet.")))
        grown = (*opened, Condition(lambda: bool(self._grown), tr("The selection has not grown.")))
        return [
            Action("next_span", tr("Ne&xt span"), self.next_span, go, ("J",), marked),
            Action("previous_span", tr("Pre&vious span"), self.previous_span, go, ("K",), marked),
            Action("cycle_spans", tr("&Overlapping span"), self.cycle_spans, go, ("O",), marked),
            Action(
                "next_name", tr("Next &name without a label"), self.next_name, go, ("W",), opened
            ),
            Action(
                "previous_name",
                tr("Previous name without a label"),
                self.previous_name,
                go,
                ("Shift+W",),
                opened,
            ),
            Action(
                "next_quoted",
                tr("Next &quoted words without a quote"),
                self.next_quoted,
                go,
                ("E",),
                opened,
            ),
            Action(
                "previous_quoted",
                tr("Previous quoted words without a quote"),
                self.previous_quoted,
                go,
                ("Shift+E",),
                opened,
            ),
            Action("next_concern", tr("Next &warning"), self.next_concern, go, ("F8",), opened),
            Action(
                "previous_concern",
                tr("Previous warning"),
                self.previous_concern,
                go,
                ("Shift+F8",),
                opened,
            ),
            Action("next_sentence", tr("Next &sentence"), self.next_sentence, go, (".",), opened),
            Action(
                "previous_sentence",
                tr("Previous sentence"),
                self.previous_sentence,
                go,
                (",",),
                opened,
            ),
            Action(
                "next_paragraph",
                tr("Next &paragraph"),
                self.next_paragraph,
                go,
                ("Ctrl+Down",),
                opened,
            ),
            Action(
                "previous_paragraph",
                tr("Previous paragraph"),
                self.previous_paragraph,
                go,
                ("Ctrl+Up",),
                opened,
            ),
            Action("grow_selection", tr("Se&lect more"), self.grow_selection, go, ("X",), opened),
            Action(
                "shrink_selection",
                tr("Select less"),
                self.shrink_selection,
                go,
                ("Shift+X",),
                grown,
            ),
            Action("lengthen_end", tr("&End one word on"), self.lengthen_end, go, ("]",), opened),
            Action("shorten_end", tr("End one word back"), self.shorten_end, go, ("[",), opened),
            Action(
                "shorten_start", tr("S&tart one word on"), self.shorten_start, go, ("}",), opened
            ),
            Action(
                "lengthen_start", tr("Start one word back"), self.lengthen_start, go, ("{",), opened
            ),
        ]

    def _has_spans(self) -> bool:
        annotation = self._session.annotation
        return annotation is not None and bool(annotation.mentions or annotation.quotes)

    # Spans

    def next_span(self) -> None:
        self._step_spans(1)

    def previous_span(self) -> None:
        self._step_spans(-1)

    def cycle_spans(self) -> None:
        """Select the next span outwards around the caret or the selected span."""
        session, view = self._session, self._view
        if view.index is None:
            return
        around = [SelectedItem(p.kind, p.id, p.part) for p in view.index.at(self._place()[0])]
        if not around:
            session.status_message.emit(tr("There is no span around the caret."))
            return
        following = (
            around.index(session.selected_item) + 1 if session.selected_item in around else 0
        )
        session.select(around[following % len(around)])

    def next_name(self) -> None:
        self._step_unannotated("name", 1)

    def previous_name(self) -> None:
        self._step_unannotated("name", -1)

    def next_quoted(self) -> None:
        self._step_unannotated("quote", 1)

    def previous_quoted(self) -> None:
        self._step_unannotated("quote", -1)

    def next_concern(self) -> None:
        self._step_warnings(1)

    def previous_concern(self) -> None:
        self._step_warnings(-1)

    # Text

    def next_sentence(self) -> None:
        self._move(next_sentence)

    def previous_sentence(self) -> None:
        self._move(previous_sentence)

    def next_paragraph(self) -> None:
        self._move(next_paragraph)

    def previous_paragraph(self) -> None:
        self._move(previous_paragraph)

    def grow_selection(self) -> None:
        """Select the next larger unit around the selection, the selected span or the caret."""
        article = self._session.article
        if article is None:
            return
        place = self._place()
        found = grow(article.text, *place)
        if found is not None:
            self._grown.append(place)
            self._select(found)

    def shrink_selection(self) -> None:
        """Restore the selection that this one was grown from."""
        while self._grown:
            start, end = self._grown.pop()
            now = self._view.selection()
            if now is None or (now[0] <= start and end <= now[1]):
                self._select((start, end))
                return
        self._session.status_message.emit(tr("The selection has not grown."))

    def lengthen_end(self) -> None:
        self._move_edge(0, 1)

    def shorten_end(self) -> None:
        self._move_edge(0, -1)

    def lengthen_start(self) -> None:
        self._move_edge(-1, 0)

    def shorten_start(self) -> None:
        self._move_edge(1, 0)

    def unannotated_spans(self) -> list[UnannotatedSpan]:
        """Return the unannotated spans of the article, in text order."""
        article, annotation = self._session.article, self._session.annotation
        if article is None or annotation is None:
            return []
        if self._names is None:
            self._names = likely_names(article.text, article.language)
        return unannotated_spans(article, annotation, self._names)

    def show(self, start: int, end: int) -> None:
        """Select a range and scroll to it, with the focus in the text."""
        self._view.setFocus()
        self._select((start, end))

    def _place(self) -> Range:
        """Return the selection, else the selected mention or part, else the caret."""
        selection, session = self._view.selection(), self._session
        if selection is not None:
            return selection
        mention, selected = session.selected_mention(), session.selected_item
        if mention is not None:
            return mention.start, mention.end
        if selected is not None and selected.part is not None:
            return selected.part.start, selected.part.end
        return self._view.caret(), self._view.caret()

    def _step_spans(self, step: int) -> None:
        """Select the next span in text order, the outer of two that start together."""
        found = self._neighbour(step)
        if found is None:
            self._session.status_message.emit(tr("Nothing is marked yet."))
            return
        self._caret_to(found.start)
        self._view.reveal(found.start, found.end)
        self._session.select(_selected_item(found))

    def _neighbour(self, step: int) -> PlacedSpan | None:
        """Return the span after or before the selected one or the caret, wrapping around."""
        article, index = self._session.article, self._view.index
        if article is None or index is None:
            return None
        caret, length = self._place()[0], len(article.text)
        reach = _REACH
        while True:
            near = index.touching(max(0, caret - reach), min(length, caret + reach))
            at = self._index_of_selected_item(near, caret, step)
            if 0 <= at < len(near) or reach >= length:
                break
            reach *= 4
        if 0 <= at < len(near):
            return near[at]
        everything = index.touching(0, length)
        return everything[0 if step > 0 else -1] if everything else None

    def _index_of_selected_item(self, placed: list[PlacedSpan], caret: int, step: int) -> int:
        selected_items = [_selected_item(span) for span in placed]
        if self._session.selected_item in selected_items:
            return selected_items.index(self._session.selected_item) + step
        starts = [span.start for span in placed]
        return bisect_left(starts, caret) if step > 0 else bisect_left(starts, caret) - 1

    def _step_unannotated(self, kind: UnannotatedKind, step: int) -> None:
        found = [(item.start, item.end) for item in self.unannotated_spans() if item.kind == kind]
        if not found:
            self._session.status_message.emit(tr("There is no {1} here.", tr(_WORDS[kind])))
            return
        self._select(found[_following(found, self._place(), step)])

    def _step_warnings(self, step: int) -> None:
        article, annotation = self._session.article, self._session.annotation
        if article is None or annotation is None:
            return
        found = warnings_of(article, annotation, self._session.scheme)
        if not found:
            self._session.status_message.emit(tr("Nothing looks wrong in this article."))
            return
        places = [(warning.start, warning.end) for warning in found]
        at = _following(places, self._place(), step)
        if self._warning in found and places[found.index(self._warning)] == self._place():
            at = (found.index(self._warning) + step) % len(found)  # several may be at one place
        self._warning = found[at]
        self._select(places[at])
        self._session.status_message.emit(
            tr("{1} ({2} of {3})", tr_message(found[at].words), at + 1, len(found))
        )

    def _move(self, to: Callable[[str, int], int]) -> None:
        article = self._session.article
        if article is not None:
            self._caret_to(to(article.text, self._view.caret()))
            self._session.select(None)

    def _caret_to(self, offset: int) -> None:
        self._view.select(offset, offset)
        self._view.selection_settled.emit()

    def _select(self, span: Range) -> None:
        self._session.select(None)
        self._view.reveal(*span)
        self._view.select(*span)
        self._view.selection_settled.emit()

    def _move_edge(self, start: int, end: int) -> None:
        """Move the edges of the selection, or of the selected span, by words."""
        article = self._session.article
        if article is None:
            return
        place = self._place()
        found = (
            moved_by_word(article.text, place[0], start),
            moved_by_word(article.text, place[1], end, at_end=True),
        )
        if found[0] >= found[1]:
            self._session.status_message.emit(tr("Nothing would be left of it."))
        elif self._view.selection() is not None or self._session.selected_item is None:
            self._select(found)
        else:
            self._resize(found)

    def _resize(self, span: Range) -> None:
        """Give the selected mention or part of a quote these edges."""
        selected, mention = self._session.selected_item, self._session.selected_mention()
        quote = self._session.selected_quote()

        def make(article: Article, annotation: Annotation) -> Edit:
            if mention is not None:
                return edits.resize_mention(article, annotation, mention.id, *span)
            part = selected.part if selected is not None else None
            if quote is None or part is None:
                raise Rejected(message("Select words or a span to move its edges."))
            return edits.resize_part(article, annotation, quote.id, part, *span)

        if self._session.perform(make) and quote is not None:
            parts = (p for p in self._session_parts(quote.id) if (p.start, p.end) == span)
            self._session.select(SelectedItem("quote", quote.id, next(parts, None)))

    def _session_parts(self, quote_id: str) -> tuple[RoleSpan, ...]:
        annotation = self._session.annotation
        quote = annotation.quotes.get(quote_id) if annotation is not None else None
        return quote.spans if quote is not None else ()

    def _forget(self) -> None:
        self._grown.clear()
        self._names = None
        self._warning = None


def _selected_item(placed: PlacedSpan) -> SelectedItem:
    return SelectedItem(placed.kind, placed.id, placed.part)


def _following(places: list[Range], place: Range, step: int) -> int:
    """Return the index of the first of `places` after or before `place`, wrapping around."""
    if step > 0:
        at = bisect_left(places, (place[0], place[1] + (place in places)))
        return at % len(places)
    return (bisect_left(places, place) - 1) % len(places)


def moved_by_word(text: str, offset: int, step: int, *, at_end: bool = False) -> int:
    """Return the edge moved to the next start of a word, or with `at_end` to the next end."""
    if step == 0:
        return offset
    import regex  # not needed for the first paint

    near = max(0, offset - _LONGEST_WORD), offset + _LONGEST_WORD
    found = [match.span() for match in regex.finditer(_WORD, text, pos=near[0], endpos=near[1])]
    edges = [visible(text, *span)[at_end] for span in found]
    beyond = [edge for edge in edges if (edge > offset if step > 0 else edge < offset)]
    if not beyond:
        return offset
    return beyond[0] if step > 0 else beyond[-1]
