"""How many key presses and clicks the gold of the seed article costs, counted in the real window.

An annotator who knows the article starts from its bare text with suggestions off and does what the
keys offer: W to the next name, Alt and a digit for all of its occurrences, E to the next quoted
words, Q for the quote. What that does not give is selected with one drag of the mouse. Every key
press, click and drag counts as one action.
"""

import contextlib
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from annotator.cli import main
from annotator.core.annotation import Annotation
from annotator.core.models import Mention, Quote, RoleSpan
from annotator.core.occurrences import OccurrenceQuery, occurrences
from annotator.core.suggestion import SuggestedMention, SuggestedQuote
from annotator.store import Project
from annotator.ui.lists.entity_picker import EntityPicker
from annotator.ui.session import SelectedItem
from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import WIDE, Driver, run_main
from tests.ui.suggestions.waiting import offered, suggesting

GOLD = Path(__file__).resolve().parents[3] / "shared" / "gold" / "shafaq.jsonl"
_ALT = Qt.KeyboardModifier.AltModifier
_NONE = Qt.KeyboardModifier.NoModifier
_TYPES = ("direct", "indirect", "mixed", "free_indirect", "reported", "unknown")
_ROLE_KEYS = {"content": "Q", "cue": "c", "source": "s", "addressee": "a"}


class Gesture(NamedTuple):
    """What one kind of thing costs in a program: how many there are, and the actions for each."""

    program: str
    what: str
    count: int
    actions: float
    how: str

    @property
    def cost(self) -> float:
        return self.count * self.actions


class Count(NamedTuple):
    """The actions spent, the spans made, and whether the result equals the gold."""

    actions: int
    spans: int
    equal: bool
    how: str = "suggestions off"


def neighbours(gold: Annotation) -> list[Gesture]:
    """What the same gold costs elsewhere, by the gestures that each program documents.

    None of them has a quote or an entity of several mentions: roles and coreference are relations
    between two spans there. Scrolling and choosing among overlapping spans is not counted.
    """
    mentions, entities = len(gold.mentions), len(gold.entities)
    parts = sum(len(quote.spans) for quote in gold.quotes.values())
    spans = mentions + parts
    links = (parts - len(gold.quotes)) + len(gold.quotes) + (mentions - entities)
    return [
        Gesture("doccano", "span", spans, 2, "drag, label key"),
        Gesture("doccano", "relation", links, 3, "relation type, first span, second span"),
        Gesture("Label Studio", "span", spans, 2, "label key, drag"),
        Gesture("Label Studio", "relation", links, 4, "click a region, Alt+R, other region, label"),
        Gesture("Prodigy", "span", spans, 2, "label key, drag"),
        Gesture("Prodigy", "relation", links, 3, "label key, first token, second token"),
    ]


def count_actions(folder: Path, *, suggested: bool = False) -> Count:
    """Annotate the seed article in the window up to its gold, with suggestions or without."""
    gold = _gold(folder)
    settings = Settings(settings_path())
    settings.set_choice("no_suggestions", on=not suggested)
    settings.save()
    os.environ["LOGNAME"] = "ada"
    project = folder / "seed.annotator"
    seed = next((Path(__file__).resolve().parents[2] / "seeds").glob("*.txt"))
    assert main(["new", str(project)]) == 0
    assert main(["import", str(project), str(seed)]) == 0
    result: list[Count] = []

    def script(driver: Driver) -> None:
        hand = Deciding(driver, gold) if suggested else Hand(driver, gold)
        hand.annotate()
        equal = _plain(driver.annotation()) == _plain(gold)
        spans = len(gold.mentions) + sum(len(q.spans) for q in gold.quotes.values())
        how = "suggestions on" if suggested else "suggestions off"
        result.append(Count(hand.actions, spans, equal, how))

    run_main([str(project)], script, size=WIDE)
    return result[0]


