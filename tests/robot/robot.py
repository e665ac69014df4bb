"""The robot: it works in the window for a while, and holds it to what it shows and what it saved.

A round is a project of its own with its languages and looks, and so many actions in it. After each
action, when nothing moves any more, the screen is photographed as it is and with everything painted
anew: any difference is a fault. Now and then other programs work on the project, the window is
killed and started again, and what it called saved is looked for in the file.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tests.robot.actor import Action, Actor, Sight, Step
from tests.robot.display import Display, Photograph
from tests.robot.hands import Hands
from tests.robot.project import make_project, make_settings, other_project, records_to_import
from tests.robot.record import Record, damage
from tests.robot.window import Window, WindowGone, environment

_PROCESS_PATIENCE: Final = 300.0
_KILLED: Final = 0.012
"""How likely each action is a SIGKILL; and the following ones."""
_QUIT: Final = 0.008
_BESIDE: Final = 0.03
_CAME_BACK: Final = 0.05
_COMMANDS: Final = ("stats", "check", "import", "merge")
_BAD_WORDS: Final = ("Traceback", "QPainter", "QBackingStore", "QObject::", "Error:")


@dataclass(frozen=True)
class Fault:
    """Something that must not be: in words, and the folder with its pictures and actions."""

    words: str
    folder: Path

    def __str__(self) -> str:
        return f"{self.words}\n    {self.folder}"


@dataclass
class Outcome:
    """What came of it."""

    counts: Counter[str] = field(default_factory=Counter)
    """By name: actions, photographs, comparisons, stale pixels, kills, and so on."""
    faults: list[Fault] = field(default_factory=list)
    seeds: list[str] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Count what came of another round as well."""
        self.counts.update(other.counts)
        self.faults += other.faults
        self.seeds += other.seeds

    def table(self) -> str:
        """All figures, one a line."""
        lines = [f"{count:>9,}  {name}" for name, count in sorted(self.counts.items())]
        return "\n".join([*lines, f"seeds: {', '.join(self.seeds)}"])


