"""Scrolling of a text view by whole lines, including the badges above and below them."""

from PySide6.QtWidgets import QTextEdit


def scroll_into_view(view: QTextEdit, top: int, bottom: int, pitch: int, *, below: int) -> None:
    """Scroll so that these heights of the viewport are visible, with the space of a line above.

    If they end too far down, `below` lines after them are shown as well. What Qt considers visible
    may lack the upper part of a line, and the badges above and below it.
    """
    bar, height = view.verticalScrollBar(), view.viewport().height()
    room = max(0, min(pitch, (height - (bottom - top)) // 2))
    place = bar.value()
    if top < room:
        place += top - room
    elif bottom > height - room:
        place += min(bottom - height + below * room, top - room)
    if place != bar.value():
        bar.setValue(0 if place < room else place)


def scroll_to_middle(view: QTextEdit, units: float) -> None:
    """Scroll so that this place, in UTF-16 units and fractions, is half way down."""
    document = view.document()
    block = document.findBlock(min(int(units), max(0, document.characterCount() - 1)))
    box = document.documentLayout().blockBoundingRect(block)
    share = (units - block.position()) / max(1, block.length())
    bar, middle = view.verticalScrollBar(), box.top() + box.height() * min(1.0, share)
    bar.setMaximum(max(bar.maximum(), round(box.bottom()) - view.viewport().height()))
    bar.setValue(round(middle) - view.viewport().height() // 2)


def scroll_to_top(view: QTextEdit, position: int, above: int) -> None:
    """Scroll so that the line of this position, in UTF-16 units, is `above` pixels from the top."""
    block = view.document().findBlock(position)
    # Asking for the block's position also lays out the document up to there.
    top = view.document().documentLayout().blockBoundingRect(block).top()
    line = block.layout().lineForTextPosition(position - block.position())
    bar = view.verticalScrollBar()
    bar.setMaximum(max(bar.maximum(), round(top)))
    bar.setValue(round(top + (line.y() if line.isValid() else 0)) - above)