class Hand:
    """Does with keys and mouse what the gold asks for, and counts."""

    def __init__(self, driver: Driver, gold: Annotation) -> None:
        self._driver = driver
        self._gold = gold
        self.actions = 0
        labels = driver.window.session.scheme.labels
        self._keys = {label.name: label.key for label in labels}

    def annotate(self) -> None:
        """All names first, then all quotes."""
        self._names_by_key()
        for mention in sorted(self._gold.mentions.values(), key=lambda m: m.start):
            if not self._is_marked(mention):
                self._select(mention.start, mention.end)
                self._mark(mention)
        for quote in sorted(self._gold.quotes.values(), key=lambda q: q.start):
            self._quote(quote)

    # Names

    def _names_by_key(self) -> None:
        """Go from name to name until W comes round."""
        seen: set[tuple[int, int]] = set()
        while True:
            self._press("w")
            span = self._driver.view.selection()
            if span is None or span in seen:
                return
            seen.add(span)
            mention = self._gold_at(*span)
            if mention is None:
                mention = self._after_shortening(span)
            if mention is not None:
                self._mark(mention)

    def _after_shortening(self, span: tuple[int, int]) -> Mention | None:
        """Take a word off the front where the name begins one word later."""
        text = self._driver.text()
        rest = text.find(" ", span[0], span[1]) + 1
        mention = self._gold_at(rest, span[1]) if rest else None
        if mention is not None:
            self._press("}")
        return mention

    def _mark(self, mention: Mention) -> None:
        label = self._gold.entities[mention.entity_id].label
        places = occurrences(self._driver.text(), OccurrenceQuery(mention.text))
        wanted = [self._gold_at(*place) for place in places]
        everywhere = len(wanted) > 1 and all(
            other is not None and other.entity_id == mention.entity_id for other in wanted
        )
        self._press(self._keys[label], _ALT if everywhere else _NONE)
        self._join(mention)

    def _join(self, mention: Mention) -> None:
        """Let the new mention join the entity that has other names."""
        annotation = self._driver.annotation()
        (made,) = [
            m
            for m in annotation.mentions_at(mention.start, mention.end)
            if annotation.entities[m.entity_id].label
            == self._gold.entities[mention.entity_id].label
        ]
        for other in self._gold.mentions_of(mention.entity_id):
            for there in annotation.mentions_at(other.start, other.end):
                same = annotation.entities[there.entity_id].label == (
                    annotation.entities[made.entity_id].label
                )
                if there.entity_id != made.entity_id and same:
                    self._press("p")
                    self._choose(there.entity_id)
                    return

    def _is_marked(self, mention: Mention) -> bool:
        annotation = self._driver.annotation()
        label = self._gold.entities[mention.entity_id].label
        there = annotation.mentions_at(mention.start, mention.end)
        return any(annotation.entities[m.entity_id].label == label for m in there)

    def _gold_at(self, start: int, end: int) -> Mention | None:
        return next(iter(self._gold.mentions_at(start, end)), None)

    # Quotes

    def _quote(self, wanted: Quote) -> None:
        parts = wanted.parts("content")
        self._press("e")
        found = self._driver.view.selection()
        whole = (parts[0].start, parts[-1].end)
        if found is None or found[0] != whole[0] or (found != whole and len(parts) == 1):
            self._select(*whole)
        self._press("q")
        quote = self._picked()
        if self._offered(wanted):
            self._press(Qt.Key.Key_Return)
        for part in wanted.spans:
            if not _has(self._now(quote), part):
                self._replace(quote, part)
        self._set_speaker(quote, wanted)
        self._set_type(quote, wanted)

    def _replace(self, quote: Quote, part: RoleSpan) -> None:
        """Select the words of a role and give it to them; what is wrong elsewhere goes first."""
        wrong = [p for p in self._now(quote).parts(part.role) if p not in self._wanted_parts(part)]
        for other in wrong:
            if other.end <= part.start or part.end <= other.start:
                self._delete(quote, other)
        self._select(part.start, part.end)
        self._press(_ROLE_KEYS[part.role])

    def _delete(self, quote: Quote, part: RoleSpan) -> None:
        """Click on a part until it is picked, and delete it."""
        for _ in range(4):
            self.actions += 1
            self._driver.click(part.start)
            selected = self._driver.window.session.selected_item
            if selected is not None and (selected.id, selected.part) == (quote.id, part):
                break
        self._press(Qt.Key.Key_Delete)

    def _wanted_parts(self, part: RoleSpan) -> list[RoleSpan]:
        return [
            s for quote in self._gold.quotes.values() for s in quote.spans if s.role == part.role
        ]

    def _set_speaker(self, quote: Quote, wanted: Quote) -> None:
        names = [self._gold.entities[id_].name for id_ in wanted.speakers]
        annotation = self._driver.annotation()
        if [annotation.entities[id_].name for id_ in self._now(quote).speakers] == names:
            return
        self._press("s")
        self._answer_picker(wanted)

    def _offered(self, wanted: Quote) -> bool:
        """Whether the right speaker is offered for Return to accept."""
        name = self._gold.entities[wanted.speakers[0]].name
        return self._driver.said().startswith(f"Said by {name}?")

    def _answer_picker(self, wanted: Quote) -> None:
        popup = QApplication.activePopupWidget()
        if isinstance(popup, EntityPicker):
            name = self._gold.entities[wanted.speakers[0]].name
            annotation = self._driver.annotation()
            self._choose(next(e.id for e in annotation.entities.values() if e.name == name))

    def _set_type(self, quote: Quote, wanted: Quote) -> None:
        if self._now(quote).type != wanted.type:
            self._press("t")
            assert isinstance(QApplication.activePopupWidget(), QMenu)
            self._press(str(_TYPES.index(wanted.type) + 1))

    def _picked(self) -> Quote:
        quote = self._driver.window.session.selected_quote()
        assert quote is not None, self._driver.said()
        return quote

    def _now(self, quote: Quote) -> Quote:
        return self._driver.annotation().quotes[quote.id]

    # Hands

    def _press(self, key: Qt.Key | str, modifiers: Qt.KeyboardModifier = _NONE) -> None:
        self.actions += 1
        if isinstance(key, str) and key.isupper():
            modifiers |= Qt.KeyboardModifier.ShiftModifier
        self._driver.key(key, modifiers=modifiers)

    def _select(self, start: int, end: int) -> None:
        """One drag, by words where that gives what is wanted."""
        self.actions += 1
        self._driver.drag(start, end)
        if self._driver.view.selection() != (start, end):
            self._driver.drag(start, end, _ALT)

    def _choose(self, entity_id: str) -> None:
        """Take an entity from the open picker: Return if it is first, else by arrow."""
        picker = QApplication.activePopupWidget()
        assert isinstance(picker, EntityPicker)
        for _ in range(picker.model.rowCount()):
            choice = picker.view.currentIndex().data(Qt.ItemDataRole.UserRole)
            if choice.value == entity_id:
                break
            self._press(Qt.Key.Key_Down)
        self._press(Qt.Key.Key_Return)