class Round:
    """One project, and a hand that works in it."""

    def __init__(
        self, display: Display, folder: Path, seed: int, planted: Iterable[str] = ()
    ) -> None:
        """`planted` names faults of `tests.robot.planted` that the window shall have."""
        self._display = display
        self._folder = folder
        self._seed = seed
        self._home = folder / "home"
        self._home.mkdir(parents=True)
        self._planted = ",".join(planted)
        self._chance = random.Random(f"round {seed}")
        self._actor = Actor(seed, screen=display.size)
        self._record = Record()
        self._done: list[Action] = []
        self._lives = 0
        self._window: Window | None = None
        self._beside: list[tuple[str, subprocess.Popen[str]]] = []
        self._kept: dict[str, Any] | None = None
        self.outcome = Outcome(seeds=[str(seed)])
        self._project = make_project(self._home / "news.annotator", self._chance)
        make_settings(self._home, self._chance)
        self._steps: dict[str, Callable[..., object]] = {
            "start": self._start,
            "kill": self._kill,
            "quit": self._quit,
            "beside": self._work_beside,
            "rest": self._rest,
            "keep lists": self._keep_lists,
            "compare lists": self._compare_lists,
        }

    @property
    def window(self) -> Window:
        """The window that is open. Raises WindowGone."""
        if self._window is None:
            raise WindowGone("no window is open")
        return self._window

    def work(self, actions: int, until: float = float("inf")) -> Outcome:
        """Do so many actions of the seed's choice, or fewer if the clock says so."""
        return self._play(self._choices(actions, until))

    def replay(self, actions: Iterable[Action]) -> Outcome:
        """Do again what was done."""
        return self._play(actions)

    # Doing

    def _play(self, actions: Iterable[Action]) -> Outcome:
        hands = Hands(self._display)
        self._steps.update(
            key=hands.press,
            type=hands.type,
            move=hands.move,
            click=hands.click,
            drag=hands.drag,
            wheel=hands.wheel,
            resize=hands.resize,
            maximise=hands.maximise,
            minimise=hands.minimise,
            bring_back=hands.bring_back,
        )
        try:
            for action in actions:
                self._act(action)
        except WindowGone as gone:
            self._report(f"the window is gone: {gone}")
        finally:
            self._finish()
            hands.close()
        return self.outcome

    def _choices(self, actions: int, until: float) -> Iterable[Action]:
        yield Action("start", (("start",),))
        for _ in range(actions):
            if time.monotonic() > until:
                break
            yield self._choose()
        quits = self._chance.random() < 0.5 and _is_free(self.window.look())
        yield Action("end", (("quit",) if quits else ("kill",),))

    def _choose(self) -> Action:
        sight = Sight(self.window.look(), self.window.words(self._chance.randrange(1 << 30)))
        free = _is_free(sight.window)
        lot = self._chance.random()
        if lot < _KILLED:
            return Action("kill and start", (("kill",), ("start",)))
        if lot < _KILLED + _QUIT and free:
            return Action("quit and start", (("quit",), ("start",)))
        if lot < _KILLED + _QUIT + _BESIDE:
            return Action("work beside", (("beside", self._chance.choice(_COMMANDS)),))
        if lot < _KILLED + _QUIT + _BESIDE + _CAME_BACK and free:
            there = (("key", "esc"), ("key", "ctrl+1"), ("rest",), ("keep lists",))
            away = (("key", "alt+right"), ("rest",), ("key", "alt+left"), ("rest",))
            return Action("away and back", (*there, *away, ("compare lists",)))
        return self._actor.next(sight)

    def _act(self, action: Action) -> None:
        self._done.append(action)
        for step in action.steps:
            self._step(step)
        self.outcome.counts["actions"] += 1
        self._compare(action)

    def _step(self, step: Step) -> None:
        name, *details = step
        self._steps[name](*details)

    def _start(self) -> None:
        self._lives += 1
        arguments = [str(self._project)]
        self._window = Window(self._display, self._home, arguments, self._lives, self._planted)
        self._window.wait_until_open()

    def _kill(self) -> None:
        self.window.kill()
        self.outcome.counts["kills"] += 1
        self._look_for_what_was_saved()

    def _quit(self) -> None:
        """Close the window; a question whether to is answered by SIGKILL."""
        self._steps["key"]("ctrl+q")
        try:
            code = self.window.wait_until_closed()
        except WindowGone as gone:
            self._report(str(gone))
            self.window.kill()
        else:
            self.outcome.counts["quits"] += 1
            if code:
                self._report(f"the window ended with {code}")
        self._look_for_what_was_saved()

    def _work_beside(self, command: str) -> None:
        """Start another program on the project; what it said is looked at later."""
        number = len(list(self._home.glob("beside*")))
        made = self._home / f"beside{number}.{'jsonl' if command == 'import' else 'annotator'}"
        arguments = [command, str(self._project)]
        if command == "import":
            records_to_import(made, number)
            arguments.append(str(made))
        elif command == "merge":
            other_project(made, self._project)
            arguments.append(str(made))
        else:
            made.touch()
        process = subprocess.Popen(
            [sys.executable, "-m", "annotator", *arguments],
            env=environment(self._display, self._home),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._beside.append((" ".join(arguments), process))
        if self._chance.random() < 0.5:
            self._collect()

    def _collect(self) -> None:
        """Wait for the programs that work beside the window."""
        for command, process in self._beside:
            words, _ = process.communicate(timeout=_PROCESS_PATIENCE)
            self.outcome.counts["second processes"] += 1
            if process.returncode:
                self._report(f"annotator {command} ended with {process.returncode}: {words}")
        self._beside.clear()

    # Comparing

    def _compare(self, action: Action) -> None:
        """The screen as it is with the screen as it is when everything is painted anew."""
        if self._window is None:
            return
        if not self.window.rest():
            self.outcome.counts["never at rest"] += 1
        before, after = self.window.before_and_after_painting()
        self.outcome.counts["photographs"] += 2
        self.outcome.counts["comparisons of the screen"] += 1
        if before != after:
            self._report_stale(action, before, after)
        bugs = self.window.look()["bugs"]
        if bugs:
            self._report(f"after {action.name}: {bugs[0]}")
            raise WindowGone("it met a bug")

    def _report_stale(self, action: Action, before: Photograph, after: Photograph) -> None:
        number = before.differing(after)
        self.outcome.counts["stale pixels"] += number
        place = before.bounds(after)
        folder = self._report(f"after {action.name}: {number} stale pixels at {place}")
        before.save(folder / "before.png")
        after.save(folder / "after.png")
        before.difference(after).save(folder / "difference.png")

    def _rest(self) -> None:
        self.window.rest()

    def _keep_lists(self) -> None:
        self._kept = self.window.lists()

    def _compare_lists(self) -> None:
        """The lists as they were with those of the same article freshly opened."""
        kept, now = self._kept, self.window.lists()
        if kept is None or now is None or kept["article"] != now["article"]:
            return
        self.outcome.counts["comparisons of lists"] += 1
        if kept != now:
            folder = self._report(
                f"the lists of {now['article']} show something else when reopened"
            )
            (folder / "lists.json").write_text(json.dumps([kept, now], indent=1), encoding="utf-8")

    def _look_for_what_was_saved(self) -> None:
        """After the end of a window: what it called saved is in the file."""
        window, self._window = self.window, None
        self._collect()
        bad = [line for line in window.said().splitlines() if any(b in line for b in _BAD_WORDS)]
        if bad:
            self._report(f"the window wrote: {bad[0]}\n{window.said()[-4000:]}")
        before = self._record.acknowledged
        self._record.read(window.acknowledgements)
        self.outcome.counts["acknowledged edits"] += self._record.acknowledged - before
        lost = self._record.lost(self._project)
        self.outcome.counts["lost"] += len(lost)
        for words in (*lost, *damage(self._project)):
            self._report(words)

    def _finish(self) -> None:
        """Let nothing of ours run on, and ask the program itself what it finds in the file."""
        if self._window is not None:
            self._window.kill()
            self._look_for_what_was_saved()
        self._collect()
        self.outcome.counts["rounds"] += 1
        done = subprocess.run(
            [sys.executable, "-m", "annotator", "check", str(self._project)],
            env=environment(self._display, self._home),
            capture_output=True,
            text=True,
            timeout=_PROCESS_PATIENCE,
            check=False,
        )
        if done.returncode:
            self._report(f"annotator check: {done.stdout}{done.stderr}")

    def _report(self, words: str) -> Path:
        """Keep what is needed to look at the fault and to meet it again."""
        folder = self._folder / f"fault{len(self.outcome.faults)}"
        folder.mkdir()
        about = {"seed": self._seed, "words": words, "screen": self._display.size}
        (folder / "about.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        write_actions(folder / "actions.jsonl", self._done)
        self.outcome.faults.append(Fault(words, folder))
        return folder


def _is_free(window: dict[str, Any]) -> bool:
    """Whether the main window has the keyboard, and nothing is open over it."""
    return not (window["modal"] or window["popup"]) and window["window"] == "MainWindow"


def write_actions(path: Path, actions: Iterable[Action]) -> None:
    """Keep actions for `read_actions`."""
    with path.open("w", encoding="utf-8") as file:
        for action in actions:
            file.write(json.dumps([action.name, action.steps]) + "\n")


def read_actions(path: Path) -> list[Action]:
    """What `write_actions` kept."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        Action(name, tuple(tuple(step) for step in steps)) for name, steps in map(json.loads, lines)
    ]
