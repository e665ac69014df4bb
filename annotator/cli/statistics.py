"""The command `stats`: the contents of a project, and the progress of its annotators."""

from argparse import Namespace
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from annotator.cli.commands import opened_to_read
from annotator.cli.output import CommandOutput, counted

if TYPE_CHECKING:
    from annotator.services.blind_test import Anchoring, BlindTestSide
    from annotator.services.statistics import Series
    from annotator.store import Statistics

_MARKS: Final = "mentions and quotes"


def stats(args: Namespace) -> CommandOutput:
    from annotator.services.blind_test import anchoring
    from annotator.services.statistics import anchoring_series, statistics_series, write_csv

    with opened_to_read(args.project) as project:
        found = project.stats()
        series = statistics_series(found, project.scheme)
        measured = anchoring(project)
        if measured is not None:
            series = (*series, anchoring_series(measured))
    lines = [*_lines(found), *_day_lines(series), *_anchoring_lines(measured)]
    data = _row(found) | {"anchoring": measured and measured.as_row()}
    if args.csv is not None:
        write_csv(series, args.csv)
        lines.append(f"wrote {args.csv}")
        data["csv"] = str(args.csv)
    return CommandOutput(tuple(lines), data)


def _row(found: "Statistics") -> dict[str, Any]:
    people = {
        name: {**found.progress(name), "seconds": found.seconds.get(name, 0)}
        for name in found.statuses
    }
    suggesters = {name: sum(counts.values()) for name, counts in found.suggesters.items()}
    row = asdict(found)
    del row["statuses"], row["seconds"]
    return {"articles": row.pop("articles"), "annotators": people, **row, "suggesters": suggesters}


def _lines(found: "Statistics") -> list[str]:
    return [
        counted(found.articles, "article"),
        *(_person(found, name) for name in found.statuses),
        *_origin_lines(found),
        *_made_by_line(found),
        _listed("entity", found.labels, "entities"),
        _listed("mention", found.mentions),
        _listed("quote", found.quotes),
        _listed("span of quotes", found.spans, "spans of quotes"),
        *(
            f"{name}: suggestions for {counted(sum(counts.values()), 'article')}"
            for name, counts in found.suggesters.items()
        ),
        *([f"{counted(found.trash, 'article')} in the trash"] if found.trash else []),
    ]


def _person(found: "Statistics", name: str) -> str:
    from annotator.services.statistics import format_duration

    counts = found.progress(name)
    median = found.median_seconds.get(name)
    each = f", {format_duration(median)} for a done article (median)" if median else ""
    return (
        f"{name}: {counts['done']:,} done, {counts['doing']:,} doing, {counts['todo']:,} to do, "
        f"{counts['skipped']:,} skipped; {format_duration(found.seconds.get(name, 0))}{each}"
    )


def _origin_lines(found: "Statistics") -> list[str]:
    """Return how many suggestions were accepted and rejected, where that is known."""
    return [
        f"{name}: {counts['accepted']:,} of {counted(_spans(counts), 'mention or quote', _MARKS)} "
        f"accepted as suggested, {counts['changed']:,} accepted and changed, "
        f"{counted(counts['rejected'], 'suggestion')} rejected"
        for name, counts in found.origins.items()
        if counts["accepted"] or counts["changed"] or counts["rejected"]
    ]


def _made_by_line(found: "Statistics") -> list[str]:
    """Return the origins of the accepted suggestions."""
    inner = ", ".join(
        f"{name} {sum(counts.values()):,} ({counts['changed']:,} changed)"
        for name, counts in found.made_by.items()
    )
    return [f"accepted by origin: {inner}"] if inner else []


def _anchoring_lines(found: "Anchoring | None") -> list[str]:
    """Return how well annotations match suggestions, with suggestions held back and shown."""
    if found is None:
        return []
    lines = [_side_line("held back", found.held_back), _side_line("shown", found.shown)]
    if found.difference is None:
        return [*lines, "no difference to tell yet: it takes done articles of both kinds"]
    quotes, mentions = found.difference
    lines.append(f"F with suggestions shown: quotes {quotes:+.3f}, mentions {mentions:+.3f}")
    return lines


def _side_line(name: str, side: "BlindTestSide") -> str:
    layers = ", ".join(
        f"{layer} F {score.f:.3f} ({score.gold:,} marked, {score.suggested:,} suggested)"
        for layer, score in (("quotes", side.quotes), ("mentions", side.mentions))
    )
    return f"suggestions {name} in {counted(side.articles, 'done article')}: {layers}"


def _spans(counts: dict[str, int]) -> int:
    return sum(counts.values()) - counts["rejected"]


def _listed(one: str, counts: dict[str, int], many: str | None = None) -> str:
    inner = ", ".join(f"{name or '(none)'} {count:,}" for name, count in counts.items())
    return f"{counted(sum(counts.values()), one, many)}{': ' if inner else ''}{inner}"


def _day_lines(series: "tuple[Series, ...]") -> list[str]:
    """Return how many articles were done on each day with any, and in how much time."""
    lines: list[str] = []
    for one in series:
        counts = {bar.name: sum(bar.values) for bar in one.bars if sum(bar.values)}
        if one.id in ("days", "durations") and counts:
            inner = ", ".join(f"{name} {count:,}" for name, count in counts.items())
            lines.append(f"{one.title.lower()}: {inner}")
    return lines
