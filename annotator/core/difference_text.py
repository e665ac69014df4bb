"""Differences between annotators as text: "same quote; Ada includes *that*; Ben has no cue"."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Final

from annotator.core.alignment import PARTS, AlignedGroup, Comparison
from annotator.core.message import Message, message, tr_later
from annotator.core.models import Mention, Quote
from annotator.core.terms import term

_MAX_LENGTH: Final = 60
_EMPTY: Final[frozenset[int]] = frozenset()


def group_text(side: Comparison, group: AlignedGroup) -> str:
    """Return what the group is and in what the annotators differ, as one line."""
    return "; ".join([title(side, group), *map(str, differences(side, group))])


def title(side: Comparison, group: AlignedGroup) -> str:
    """Return the text of the group, and who has it if not all annotators do."""
    what = "quote" if group.kind == "quote" else "mention"
    text = f"“{quoted_text(group)}”"
    if not group.absent:
        return f"same {what} {text}" if len(group.items) > 1 else f"{what} {text}"
    return f"{what} {text} only by {join_names(group.items)}"


def differences(side: Comparison, group: AlignedGroup) -> list[Message]:
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


def _mention_differences(side: Comparison, group: AlignedGroup) -> list[Message]:
    mentions = {name: item for name, item in group.items.items() if isinstance(item, Mention)}
    spans = {
        name: frozenset(range(mention.start, mention.end)) for name, mention in mentions.items()
    }
    labels = {n: side.works[n].entities[m.entity_id].label for n, m in mentions.items()}
    numbers = {n: side.entity_of(n, m.entity_id) for n, m in mentions.items()}
    names = {n: side.works[n].entities[m.entity_id].name for n, m in mentions.items()}
    found = _span_differences(side.text, spans, "")
    found += _value_differences(tr_later("label: {1}"), labels)
    if len(set(numbers.values())) > 1:
        found += [message("entity: {1}", _by_value(names, numbers))]
    return found + _value_differences(
        tr_later("kind: {1}"), {n: m.kind for n, m in mentions.items()}
    )


def _quote_differences(side: Comparison, group: AlignedGroup) -> list[Message]:
    quotes = {name: item for name, item in group.items.items() if isinstance(item, Quote)}
    aspects = {name: side.aspects(name, quote) for name, quote in quotes.items()}
    found = []
    for role in ("content", *PARTS):
        letters = {name: _letters(aspect[role]) for name, aspect in aspects.items()}
        found += _span_differences(side.text, letters, "" if role == "content" else role)
    found += _value_differences(
        tr_later("type: {1}"), {name: quote.type for name, quote in quotes.items()}
    )
    return found + _speaker_differences(side, quotes, aspects)


def _speaker_differences(
    side: Comparison, quotes: Mapping[str, Quote], aspects: Mapping[str, Mapping[str, Hashable]]
) -> list[Message]:
    numbers = {name: aspect["speaker"] for name, aspect in aspects.items()}
    found = []
    if len(set(numbers.values())) > 1:
        without_speaker = [name for name, quote in quotes.items() if not quote.speakers]
        one = len(without_speaker) == 1
        named = {
            name: join_names(side.works[name].entities[id_].name for id_ in quote.speakers)
            for name, quote in quotes.items()
            if quote.speakers
        }
        if len({numbers[name] for name in named}) > 1:
            found.append(message("speaker: {1}", _by_value(named, numbers)))
        if without_speaker:
            has = tr_later("{1} has no speaker") if one else tr_later("{1} have no speaker")
            found.append(message(has, join_names(without_speaker)))
    return found + _value_differences(
        tr_later("status: {1}"), {n: q.speaker_status for n, q in quotes.items()}
    )


def _span_differences(text: str, spans: Mapping[str, frozenset[int]], part: str) -> list[Message]:
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
    for extra, names in by_extra.items():
        if extra:
            values = join_names(names), _ranges_text(text, extra)
            found.append(_inclusion(len(names) == 1, part, *values))
    if without_part:
        one = len(without_part) == 1
        has = tr_later("{1} has no {2}") if one else tr_later("{1} have no {2}")
        found.append(message(has, join_names(without_part), term(part or "content")))
    return found


def _inclusion(one: bool, part: str, names: str, ranges: Message | str) -> Message:
    if not part:
        has = tr_later("{1} includes {2}") if one else tr_later("{1} include {2}")
        return message(has, names, ranges)
    has = tr_later("{1} includes {2} in the {3}") if one else tr_later("{1} include {2} in the {3}")
    return message(has, names, ranges, term(part))


def _ranges_text(text: str, offsets: frozenset[int]) -> Message | str:
    """Return the text at these offsets: *that*, *on Monday* … *again*."""
    runs: list[list[int]] = []
    for at in sorted(offsets):
        if runs and not any(map(str.isalnum, text[runs[-1][1] : at])):
            runs[-1][1] = at + 1
        else:
            runs.append([at, at + 1])
    parts = [f"*{_shortened(text[start:end])}*" for start, end in runs[:3]]
    ranges = " and ".join(parts)
    return message("{1} and more", ranges) if len(runs) > 3 else ranges


def _value_differences(what: str, values: Mapping[str, str]) -> list[Message]:
    if len(set(values.values())) < 2:
        return []
    return [message(what, _by_value(values, values))]


def _by_value(
    descriptions: Mapping[str, str], values: Mapping[str, Hashable]
) -> tuple[Message, ...]:
    """Return `Ada direct, Ben and Cy mixed`: names by value, with the text of the first of them."""
    groups: defaultdict[Hashable, list[str]] = defaultdict(list)
    for name in descriptions:
        groups[values[name]].append(name)
    return tuple(
        message("{1} {2}", join_names(names), term(descriptions[names[0]]))
        for names in groups.values()
    )


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
