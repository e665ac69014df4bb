"""Key caps: keys drawn as on a keyboard."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from annotator.ui.i18n.translation import tr
from annotator.ui.theme.theme import Theme

_BETWEEN, _APART, _SIDE = 3, 12, 6


def cap_texts(keys: str) -> list[str]:
    """Return the caps of one combination: `Ctrl+Shift+F` has three, `Ctrl++` two."""
    if keys.endswith("++"):
        return [*keys[:-2].split("+"), "+"]
    return keys.split("+") if keys != "+" else ["+"]


def caps_size(font: QFont, keys: list[str]) -> QSize:
    """Return the size of the caps of these combinations in one line, in pixels."""
    metrics = QFontMetricsF(font)
    width = 0.0
    for number, combination in enumerate(keys):
        texts = cap_texts(combination)
        width += _APART * bool(number) + _BETWEEN * (len(texts) - 1)
        width += sum(_cap_width(metrics, text) for text in texts)
    return QSize(round(width + 0.5), round(metrics.height()) + 7)


def draw_caps(
    painter: QPainter, rect: QRect, font: QFont, keys: list[str], theme: Theme, *, muted: bool
) -> None:
    """Draw the caps of these combinations from the left edge of `rect`, vertically centred."""
    metrics = QFontMetricsF(font)
    height = round(metrics.height()) + 5
    x, y = float(rect.left()), rect.center().y() - height / 2 + 0.5
    painter.setFont(font)
    for number, combination in enumerate(keys):
        x += _APART * bool(number)
        for text in cap_texts(combination):
            box = QRectF(x, y, _cap_width(metrics, text), height)
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.setBrush(QColor(theme.card))
            painter.drawRoundedRect(box.adjusted(0.5, 1.5, -0.5, 1.5), 4, 4)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
            painter.setPen(QColor(theme.muted if muted else theme.text))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
            x += box.width() + _BETWEEN
        x -= _BETWEEN


def cap_font(base: QFont) -> QFont:
    font = QFont(base)
    font.setPixelSize(max(9, base.pixelSize() - 2))
    return font


class KeyCaps(QWidget):
    """A line of caps. A screen reader reads the keys."""

    def __init__(self, keys: list[str], theme: Theme) -> None:
        super().__init__()
        self._keys = keys
        self._theme = theme
        self.setAccessibleName(", ".join(keys) or tr("no key"))
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return caps_size(cap_font(self.font()), self._keys) + QSize(2, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRect(QPoint(1, 0), self.size())
        draw_caps(painter, rect, cap_font(self.font()), self._keys, self._theme, muted=False)
        painter.end()


def _cap_width(metrics: QFontMetricsF, text: str) -> float:
    return float(max(round(metrics.horizontalAdvance(text)) + 2 * _SIDE, 20))
