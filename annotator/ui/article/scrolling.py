"""Scrolling a text view so that whole lines show, with the label tabs above and below them."""

from PySide6.QtWidgets import QTextEdit


def scroll_into_view(view: QTextEdit, top: int, bottom: int, pitch: int, *, below: int) -> None:
    """Scroll so that these heights of the viewport show, with the room of a line above.

    Where they end too far down, so many lines below them come too. What Qt takes for in view may
    lack the upper part of a line, and the label tabs above and below it.
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
    """Scroll so that this place, in UTF-16 units and parts of one, is half way down."""
    document = view.document()
    block = document.findBlock(min(int(units), max(0, document.characterCount() - 1)))
    box = document.documentLayout().blockBoundingRect(block)
    share = (units - block.position()) / max(1, block.length())
    bar, middle = view.verticalScrollBar(), box.top() + box.height() * min(1.0, share)
    bar.setMaximum(max(bar.maximum(), round(box.bottom()) - view.viewport().height()))
    bar.setValue(round(middle) - view.viewport().height() // 2)


def scroll_to_top(view: QTextEdit, position: int, above: int) -> None:
    """Make the line of this position, in UTF-16 units, the first one, so far from the top."""
    block = view.document().findBlock(position)
    # Asking where the block lies also lays the document out as far as that.
    top = view.document().documentLayout().blockBoundingRect(block).top()
    line = block.layout().lineForTextPosition(position - block.position())
    bar = view.verticalScrollBar()
    bar.setMaximum(max(bar.maximum(), round(top)))
    bar.setValue(round(top + (line.y() if line.isValid() else 0)) - above)
