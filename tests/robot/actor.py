"""What a person might do next, by the chance of a seed, from what is on the screen."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

Step = tuple[Any, ...]
"""One movement of the hands, as `Robot` plays it: its name and what it is done with."""


@dataclass(frozen=True)
class Action:
    """What was done, in words and in movements that can be played again."""

    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Sight:
    """What the actor knows of the window: see `Probe`. `words` are the ends of words in sight."""

    window: dict[str, Any]
    words: Sequence[Any]

    def spots(self, *kinds: str) -> list[dict[str, Any]]:
        """What there is of these kinds."""
        return [spot for spot in self.window["spots"] if spot["kind"] in kinds]


_LETTERS: Final = "abcdeghilmnoprstu"
_GOING: Final = "j k j w shift+w e shift+e o x shift+x . , f8 shift+f8 ctrl+down ctrl+up".split()
_SHAPING: Final = ["[", "]", "{", "}", "shift+right", "ctrl+shift+right", "shift+down"]
_LIST_KEYS: Final = "down up down up pgdown pgup home end space".split()
_LOOKS: Final = ("light", "dark", "high contrast, light", "high contrast, dark", "system colours")
_VIEWS: Final = (
    *("f9", "f9", "shift+f9", "ctrl+f9", "f11", "f1", "f7", "ctrl+alt+1", "ctrl+alt+2"),
    *("ctrl+alt+3", "ctrl+alt+4", "ctrl+plus", "ctrl+minus", "ctrl+0", "f6", "ctrl+1"),
)
_DIALOGS: Final = (
    *("ctrl+comma", "ctrl+k", "?", "ctrl+e", "ctrl+f6", "shift+f6", "ctrl+shift+f", "n"),
    *("shift+n", "shift+a", "r", "m", "p", "t", "s"),
)
_FILE_DIALOGS: Final = ("ctrl+o", "ctrl+i", "ctrl+n")
_BY_NAME: Final = (
    *("scheme", "statistics", "backups", "trash", "change keys", "agreement", "replace labels"),
    *("suggestions by", "training results", "about", "minimap", "import report"),
)
_MAXIMAL: Final = 40


class Actor:
    """Chooses actions. The same seed and the same screens give the same choices."""

    def __init__(self, seed: int, *, screen: tuple[int, int]) -> None:
        self.chance = random.Random(seed)
        self._screen = screen
        self._maximised = False
        self._operations: list[tuple[int, Callable[[Sight], Action]]] = [
            (14, self._mark_by_mouse),
            (5, self._mark_by_keys),
            (8, self._quote),
            (3, self._part),
            (6, self._go),
            (4, self._shape),
            (5, self._click_word),
            (9, self._wheel),
            (9, self._walk_in_list),
            (7, self._click_row),
            (3, self._rename),
            (4, self._filter),
            (4, self._hover),
            (4, self._other_article),
            (6, self._undo),
            (3, self._delete),
            (1, self._done),
            (3, self._find),
            (3, self._view),
            (2, self._look),
            (3, self._dialog),
            (1, self._file_dialog),
            (2, self._named_dialog),
            (2, self._menu),
            (3, self._resize),
            (1, self._maximise),
            (1, self._minimise),
            (2, self._splitter),
            (2, self._bar),
            (2, self._button),
            (3, self._suggestion),
            (1, self._note),
        ]

    def next(self, sight: Sight) -> Action:
        """What comes next. Where a dialog or menu is open, something in it, or away with it."""
        window = sight.window
        if window["window"] is None:
            return Action("back to the window", (("bring_back", window["main"]),))
        if window["popup"] or window["modal"] or window["window"] != "MainWindow":
            return self._inside(sight)
        weights = [weight for weight, _ in self._operations]
        (operation,) = self.chance.choices(
            [operation for _, operation in self._operations], weights
        )
        return operation(sight)

    # In the text

    def _mark_by_mouse(self, sight: Sight) -> Action:
        if not sight.words:
            return self._keys("go to the text", "ctrl+1", "ctrl+home")
        start, end = self._stretch(sight)
        steps = [("drag", *start[:2], *end[:2]), ("key", self.chance.choice("1234567"))]
        return Action("mark by mouse", tuple(steps))

    def _mark_by_keys(self, _sight: Sight) -> Action:
        words = self.chance.randint(1, 3)
        grow = ["ctrl+shift+right"] * words
        move = [self.chance.choice(("ctrl+right", "down", "ctrl+left", "."))] * 3
        return self._keys("mark by keys", "ctrl+1", *move, *grow, self.chance.choice("1234567"))

    def _quote(self, sight: Sight) -> Action:
        if not sight.words:
            return self._keys("quote the quoted", "ctrl+1", "e", "q")
        start, end = self._stretch(sight)
        return Action("quote", (("drag", *start[:2], *end[:2]), ("key", "q")))

    def _part(self, sight: Sight) -> Action:
        if not sight.words:
            return self._keys("cue at the caret", "ctrl+1", "c")
        start, end = self.chance.choice(sight.words)
        key = self.chance.choice(("c", "s", "a", "shift+q"))
        return Action("part of a quote", (("drag", *start[:2], *end[:2]), ("key", key)))

    def _go(self, _sight: Sight) -> Action:
        keys = self.chance.choices(_GOING, k=self.chance.randint(1, 4))
        return self._keys(
            "go", "ctrl+1", *(f"shift+{k.lower()}" if k.isupper() else k for k in keys)
        )

    def _shape(self, _sight: Sight) -> Action:
        return self._keys("shape", *self.chance.choices(_SHAPING, k=self.chance.randint(1, 3)))

    def _click_word(self, sight: Sight) -> Action:
        if not sight.words:
            return self._keys("top", "ctrl+1", "ctrl+home")
        start, end = self.chance.choice(sight.words)
        at = ((start[0] + end[0]) // 2, start[1])
        return Action("click a word", (("click", *at, 1, self.chance.choice((1, 1, 2))),))

    def _stretch(self, sight: Sight) -> tuple[Any, Any]:
        """From the start of a word to the end of one near it."""
        start, end = self.chance.choice(sight.words)
        if self.chance.random() < 0.5:
            near = [other for other in sight.words if abs(other[1][1] - start[1]) < _MAXIMAL]
            end = self.chance.choice(near)[1]
        return start, end

    def _suggestion(self, _sight: Sight) -> Action:
        keys = self.chance.choices(("tab", "tab", "shift+tab", "enter", "backspace", "g"), k=3)
        return self._keys("suggestions", "ctrl+1", *keys)

    def _note(self, _sight: Sight) -> Action:
        steps = [("key", "ctrl+1"), ("key", "j"), ("key", "n"), ("type", self._word())]
        return Action("note", (*steps, ("key", "ctrl+enter"), ("key", "esc")))

    # In the lists

    def _wheel(self, sight: Sight) -> Action:
        at = self._somewhere(sight, "list", "page", "list")
        notches = self.chance.choice((-3, -1, 1, 2, 5, 9))
        return Action("wheel", (("wheel", *at, notches),)) if at else self._go(sight)

    def _walk_in_list(self, _sight: Sight) -> Action:
        to = self.chance.choice(("ctrl+2", "ctrl+3", "ctrl+2", "ctrl+3", "ctrl+l"))
        keys = self.chance.choices(_LIST_KEYS, k=self.chance.randint(1, 3))
        more = ("tab",) if to == "ctrl+l" else ()
        return self._keys("walk in a list", to, *more, *keys)

    def _click_row(self, sight: Sight) -> Action:
        at = self._somewhere(sight, "list")
        if at is None:
            return self._go(sight)
        button = self.chance.choice((1, 1, 1, 1, 3))
        return Action("click a row", (("click", *at, button, self.chance.choice((1, 1, 2))),))

    def _rename(self, _sight: Sight) -> Action:
        end = self.chance.choice(("enter", "enter", "esc", "tab"))
        steps: list[Step] = [("key", "ctrl+3"), ("key", "f2"), ("type", self._word())]
        if self.chance.random() < 0.3:
            return Action("rename and leave it", tuple(steps))
        return Action("rename", (*steps, ("key", end)))

    def _filter(self, _sight: Sight) -> Action:
        start: Step = ("key", "ctrl+l")
        if self.chance.random() < 0.5:
            return Action("filter", (start, ("type", self.chance.choice(_LETTERS))))
        return Action("clear the filter", (start, ("key", "esc")))

    def _hover(self, sight: Sight) -> Action:
        at = self._somewhere(sight, "list", "page", "button", "map", "bar", "tabs")
        return Action("hover", (("move", *at),)) if at else self._go(sight)

    # Articles and edits

    def _other_article(self, _sight: Sight) -> Action:
        key = self.chance.choice(("alt+right", "alt+left", "ctrl+pgdown"))
        return self._keys("another article", key)

    def _undo(self, _sight: Sight) -> Action:
        keys = self.chance.choices(("ctrl+z", "ctrl+z", "ctrl+y"), k=self.chance.randint(1, 4))
        return self._keys("undo and redo", *keys)

    def _delete(self, _sight: Sight) -> Action:
        place = self.chance.choice((["ctrl+1", "j"], ["ctrl+2"], ["ctrl+3"]))
        return self._keys("delete", *place, "del")

    def _done(self, _sight: Sight) -> Action:
        return self._keys("done", self.chance.choice(("ctrl+enter", "ctrl+shift+enter")))

    # Around

    def _find(self, _sight: Sight) -> Action:
        word = self.chance.choice(("the", "a", "er", "said", "xyz"))
        end = self.chance.choice((["esc"], ["f3"], ["enter", "enter", "esc"], []))
        steps: list[Step] = [("key", "ctrl+f"), ("type", word)]
        return Action("find", (*steps, *(("key", key) for key in end)))

    def _view(self, _sight: Sight) -> Action:
        return self._keys("view", self.chance.choice(_VIEWS))

    def _look(self, _sight: Sight) -> Action:
        return self._by_name(self.chance.choice(_LOOKS))

    def _dialog(self, _sight: Sight) -> Action:
        return self._keys("dialog", self.chance.choice(_DIALOGS))

    def _file_dialog(self, _sight: Sight) -> Action:
        return self._keys("file dialog", self.chance.choice(_FILE_DIALOGS))

    def _named_dialog(self, _sight: Sight) -> Action:
        return self._by_name(self.chance.choice(_BY_NAME))

    def _menu(self, _sight: Sight) -> Action:
        down = ["down"] * self.chance.randint(0, 9)
        across = ["right"] * self.chance.randint(0, 4)
        return self._keys("menu", "alt+f", *across, *down)

    def _resize(self, sight: Sight) -> Action:
        width, height = self._screen
        size = self.chance.randint(width // 2, width - 20), self.chance.randint(400, height - 50)
        steps = [] if not self._maximised else [("maximise", sight.window["main"])]
        self._maximised = False
        return Action("resize", (*steps, ("resize", sight.window["main"], *size)))

    def _maximise(self, sight: Sight) -> Action:
        self._maximised = not self._maximised
        return Action("maximise", (("maximise", sight.window["main"]),))

    def _minimise(self, sight: Sight) -> Action:
        main = sight.window["main"]
        return Action("minimise and back", (("minimise", main), ("rest",), ("bring_back", main)))

    def _splitter(self, sight: Sight) -> Action:
        return self._pull(sight, "handle")

    def _bar(self, sight: Sight) -> Action:
        return self._pull(sight, "bar")

    def _pull(self, sight: Sight, kind: str) -> Action:
        at = self._somewhere(sight, kind)
        if at is None:
            return self._view(sight)
        by = self.chance.randint(-150, 150), self.chance.randint(-150, 150)
        to = [
            max(1, min(side - 2, old + d))
            for old, d, side in zip(at, by, self._screen, strict=True)
        ]
        return Action(f"pull a {kind}", (("drag", *at, *to),))

    def _button(self, sight: Sight) -> Action:
        at = self._somewhere(sight, "button", "map", "tabs")
        return Action("click a button", (("click", *at, 1, 1),)) if at else self._view(sight)

    def _inside(self, sight: Sight) -> Action:
        """Something harmless in a dialog or menu; most often Esc."""
        chance = self.chance.random()
        if chance < 0.55:
            return self._keys("away", "esc")
        if chance < 0.7:
            keys = self.chance.choices(("down", "up", "pgdown", "end", "home", "tab"), k=3)
            return self._keys("keys in a dialog", *keys)
        kinds = ("list", "tabs", "bar", "combo", "line")
        if chance < 0.8 and (at := self._somewhere(sight, *kinds)):
            return Action("wheel in a dialog", (("wheel", *at, self.chance.choice((-2, 2, 5))),))
        if chance < 0.9 and (at := self._somewhere(sight, *kinds)):
            return Action("click in a dialog", (("click", *at, 1, 1),))
        if chance < 0.95 and sight.spots("line"):
            return Action("type in a dialog", (("type", self._word()),))
        at = self._somewhere(sight, *kinds, "button")
        return Action("hover in a dialog", (("move", *at),)) if at else self._keys("away", "esc")

    def _by_name(self, words: str) -> Action:
        steps = (("key", "ctrl+k"), ("rest",), ("type", words), ("rest",), ("key", "enter"))
        return Action(f"{words}, by name", steps)

    def _somewhere(self, sight: Sight, *kinds: str) -> tuple[int, int] | None:
        """A place on something of one of these kinds, which are as likely as often they stand."""
        for kind in self.chance.sample(kinds, len(kinds)):
            spots = sight.spots(kind)
            if spots:
                left, top, width, height = self.chance.choice(spots)["rect"]
                x = left + self.chance.randrange(1, width - 1)
                return x, top + self.chance.randrange(1, height - 1)
        return None

    def _word(self) -> str:
        return "".join(self.chance.choices(_LETTERS, k=self.chance.randint(1, 7)))

    def _keys(self, name: str, *keys: str) -> Action:
        return Action(name, tuple(("key", key) for key in keys))
