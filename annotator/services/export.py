"""Export of a project to files: streamed, all or nothing, with a report of every loss."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.core.message import message
from annotator.core.models import Status
from annotator.core.suggestion import is_suggester
from annotator.files import remove_temporary
from annotator.formats import Format, LostItem, find_format
from annotator.services.atomic_output import (
    ExportError,
    check_can_replace,
    clear,
    finish_folder,
    move_into_place,
    new_file,
    temporary_path,
)
from annotator.services.dataset_split import Split, assign, relabelled
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    ignore_progress,
    never_cancelled,
    reduced_garbage_collection,
)

if TYPE_CHECKING:
    from annotator.core.record import Record
    from annotator.store import Project

__all__ = [
    "ExportError",
    "ExportOptions",
    "ExportReport",
    "export_file",
    "losses_path",
    "preview",
    "taken",
]

EXAMPLES: Final = 3
_SHOWN: Final = 60
_BY_CHOICE: Final = "entities whose label is left out by choice"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """Which annotations to export, and how.

    Attributes:
        format: The name of a format, or a format that only the caller has.
        annotators: The annotators to export; None for all but suggesters.
        statuses: The statuses to export; None for all.
        options: The options of the format.
        labels: New names for entity labels; an empty name leaves those entities out.
        split: How to divide the articles among several files; None for one file.
        empty: Whether to export unfinished annotations that hold nothing.
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
        """Whether neither annotators nor statuses are filtered."""
        return self.annotators is None and self.statuses is None


