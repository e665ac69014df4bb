"""How well the words of a title fit what somebody types in haste."""

_START, _INSIDE, _SCATTERED = 6, 3, 1


def fit(typed: str, title: str) -> int | None:
    """Points for a title; None if it does not fit at all.

    Each typed word has to begin a word of the title, be inside one, or have its letters
    in the title in the same order.
    """
    words = title.casefold().split()
    points = 0
    for piece in typed.casefold().split():
        found = _fit_of(piece, words)
        if found is None:
            return None
        points += found
    return points


def _fit_of(piece: str, words: list[str]) -> int | None:
    if any(word == piece for word in words):
        return _START + 1
    if any(word.startswith(piece) for word in words):
        return _START
    if any(piece in word for word in words):
        return _INSIDE
    if _initials(piece, words):
        return _INSIDE + 1
    letters = iter("".join(words))
    return _SCATTERED if all(char in letters for char in piece) else None


def _initials(piece: str, words: list[str]) -> bool:
    return len(piece) > 1 and "".join(word[0] for word in words).startswith(piece)