class Deciding(Hand):
    """Decides on what is suggested first, and then does and mends the rest as ever."""

    def annotate(self) -> None:
        """Suggestions in the order of the text, then names, then quotes."""
        offered(self._driver)
        self._press(Qt.Key.Key_Tab)
        while (made := suggesting(self._driver).current) is not None:
            if isinstance(made, SuggestedMention):
                self._decide_mention(made)
            else:
                known = any(_same(made, quote) for quote in self._gold.quotes.values())
                self._press(Qt.Key.Key_Return if known else Qt.Key.Key_Backspace)
        for mention in sorted(self._gold.mentions.values(), key=lambda m: m.start):
            if not self._is_marked(mention):
                self._select(mention.start, mention.end)
                self._mark(mention)
            else:
                self._unite(mention)
        for quote in sorted(self._gold.quotes.values(), key=lambda q: q.start):
            self._quote(quote)

    def _decide_mention(self, made: SuggestedMention) -> None:
        gold = self._gold_at(made.start, made.end)
        label = self._gold.entities[gold.entity_id].label if gold is not None else ""
        if gold is None:
            self._press(Qt.Key.Key_Backspace)
        else:
            self._press(Qt.Key.Key_Return if made.label == label else self._keys[label])

    def _unite(self, mention: Mention) -> None:
        """Let a mention that was accepted join the entity that the gold gives it."""
        annotation = self._driver.annotation()
        (made,) = annotation.mentions_at(mention.start, mention.end)
        first = min(self._gold.mentions_of(mention.entity_id), key=lambda m: m.start)
        there = annotation.mentions_at(first.start, first.end)
        if there and there[0].entity_id != made.entity_id:
            self.actions += 1
            self._driver.click(mention.start)
            self._join(mention)

    def _quote(self, wanted: Quote) -> None:
        """Mend the quote that was accepted; where there is none, make it."""
        annotation = self._driver.annotation()
        quote = next((q for q in annotation.quotes.values() if _same(q, wanted)), None)
        if quote is None:
            super()._quote(wanted)
            return
        if not self._is_as(quote, wanted):
            self.actions += 1
            self._driver.window.session.select(SelectedItem("quote", quote.id))
            for part in wanted.spans:
                if not _has(self._now(quote), part):
                    self._replace(quote, part)
            self._set_speaker(quote, wanted)
            self._set_type(quote, wanted)

    def _is_as(self, quote: Quote, wanted: Quote) -> bool:
        entities = self._driver.annotation().entities
        names = [self._gold.entities[id_].name for id_ in wanted.speakers]
        same = all(_has(quote, part) for part in wanted.spans) and quote.type == wanted.type
        return same and [entities[id_].name for id_ in quote.speakers] == names


