"""The hands at the keyboard and the mouse of a display: the server's own events, by XTEST."""

from typing import Any, Final

from Xlib import XK, X
from Xlib.ext import xtest
from Xlib.protocol import event as events

from tests.robot.display import Display

_NAMES: Final = {
    "ctrl": "Control_L",
    "shift": "Shift_L",
    "alt": "Alt_L",
    "enter": "Return",
    "esc": "Escape",
    "del": "Delete",
    "backspace": "BackSpace",
    "pgup": "Prior",
    "pgdown": "Next",
}
_SIGNS: Final = {
    " ": "space",
    ".": "period",
    ",": "comma",
    "-": "minus",
    "=": "equal",
    "+": "plus",
    "[": "bracketleft",
    "]": "bracketright",
    "{": "braceleft",
    "}": "braceright",
    "?": "question",
    "'": "apostrophe",
}
_WHEEL_UP: Final = 4
_WHEEL_DOWN: Final = 5
_STEPS: Final = 4
"""Into how many moves of the mouse a drag is cut, as a hand would."""
_SWITCH: Final = 2
"""What `_NET_WM_STATE` calls: the other way round."""


class Hands:
    """Presses keys and moves the mouse. Returns from each operation when the server has sent it
    on.
    """

    def __init__(self, display: Display) -> None:
        self._connection = display.connect()
        self._root = self._connection.screen().root

    def close(self) -> None:
        """Let go of the display."""
        self._connection.close()

    def press(self, chord: str) -> None:
        """A key with those held beside it, as in "ctrl+shift+a"; one sign or a keysym's name."""
        *held, key = ["+"] if chord == "+" else chord.split("+")
        code, shifted = self._code(_NAMES.get(key, _SIGNS.get(key, key)))
        codes = [self._code(_NAMES[name])[0] for name in held]
        if shifted and "shift" not in held:
            codes.append(self._code("Shift_L")[0])
        for one in (*codes, code):
            self._fake(X.KeyPress, one)
        for one in (code, *reversed(codes)):
            self._fake(X.KeyRelease, one)
        self._sync()

    def type(self, words: str) -> None:
        """Write letters and signs that an American keyboard has."""
        for sign in words:
            self.press(sign)

    def move(self, x: int, y: int) -> None:
        """Move the mouse to a place on the screen."""
        xtest.fake_input(self._connection, X.MotionNotify, x=x, y=y)
        self._sync()

    def click(self, x: int, y: int, button: int = 1, times: int = 1) -> None:
        """Click there, `times` times in a row."""
        self.move(x, y)
        for _ in range(times):
            self._fake(X.ButtonPress, button)
            self._fake(X.ButtonRelease, button)
        self._sync()

    def drag(self, x: int, y: int, to_x: int, to_y: int) -> None:
        """Press the left button at one place and let go of it at another."""
        self.move(x, y)
        self._fake(X.ButtonPress, 1)
        for step in range(1, _STEPS + 1):
            self.move(x + (to_x - x) * step // _STEPS, y + (to_y - y) * step // _STEPS)
        self._fake(X.ButtonRelease, 1)
        self._sync()

    def wheel(self, x: int, y: int, notches: int) -> None:
        """Turn the wheel there, downwards if `notches` is positive."""
        self.move(x, y)
        button = _WHEEL_DOWN if notches > 0 else _WHEEL_UP
        for _ in range(abs(notches)):
            self._fake(X.ButtonPress, button)
            self._fake(X.ButtonRelease, button)
        self._sync()

    def resize(self, window: int, width: int, height: int) -> None:
        """Ask the window manager to give a window this size, as dragging its corner would."""
        self._connection.create_resource_object("window", window).configure(
            width=width, height=height
        )
        self._sync()

    def maximise(self, window: int) -> None:
        """Ask the window manager to maximise a window, or to let it be as before."""
        states = ("_NET_WM_STATE_MAXIMIZED_VERT", "_NET_WM_STATE_MAXIMIZED_HORZ")
        self._tell(window, "_NET_WM_STATE", [_SWITCH, *map(self._connection.intern_atom, states)])

    def minimise(self, window: int) -> None:
        """Ask the window manager to put a window away."""
        self._tell(window, "WM_CHANGE_STATE", [3])

    def bring_back(self, window: int) -> None:
        """Ask the window manager for a window that was put away, or to give it the keyboard."""
        self._tell(window, "_NET_ACTIVE_WINDOW", [_SWITCH, X.CurrentTime])

    def _tell(self, window: int, kind: str, data: list[int]) -> None:
        message = events.ClientMessage(
            window=self._connection.create_resource_object("window", window),
            client_type=self._connection.intern_atom(kind),
            data=(32, [*data, 0, 0, 0, 0, 0][:5]),
        )
        mask = X.SubstructureRedirectMask | X.SubstructureNotifyMask
        self._root.send_event(message, event_mask=mask)
        self._sync()

    def _code(self, keysym: str) -> tuple[int, bool]:
        """The key that has this sign, and whether it takes Shift. Raises ValueError."""
        symbol = XK.string_to_keysym(keysym) or XK.string_to_keysym(keysym.capitalize())
        for code, level in sorted(self._connection.keysym_to_keycodes(symbol), key=_by_level):
            if level < 2:
                return code, level == 1
        raise ValueError(f"the keyboard has no key for {keysym!r}")

    def _fake(self, kind: int, detail: int) -> None:
        xtest.fake_input(self._connection, kind, detail)

    def _sync(self) -> None:
        self._connection.sync()


def _by_level(found: Any) -> int:
    return int(found[1])
