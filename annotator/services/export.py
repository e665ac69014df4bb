"""From a project to a file: streaming, all or nothing, and outspoken about what is lost."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.core.models import Status
from annotator.core.suggestion import is_suggester
from annotator.files import clear_away
from annotator.formats import Format, LostItem, find_format
from annotator.services.atomic_output import (
    ExportError,
    clear,
    new_file,
    part_beside,
    refuse_taken,
    settle_folder,
    take_place,
)
from annotator.services.dataset_split import Split, assign, relabelled
from annotator.services.job import Cancelled, Progress, Stopped, never, rare_collections, unseen

if TYPE_CHECKING:
    from annotator.core.record import Record
    from annotator.store import Project

__all__ = [
    "Choice",
    "ExportError",
    "ExportReport",
    "export_file",
    "losses_beside",
    "preview",
    "taken",
]

EXAMPLES: Final = 3
_SHOWN: Final = 60
_BY_CHOICE: Final = "entities whose label is left out by choice"


@dataclass(frozen=True, slots=True)
class Choice:
    """Which annotations go out, and how.

    None for `annotators` is everybody but suggesters, None for `statuses` all of them. Without
    `empty`, annotations that are not finished and hold nothing stay out.
    `labels` renames labels of entities; an empty name leaves those entities out. `options` are
    those of the format, which is one by name or one that only the caller has.
    """

    format: str | Format
    annotators: Sequence[str] | None = None
    statuses: Sequence[Status] | None = None
    options: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    split: Split | None = None
    empty: bool = True

    @property
    def writer(self) -> Format:
        """The format with its options. Raises FormatError."""
        known = find_format(self.format) if isinstance(self.format, str) else self.format
        return known.with_options(self.options)

    @property
    def everything(self) -> bool:
        return self.annotators is None and self.statuses is None


@dataclass(slots=True)
class ExportReport:
    """What an export wrote, and what it had to leave out.

    `lost` counts by the words of the format's losses, and `examples` has some of each;
    `losses_file` names all of them. `left_out` counts the articles without annotation that the
    format has no place for. `parts` counts the articles of each part of a split.

    `opened` counts the articles that somebody has opened and done nothing in, which is no
    annotation and so never goes out, and `empty` the annotations that are not finished and hold
    nothing; `empty_left_out` says whether they stayed out. `skipped` counts those that were
    skipped and hold nothing, which go out.
    """

    path: Path | None
    format: str
    annotations: int = 0
    articles: int = 0
    left_out: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    losses_file: Path | None = None
    parts: dict[str, int] = field(default_factory=dict)
    opened: int = 0
    empty: int = 0
    empty_left_out: bool = False
    skipped: int = 0
    cancelled: bool = False


def losses_beside(out: Path) -> Path:
    """The file that names each single loss of an export to `out`."""
    return out.with_name(f"{out.name}.losses.jsonl")


def taken(out: Path, choice: Choice) -> list[Path]:
    """What is there already and an export to `out` would replace. Raises FormatError."""
    writer = choice.writer
    places = [out] if writer.folder else list(_places(out, writer, choice).values())
    return [path for path in places if path.exists() and not _is_empty(path)]


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _places(out: Path, writer: Format, choice: Choice) -> dict[str, Path]:
    """Where each part of the split goes; one place under "" without a split."""
    if choice.split is None:
        return {"": out}
    if writer.folder:
        return {part: out / part for part in choice.split.parts()}
    return {part: out.with_name(f"{out.stem}.{part}{out.suffix}") for part in choice.split.parts()}


def export_file(  # noqa: PLR0913  # each is one option of the command
    project: "Project",
    out: Path,
    choice: Choice | str,
    *,
    annotators: Sequence[str] | None = None,
    statuses: Sequence[Status] | None = None,
    overwrite: bool = False,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> ExportReport:
    """Write the annotations of the choice to `out`; the name of a format is a choice, too.

    Without a filter articles that nobody annotated are written as well, if the format has
    a place for them. `out` appears when it is complete, never in part, be it a file, a folder or
    the files of a split (`out.train.jsonl` …). What the format cannot hold is counted, and
    named one by one in a file beside `out`. Raises FormatError, ExportError (a file that exists,
    an unknown annotator), OSError, and StoreError, among others for a span that does not hold
    its text.
    """
    if isinstance(choice, str):
        choice = Choice(choice, annotators, statuses)
    job = _Job(project, choice, progress, cancelled)
    job.report.path = out
    try:
        with rare_collections():
            job.write(out, overwrite=overwrite)
    except Stopped:
        return ExportReport(out, job.report.format, cancelled=True)
    return job.report


def preview(
    project: "Project",
    choice: Choice,
    *,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> ExportReport:
    """What an export would write and lose, without writing anything. Raises as `export_file`."""
    job = _Job(project, choice, progress, cancelled)
    try:
        job.look()
    except Stopped:
        return ExportReport(None, job.report.format, cancelled=True)
    return job.report


class _Job:
    """Counts the records on their way to the writer."""

    def __init__(
        self, project: "Project", choice: Choice, progress: Progress, cancelled: Cancelled
    ) -> None:
        self._project = project
        self._choice = choice
        self._writer = choice.writer
        self._progress = progress
        self._cancelled = cancelled
        self._articles: set[str] = set()
        self._lost: Counter[str] = Counter()
        self._done = 0
        self._refuse()
        self._statuses = project.statuses()
        self._in_project = project.progress("").total
        passes = 1 + (choice.split is not None)
        self._total = passes * (
            self._in_project if choice.everything else _matching(self._statuses, choice)
        )
        aside = project.set_aside(choice.annotators, choice.statuses)
        self.report = ExportReport(
            None,
            self._writer.name,
            opened=aside.opened,
            empty=aside.empty,
            empty_left_out=not choice.empty,
            skipped=aside.skipped,
        )

    def look(self) -> None:
        parts = self._parts()
        for record in self._records():
            self._count(record, None)
        self._sum_up(parts)

    def write(self, out: Path, *, overwrite: bool) -> None:
        places = _places(out, self._writer, self._choice)
        losses = losses_beside(out)
        taken = [losses, out] if self._writer.folder else [losses, *places.values()]
        for path in [*taken[1:], losses]:
            folder = self._writer.folder and path is not losses
            refuse_taken(path, self._project.path, folder=folder, overwrite=overwrite)
        parts = self._parts()
        made = [part_beside(path) for path in taken]
        try:
            with new_file(made[0]) as side:
                self._write_all(dict(zip(taken, made, strict=True)), places, parts, side)
            self._sum_up(parts)
            self._put(taken, made)
        finally:
            for path in made:
                clear(path)

    def _put(self, taken: list[Path], made: list[Path]) -> None:
        for path, part in list(zip(taken, made, strict=True))[1:]:
            take_place(part, path)
        if self.report.lost:
            take_place(made[0], taken[0])
            self.report.losses_file = taken[0]
        else:
            clear_away(taken[0])

    def _parts(self) -> dict[str, str] | None:
        """The part of the split that each article goes to; None without a split."""
        if self._choice.split is None:
            return None
        return assign(self._stepping(self._records()), self._choice.split)

    def _write_all(
        self,
        made: dict[Path, Path],
        places: dict[str, Path],
        parts: dict[str, str] | None,
        side: BinaryIO,
    ) -> None:
        if not self._writer.folder:
            for name, path in places.items():
                with new_file(made[path]) as file:
                    self._writer.write(self._passing(name, parts, side), file)
            return
        folder = list(made.values())[1]
        folder.mkdir()
        for name in places:
            inner = folder / name
            inner.mkdir(exist_ok=True)
            self._writer.write_folder(self._passing(name, parts, side), inner)
        self._writer.write_cover(folder, [name for name in places if name])
        settle_folder(folder, self._writer.name)

    def _passing(
        self, name: str, parts: dict[str, str] | None, side: BinaryIO
    ) -> "Iterator[Record]":
        """The records of one part, counted as they pass."""
        for record in self._records():
            if parts is not None and parts.get(record.article.id) != name:
                continue
            self._count(record, side)
            yield relabelled(record, self._choice.labels)
            self._step(record)

    def _records(self) -> "Iterator[Record]":
        choice = self._choice
        annotators = choice.annotators
        if annotators is None and any(map(is_suggester, self._statuses)):
            # Nobody has accepted these; they go out only by name.
            annotators = [name for name in self._statuses if not is_suggester(name)]
        return self._project.records(
            annotators=annotators,
            statuses=choice.statuses,
            bare=choice.everything and self._writer.bare,
            empty=choice.empty,
        )

    def _stepping(self, records: "Iterator[Record]") -> "Iterator[Record]":
        for record in records:
            yield record
            self._step(record)

    def _step(self, record: "Record") -> None:
        if self._cancelled():
            raise Stopped
        self._done += 1
        self._progress(min(self._done, self._total), self._total, record.article.id)

    def _count(self, record: "Record", side: BinaryIO | None) -> None:
        if self._cancelled():
            raise Stopped
        self._articles.add(record.article.id)
        self.report.annotations += record.annotation is not None
        if self._choice.labels:
            for lost in _left_by_choice(record, self._choice.labels):
                self._lose(_BY_CHOICE, record, lost, side)
            record = relabelled(record, self._choice.labels)
        for loss in self._writer.losses:
            for lost in loss.find(record):
                self._lose(loss.words, record, lost, side)

    def _lose(self, words: str, record: "Record", lost: LostItem, side: BinaryIO | None) -> None:
        self._lost[words] += 1
        if self._lost[words] <= EXAMPLES:
            self.report.examples.setdefault(words, []).append(_example(record, lost))
        if side is not None:
            side.write(_line(words, record, lost))

    def _sum_up(self, parts: dict[str, str] | None) -> None:
        report = self.report
        report.articles = len(self._articles)
        order = (_BY_CHOICE, *self._writer.loses)
        report.lost = {words: self._lost[words] for words in order if self._lost[words]}
        if self._choice.everything:
            report.left_out = self._in_project - report.articles
        if parts is not None and self._choice.split is not None:
            counts = Counter(parts.values())
            report.parts = {part: counts[part] for part in self._choice.split.parts()}

    def _refuse(self) -> None:
        if not self._writer.writes:
            raise ExportError(
                f"the format {self._writer.name} can only be read; see: annotator formats"
            )
        known = self._project.annotators()
        for name in self._choice.annotators or ():
            if name not in known:
                there = ", ".join(known) or "nobody yet"
                raise ExportError(f"{name} has annotated nothing here; there is {there}")


def _matching(statuses: Mapping[str, Mapping[Status, int]], choice: Choice) -> int:
    return sum(
        count
        for name, counts in statuses.items()
        for status, count in counts.items()
        if (name in choice.annotators if choice.annotators else not is_suggester(name))
        and (choice.statuses is None or status in choice.statuses)
    )


def _left_by_choice(record: "Record", labels: Mapping[str, str]) -> Iterator[LostItem]:
    if record.annotation is not None:
        for entity in record.annotation.ordered_entities():
            if not labels.get(entity.label, "kept"):
                yield LostItem(f"entity {entity.id}", entity.name)


def _example(record: "Record", lost: LostItem) -> str:
    words = " ".join(lost.text.split())
    words = words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"
    said = f": {words}" if words else ""
    return f"{record.article.id}, {lost.item}{said}"


def _line(words: str, record: "Record", lost: LostItem) -> bytes:
    import orjson

    row: dict[str, Any] = {
        "article": record.article.id,
        "annotator": record.annotator,
        "loss": words,
        "item": lost.item,
        "start": lost.start,
        "end": lost.end,
        "text": lost.text,
    }
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
