"""Text with marks that overlap in any way, as elements that are properly nested."""

from collections.abc import Iterable, Iterator

from annotator.formats.graph import Mark

Step = tuple[str, Mark | None]
"""A piece of the text and None, or "<" or ">" and the mark that is opened or closed there."""


def nested(text: str, marks: Iterable[Mark]) -> Iterator[Step]:
    """Yield the text piece by piece with its marks, the longer ones outside.

    A mark that crosses another one is closed and reopened, so it may appear several times.
    """
    starts: dict[int, list[Mark]] = {}
    cuts = {len(text)}
    for mark in marks:
        starts.setdefault(mark.start, []).append(mark)
        cuts.update((mark.start, mark.end))
    opened: list[Mark] = []
    done = 0
    for cut in sorted(cuts):
        yield text[done:cut], None
        done = cut
        closed: list[Mark] = []
        for n, mark in enumerate(opened):
            if mark.end == cut:
                closed = opened[n:]
                del opened[n:]
                break
        yield from [(">", mark) for mark in reversed(closed)]
        again = [*[mark for mark in closed if mark.end != cut], *starts.get(cut, ())]
        if len(again) > 1:
            again.sort(key=_last_end_first)
        for mark in again:
            yield "<", mark
            opened.append(mark)


def _last_end_first(mark: Mark) -> int:
    return -mark.end