def _same(one: SuggestedQuote | Quote, other: Quote) -> bool:
    """Whether both have the very same content."""
    return [(p.start, p.end) for p in one.parts("content")] == [
        (p.start, p.end) for p in other.parts("content")
    ]


def _has(quote: Quote, part: RoleSpan) -> bool:
    return (part.role, part.start, part.end) in {(s.role, s.start, s.end) for s in quote.spans}


def _plain(annotation: Annotation) -> tuple[object, ...]:
    """What counts as the same work: spans, labels, clusters, roles, types and speakers."""
    entities = {
        (entity.label, frozenset((m.start, m.end) for m in annotation.mentions_of(entity.id)))
        for entity in annotation.entities.values()
    }
    quotes = {
        (
            quote.type,
            frozenset((s.role, s.start, s.end) for s in quote.spans),
            frozenset(min(m.start for m in annotation.mentions_of(id_)) for id_ in quote.speakers),
        )
        for quote in annotation.quotes.values()
    }
    return entities, quotes


def _gold(folder: Path) -> Annotation:
    path = folder / "gold.annotator"
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(GOLD)]) == 0
    with Project.open(path) as project:
        name = project.annotators()[0]
        key = project.article_keys(annotator=name)[0]
        return project.annotation(key, name)


def table(count: Count, elsewhere: Sequence[Gesture]) -> list[str]:
    """The figures as lines: ours, then one row for each gesture of each neighbour."""
    verdict = "equal to the gold" if count.equal else "NOT equal to the gold"
    lines = [
        f"Annotator, {count.how}: {count.actions} actions for {count.spans} spans, "
        f"{count.actions / count.spans:.2f} a span, {verdict}"
    ]
    for program in dict.fromkeys(gesture.program for gesture in elsewhere):
        rows = [gesture for gesture in elsewhere if gesture.program == program]
        total = sum(row.cost for row in rows)
        lines += [
            f"  {row.program}: {row.count} × {row.what} at {row.actions:g} ({row.how})"
            f" = {row.cost:g}"
            for row in rows
        ]
        lines.append(f"  {program}: {total:g} actions, {total / count.spans:.2f} a span")
    return lines


def report(folder: Path) -> list[str]:
    """Count in a window of its own, below `folder`, and compare."""
    from annotator.ui.app import application

    application()
    for name in ("ours", "suggested", "theirs"):
        (folder / name).mkdir()
    quiet = io.StringIO()
    with contextlib.redirect_stdout(quiet):
        count = count_actions(folder / "ours")
        quicker = count_actions(folder / "suggested", suggested=True)
        gold = _gold(folder / "theirs")
    return [*table(quicker, ()), *table(count, neighbours(gold))]


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as name:
        for variable in ("CONFIG", "DATA", "STATE", "CACHE"):
            os.environ[f"XDG_{variable}_HOME"] = name
        print("\n".join(report(Path(name))))
