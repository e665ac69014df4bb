"""A timer for working time that leaves out pauses."""

import time
from collections.abc import Callable


class WorkTimer:
    """Adds up the time between touches; a pause of more than `pause` seconds does not count."""

    def __init__(self, pause: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.pause = pause
        self._clock = clock
        self._last: float | None = None
        self._seconds = 0.0

    def touch(self) -> None:
        """Note that the user is working now."""
        now = self._clock()
        if self._last is not None and 0 <= now - self._last <= self.pause:
            self._seconds += now - self._last
        self._last = now

    def take(self) -> int:
        """Return the whole seconds worked up to the last touch and not returned before."""
        seconds = int(self._seconds)
        self._seconds -= seconds
        return seconds