@dataclass(slots=True)
class ExportReport:
    """What an export wrote, and what it left out.

    Attributes:
        left_out: The number of articles without annotation that the format cannot hold.
        lost: The number of losses, by the text of the format's loss.
        examples: Some examples of each loss, by the same text.
        losses_file: The file that lists every single loss.
        parts: The number of articles in each part of a split.
        opened: The number of articles that an annotator opened without doing anything. That is
            not an annotation, so they are never exported.
        empty: The number of unfinished annotations that hold nothing.
        empty_left_out: Whether those were left out.
        skipped: The number of skipped annotations that hold nothing; these are exported.
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


def losses_path(out: Path) -> Path:
    """Return the path of the file that lists every single loss of an export to `out`."""
    return out.with_name(f"{out.name}.losses.jsonl")


def taken(out: Path, choice: ExportOptions) -> list[Path]:
    """Return the existing paths that an export to `out` would replace. Raises FormatError."""
    writer = choice.writer
    paths = [out] if writer.folder else list(_paths(out, writer, choice).values())
    return [path for path in paths if path.exists() and not _is_empty(path)]


def _is_empty(path: Path) -> bool:
    return path.is_dir() and not any(path.iterdir())


def _paths(out: Path, writer: Format, choice: ExportOptions) -> dict[str, Path]:
    """Return the path of each part of the split; without a split, one path under ""."""
    if choice.split is None:
        return {"": out}
    if writer.folder:
        return {part: out / part for part in choice.split.parts()}
    return {part: out.with_name(f"{out.stem}.{part}{out.suffix}") for part in choice.split.parts()}


def export_file(  # noqa: PLR0913  # each is one option of the command
    project: "Project",
    out: Path,
    choice: ExportOptions | str,
    *,
    annotators: Sequence[str] | None = None,
    statuses: Sequence[Status] | None = None,
    overwrite: bool = False,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> ExportReport:
    """Write the annotations of the choice to `out`.

    Without a filter, articles without annotation are written as well, if the format can hold
    them. `out` appears only when it is complete, whether it is a file, a folder or the files of
    a split (`out.train.jsonl` …). What the format cannot hold is counted, and listed one by one
    in a file beside `out`.

    Args:
        project: The project to export.
        out: The file or folder to write.
        choice: What to export, or the name of a format.
        annotators: The annotators to export, if `choice` is a name.
        statuses: The statuses to export, if `choice` is a name.
        overwrite: Whether to replace what exists at `out`.
        progress: Called with the records done.
        cancelled: Asked between records.

    Raises:
        FormatError: If the format is unknown or cannot be written with these options.
        ExportError: If a file exists or an annotator is unknown.
        OSError: If the files cannot be written.
        StoreError: If the project cannot be read, or a span does not hold its text.
    """
    if isinstance(choice, str):
        choice = ExportOptions(choice, annotators, statuses)
    job = _Job(project, choice, progress, cancelled)
    job.report.path = out
    try:
        with reduced_garbage_collection():
            job.write(out, overwrite=overwrite)
    except JobCancelled:
        return ExportReport(out, job.report.format, cancelled=True)
    return job.report


def preview(
    project: "Project",
    choice: ExportOptions,
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> ExportReport:
    """Return what an export would write and lose, without writing. Raises as `export_file`."""
    job = _Job(project, choice, progress, cancelled)
    try:
        job.preview()
    except JobCancelled:
        return ExportReport(None, job.report.format, cancelled=True)
    return job.report


class _Job:
    """One export, which counts the records on their way to the writer."""

    def __init__(
        self, project: "Project", choice: ExportOptions, progress: Progress, cancelled: Cancelled
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
        left_aside = project.set_aside(choice.annotators, choice.statuses)
        self.report = ExportReport(
            None,
            self._writer.name,
            opened=left_aside.opened,
            empty=left_aside.empty,
            empty_left_out=not choice.empty,
            skipped=left_aside.skipped,
        )

    def preview(self) -> None:
        parts = self._parts()
        for record in self._records():
            self._count(record, None)
        self._summarise(parts)

    def write(self, out: Path, *, overwrite: bool) -> None:
        paths = _paths(out, self._writer, self._choice)
        losses = losses_path(out)
        targets = [losses, out] if self._writer.folder else [losses, *paths.values()]
        for path in [*targets[1:], losses]:
            folder = self._writer.folder and path is not losses
            check_can_replace(path, self._project.path, folder=folder, overwrite=overwrite)
        parts = self._parts()
        made = [temporary_path(path) for path in targets]
        try:
            with new_file(made[0]) as losses_out:
                self._write_all(dict(zip(targets, made, strict=True)), paths, parts, losses_out)
            self._summarise(parts)
            self._move_into_place(targets, made)
        finally:
            for path in made:
                clear(path)

    def _move_into_place(self, targets: list[Path], made: list[Path]) -> None:
        for path, part in list(zip(targets, made, strict=True))[1:]:
            move_into_place(part, path)
        if self.report.lost:
            move_into_place(made[0], targets[0])
            self.report.losses_file = targets[0]
        else:
            remove_temporary(targets[0])

    def _parts(self) -> dict[str, str] | None:
        """Return the part of the split for each article id; None without a split."""
        if self._choice.split is None:
            return None
        return assign(self._stepping(self._records()), self._choice.split)

    def _write_all(
        self,
        made: dict[Path, Path],
        paths: dict[str, Path],
        parts: dict[str, str] | None,
        losses_out: BinaryIO,
    ) -> None:
        if not self._writer.folder:
            for name, path in paths.items():
                with new_file(made[path]) as file:
                    self._writer.write(self._counted_records(name, parts, losses_out), file)
            return
        folder = list(made.values())[1]
        folder.mkdir()
        for name in paths:
            inner = folder / name
            inner.mkdir(exist_ok=True)
            self._writer.write_folder(self._counted_records(name, parts, losses_out), inner)
        self._writer.write_cover(folder, [name for name in paths if name])
        finish_folder(folder, self._writer.name)

    def _counted_records(
        self, name: str, parts: dict[str, str] | None, losses_out: BinaryIO
    ) -> "Iterator[Record]":
        """Yield the records of one part, and count them."""
        for record in self._records():
            if parts is not None and parts.get(record.article.id) != name:
                continue
            self._count(record, losses_out)
            yield relabelled(record, self._choice.labels)
            self._step(record)

    def _records(self) -> "Iterator[Record]":
        choice = self._choice
        annotators = choice.annotators
        if annotators is None and any(map(is_suggester, self._statuses)):
            # No annotator has accepted these; they are exported only by name.
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
            raise JobCancelled
        self._done += 1
        self._progress(min(self._done, self._total), self._total, record.article.id)

    def _count(self, record: "Record", losses_out: BinaryIO | None) -> None:
        if self._cancelled():
            raise JobCancelled
        self._articles.add(record.article.id)
        self.report.annotations += record.annotation is not None
        if self._choice.labels:
            for lost in _lost_by_choice(record, self._choice.labels):
                self._lose(_BY_CHOICE, record, lost, losses_out)
            record = relabelled(record, self._choice.labels)
        for loss in self._writer.losses:
            for lost in loss.find(record):
                self._lose(loss.words, record, lost, losses_out)

    def _lose(
        self, text: str, record: "Record", lost: LostItem, losses_out: BinaryIO | None
    ) -> None:
        self._lost[text] += 1
        if self._lost[text] <= EXAMPLES:
            self.report.examples.setdefault(text, []).append(_example(record, lost))
        if losses_out is not None:
            losses_out.write(_line(text, record, lost))

    def _summarise(self, parts: dict[str, str] | None) -> None:
        report = self.report
        report.articles = len(self._articles)
        order = (_BY_CHOICE, *self._writer.loses)
        report.lost = {text: self._lost[text] for text in order if self._lost[text]}
        if self._choice.everything:
            report.left_out = self._in_project - report.articles
        if parts is not None and self._choice.split is not None:
            counts = Counter(parts.values())
            report.parts = {part: counts[part] for part in self._choice.split.parts()}

    def _refuse(self) -> None:
        if not self._writer.writes:
            raise ExportError(
                message("the format {1} can only be read", self._writer.name).with_hint(
                    "; see: annotator formats"
                )
            )
        known = self._project.annotators()
        for name in self._choice.annotators or ():
            if name not in known:
                known_names = ", ".join(known) or "nobody yet"
                raise ExportError(
                    message("{1} has annotated nothing here; there is {2}", name, known_names)
                )


def _matching(statuses: Mapping[str, Mapping[Status, int]], choice: ExportOptions) -> int:
    return sum(
        count
        for name, counts in statuses.items()
        for status, count in counts.items()
        if (name in choice.annotators if choice.annotators else not is_suggester(name))
        and (choice.statuses is None or status in choice.statuses)
    )


def _lost_by_choice(record: "Record", labels: Mapping[str, str]) -> Iterator[LostItem]:
    if record.annotation is not None:
        for entity in record.annotation.ordered_entities():
            if not labels.get(entity.label, "kept"):
                yield LostItem(f"entity {entity.id}", entity.name)


def _example(record: "Record", lost: LostItem) -> str:
    text = " ".join(lost.text.split())
    text = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    suffix = f": {text}" if text else ""
    return f"{record.article.id}, {lost.item}{suffix}"


def _line(text: str, record: "Record", lost: LostItem) -> bytes:
    import orjson

    row: dict[str, Any] = {
        "article": record.article.id,
        "annotator": record.annotator,
        "loss": text,
        "item": lost.item,
        "start": lost.start,
        "end": lost.end,
        "text": lost.text,
    }
    return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
