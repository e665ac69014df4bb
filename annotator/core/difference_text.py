"""Differences between annotators as text: "same quote; Ada includes *that*; Ben has no cue"."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Final

from annotator.core.alignment import PARTS, AlignedGroup, Comparison
from annotator.core.models import Mention, Quote

_MAX_LENGTH: Final = 60
_EMPTY: Final[frozenset[int]] = frozenset()


def group_text(side: Comparison, group: AlignedGroup) -> str:
    """Return what the group is and in what the annotators differ, as one line."""
    return "; ".join([title(side, group), *differences(side, group)])


def title(side: Comparison, group: AlignedGroup) -> str:
    """Return the text of the group, and who has it if not all annotators do."""
    what = "quote" if group.kind == "quote" else "mention"
    text = f"“{quoted_text(group)}”"
    if not group.absent:
        return f"same {what} {text}" if len(group.items) > 1 else f"{what} {text}"
    return f"{what} {text} only by {join_names(group.items)}"


def differences(side: Comparison, group: AlignedGroup) -> list[str]:
    """Return in what those who have it differ, part by part; empty if they agree."""
    if len(group.takes) < 2:
        return []
    if group.kind == "mention":
        return _mention_differences(side, group)
    return _quote_differences(side, group)


def join_names(names: Iterable[str]) -> str:
    """Return the names as a list in text: `Ada`, `Ada and Ben`, `Ada, Ben and Cy`."""
    all_names = list(names)
    if len(all_names) < 2:
        return "".join(all_names)
    return f"{', '.join(all_names[:-1])} and {all_names[-1]}"


def _mention_differences(side: Comparison, group: AlignedGroup) -> list[str]:
    mentions = {name: item for name, item in group.items.items() if isinstance(item, Mention)}
    spans = {
        name: frozenset(range(mention.start, mention.end)) for name, mention in mentions.items()
    }
    labels = {n: side.works[n].entities[m.entity_id].label for n, m in mentions.items()}
    numbers = {n: side.entity_of(n, m.entity_id) for n, m in mentions.items()}
    names = {n: side.works[n].entities[m.entity_id].name for n, m in mentions.items()}
    found = _span_differences(side.text, spans, "")
    found += _value_differences("label", labels)
    if len(set(numbers.values())) > 1:
        found += [f"entity: {_by_value(names, numbers)}"]
    return found + _value_differences("kind", {n: m.kind for n, m in mentions.items()})


def _quote_differences(side: Comparison, group: AlignedGroup) -> list[str]:
    quotes = {name: item for name, item in group.items.items() if isinstance(item, Quote)}
    aspects = {name: side.aspects(name, quote) for name, quote in quotes.items()}
    found = []
    for role in ("content", *PARTS):
        letters = {name: _letters(aspect[role]) for name, aspect in aspects.items()}
        found += _span_differences(side.text, letters, "" if role == "content" else role)
    found += _value_differences("type", {name: quote.type for name, quote in quotes.items()})
    return found + _speaker_differences(side, quotes, aspects)


def _speaker_differences(
    side: Comparison, quotes: Mapping[str, Quote], aspects: Mapping[str, Mapping[str, Hashable]]
) -> list[str]:
    numbers = {name: aspect["speaker"] for name, aspect in aspects.items()}
    found = []
    if len(set(numbers.values())) > 1:
        without_speaker = [name for name, quote in quotes.items() if not quote.speakers]
        named = {
            name: join_names(side.works[name].entities[id_].name for id_ in quote.speakers)
            for name, quote in quotes.items()
            if quote.speakers
        }
        if len({numbers[name] for name in named}) > 1:
            found.append(f"speaker: {_by_value(named, numbers)}")
        if without_speaker:
            found.append(
                f"{join_names(without_speaker)} {_verb(without_speaker, 'has', 'have')} no speaker"
            )
    return found + _value_differences("status", {n: q.speaker_status for n, q in quotes.items()})


def _span_differences(text: str, spans: Mapping[str, frozenset[int]], part: str) -> list[str]:
    """Return who includes what the others do not, and who has no such part."""
    if len(set(spans.values())) < 2:
        return []
    without_part = [name for name, offsets in spans.items() if not offsets]
    with_part = {name: offsets for name, offsets in spans.items() if offsets}
    found = []
    common = frozenset.intersection(*with_part.values()) if with_part else _EMPTY
    by_extra: defaultdict[frozenset[int], list[str]] = defaultdict(list)
    for name, offsets in with_part.items():
        by_extra[offsets - common].append(name)
    where = f" in the {part}" if part else ""
    for extra, names in by_extra.items():
        if extra:
            verb = _verb(names, "includes", "include")
            found.append(f"{join_names(names)} {verb} {_ranges_text(text, extra)}{where}")
    if without_part:
        verb = _verb(without_part, "has", "have")
        found.append(f"{join_names(without_part)} {verb} no {part or 'content'}")
    return found


def _ranges_text(text: str, offsets: frozenset[int]) -> str:
    """Return the text at these offsets: *that*, *on Monday* … *again*."""
    runs: list[list[int]] = []
    for at in sorted(offsets):
        if runs and not any(map(str.isalnum, text[runs[-1][1] : at])):
            runs[-1][1] = at + 1
        else:
            runs.append([at, at + 1])
    parts = [f"*{_shortened(text[start:end])}*" for start, end in runs[:3]]
    return " and ".join(parts) + (" and more" if len(runs) > 3 else "")


def _value_differences(what: str, values: Mapping[str, str]) -> list[str]:
    return [f"{what}: {_by_value(values, values)}"] if len(set(values.values())) > 1 else []


def _by_value(descriptions: Mapping[str, str], values: Mapping[str, Hashable]) -> str:
    """Return `Ada direct, Ben and Cy mixed`: names by value, with the text of the first of them."""
    groups: defaultdict[Hashable, list[str]] = defaultdict(list)
    for name in descriptions:
        groups[values[name]].append(name)
    return ", ".join(f"{join_names(names)} {descriptions[names[0]]}" for names in groups.values())


def _letters(value: Hashable) -> frozenset[int]:
    return value if isinstance(value, frozenset) else _EMPTY


def quoted_text(group: AlignedGroup) -> str:
    """Return the text that most of them have marked, on one line and shortened."""
    item = group.takes[0].item
    if isinstance(item, Mention):
        return _shortened(item.text)
    return _shortened(" … ".join(span.text for span in item.parts("content") or item.spans))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MAX_LENGTH else f"{line[: _MAX_LENGTH - 1].rstrip()}…"


def _verb(names: Iterable[str], one: str, many: str) -> str:
    return one if len(list(names)) == 1 else many
