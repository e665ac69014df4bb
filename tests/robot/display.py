"""A virtual X display with a window manager, and photographs of its pixels."""

import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import numpy as np
from numpy.typing import NDArray

from tests import x_display

if TYPE_CHECKING:
    from Xlib.display import Display as Connection

_RGB: Final = 0xFFFFFF
_SIZES_AT: Final = 25  # words in the head of an XWD file, the first of which is its length
_COLOUR_BYTES: Final = 12


def missing() -> str | None:
    """Why there can be no display here, in words; None where there can."""
    return x_display.missing("openbox")


class Photograph:
    """What the display showed at one moment, pixel by pixel."""

    def __init__(self, pixels: NDArray[np.uint32]) -> None:
        self._pixels = pixels

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Photograph) and np.array_equal(self._pixels, other._pixels)

    __hash__ = None  # type: ignore[assignment]  # as for everything that is large and compared

    def differing(self, other: "Photograph") -> int:
        """How many pixels are not the same in the other."""
        return int(np.count_nonzero(self._pixels != other._pixels))

    def bounds(self, other: "Photograph") -> tuple[int, int, int, int] | None:
        """The smallest rectangle with all differing pixels: x, y, width, height."""
        rows, columns = np.nonzero(self._pixels != other._pixels)
        if not rows.size:
            return None
        left, top = int(columns.min()), int(rows.min())
        return left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1

    def difference(self, other: "Photograph") -> "Photograph":
        """A picture of where the two differ: red there, this one in pale grey elsewhere."""
        red, green, blue = (self._pixels >> shift & 0xFF for shift in (16, 8, 0))
        grey = (0xBF + (red + green + blue) // 12).astype(np.uint32)
        pale = (grey << 16) | (grey << 8) | grey
        differs = self._pixels != other._pixels
        return Photograph(np.where(differs, np.uint32(0xE00000), pale).astype(np.uint32))

    def save(self, path: Path) -> None:
        """Write it as a PNG file. Raises OSError."""
        from PySide6.QtGui import QImage

        height, width = self._pixels.shape
        data = np.ascontiguousarray(self._pixels | 0xFF000000).astype("<u4").tobytes()
        image = QImage(data, width, height, width * 4, QImage.Format.Format_RGB32)
        if not image.save(str(path)):
            raise OSError(f"{path} could not be written")


class Display:
    """An X server of its own with a window manager, from `with` to the end of its block.

    The server finds itself a free number. Server and manager are sessions of their own, so that
    nothing that is sent to this process's group reaches them, and both end with this process.
    """

    def __init__(self, width: int = 1440, height: int = 900) -> None:
        self.size = width, height
        self.name = ""
        self._ending = ExitStack()
        self._environment: dict[str, str] = {}
        self._pixels: NDArray[np.uint32] | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self._ending.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pixels = None
        self._ending.close()

    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to show itself here, and nowhere else."""
        return self._environment

    def connect(self) -> "Connection":
        """A connection of one's own to the server."""
        from Xlib.display import Display as Connection

        return Connection(self.name)

    def photograph(self) -> Photograph:
        """What is on the screen now, without a mouse pointer: the memory the server draws into."""
        assert self._pixels is not None, "the display has not been started"
        return Photograph(np.array(self._pixels) & _RGB)

    def _start(self) -> None:
        folder = Path(self._ending.enter_context(tempfile.TemporaryDirectory(prefix="screen-")))
        drawing = ["-fbdir", str(folder), "-nocursor", "-noreset"]
        shown = x_display.x_display(*self.size, drawing)
        self._environment = self._ending.enter_context(shown)
        self.name = self._environment["DISPLAY"]
        self._pixels = _screen_memory(folder / "Xvfb_screen0", *self.size)
        home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        manager = ["openbox", "--sm-disable"]
        log = folder / "manager.log"
        self._ending.callback(x_display.start(manager, log, self._environment | home))
        self._await_manager()

    def _await_manager(self) -> None:
        connection = self.connect()
        self._ending.callback(connection.close)
        root = connection.screen().root
        sign = connection.intern_atom("_NET_SUPPORTING_WM_CHECK")
        deadline = time.monotonic() + x_display.PATIENCE
        while root.get_full_property(sign, 0) is None:
            if time.monotonic() > deadline:
                raise RuntimeError("the window manager did not start")
            time.sleep(0.02)


def _screen_memory(path: Path, width: int, height: int) -> NDArray[np.uint32]:
    """The pixels in the file that the server draws into: an XWD file, mapped into memory."""
    head = np.fromfile(path, dtype=">u4", count=_SIZES_AT)
    length, depth, per_line, colours = int(head[0]), int(head[11]), int(head[12]), int(head[19])
    if (depth, int(head[4]), int(head[5])) != (32, width, height):
        raise RuntimeError(f"the server draws in a way that is not known: {head.tolist()}")
    start = length + colours * _COLOUR_BYTES
    order = ">u4" if int(head[7]) else "<u4"
    memory = np.memmap(path, dtype=order, mode="r", offset=start, shape=(height, per_line // 4))
    return memory[:, :width]
