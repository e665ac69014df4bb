"""The export dialog, which shows what the format will lose before the export."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.core.errors import AnnotatorError
from annotator.core.models import STATUSES
from annotator.formats import Format, formats
from annotator.services.dataset_split import PARTS, Split
from annotator.services.export import ExportOptions, ExportReport, preview, taken
from annotator.services.job import Cancelled, Progress
from annotator.ui.i18n.translation import (
    format_number,
    tr,
    tr_count,
    tr_error,
    tr_later,
)
from annotator.ui.import_export.export_labels import LabelsButton
from annotator.ui.import_export.file_dialogs import ask_save_path
from annotator.ui.jobs.runner import Job, JobRunner
from annotator.ui.widgets.elided_label import ElidedLabel
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.number_box import NumberSpinBox
from annotator.ui.widgets.plain_text import PlainLabel, add_row, set_tool_tip, strip_mnemonics

if TYPE_CHECKING:
    from annotator.store import Project

_STATUS_TITLES: Final = {
    "todo": tr_later("To do"),
    "doing": tr_later("In work"),
    "done": tr_later("Done"),
    "skipped": tr_later("Skipped"),
}
_NOT_EMPTY: Final = "not empty"
"""The initial choice leaves out unfinished annotations without content: they would teach a model
that there is nothing to find."""
_SHARES: Final = (80, 10, 10)
_FORM_WIDTH: Final = 450
_FIRST_OPTION: Final = 3
"""The row of the form after format, annotator and status."""


class ExportDialog(QDialog):
    """The user's choices at the left, and at the right what the format loses.

    `then` is called with path and choice on acceptance. Existing files are named, and replaced
    only by a button labelled accordingly. `annotators` are those of the project, and `labels`
    returns the number of entities for each label.
    """

    def __init__(
        self,
        parent: QWidget,
        project: Path,
        jobs: JobRunner,
        annotators: Sequence[str],
        labels: Callable[[], Mapping[str, int]],
        then: Callable[[Path, ExportOptions], None],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Export annotations"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._project = project
        self._then = then
        self._writers = {format_.name: format_ for format_ in formats() if format_.writes}
        self._jobs = jobs
        self._previewed: ExportOptions | None = None
        self._format = QComboBox()
        self._who = QComboBox()
        self._status = QComboBox()
        self._labels = LabelsButton(labels)
        self._options: dict[str, QComboBox | QLineEdit] = {}
        self._rows = QFormLayout()
        self._split = QCheckBox(tr("&Split by article"))
        self._shares = [NumberSpinBox() for _ in PARTS]
        self._seed = NumberSpinBox()
        self._place = LineEdit()
        self._summary = PlainLabel()
        self._caption = PlainLabel(tr("What this format cannot hold, and leaves out:"))
        self._folder = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._folder.setAccessibleDescription(tr("Folder of the place"))
        self._left_out_label = PlainLabel()
        self._left_out_label.setAccessibleDescription(tr("What is not exported"))
        self._losses = QTreeWidget()
        self._note = PlainLabel()
        self._accept = QPushButton(tr("&Export"))
        self._fill(annotators)
        self._lay_out()
        self._connect()
        self._follow_format()
        self._format.setFocus()

    def choice(self) -> ExportOptions:
        """Return what is chosen now."""
        status = self._status.currentData()
        who = self._who.currentData()
        options = {
            name: field.currentData() if isinstance(field, QComboBox) else field.text()
            for name, field in self._options.items()
        }
        shares = tuple(float(share.value()) for share in self._shares)
        return ExportOptions(
            self._writer.name,
            None if who is None else [who],
            None if status in (None, _NOT_EMPTY) else [status],
            options,
            self._labels.mapping(),
            split=Split(shares, self._seed.value()) if self._split.isChecked() else None,
            empty=status != _NOT_EMPTY,
        )

    def place(self) -> Path:
        """Return the path to export to."""
        return self._project.parent / self._place.text().strip()

    def done(self, result: int) -> None:
        """Close the dialog, and stop computing losses."""
        self._jobs.stop(self)
        super().done(result)

    @property
    def _writer(self) -> Format:
        return self._writers[self._format.currentData()]

    def _fill(self, annotators: Sequence[str]) -> None:
        for writer in self._writers.values():
            self._format.addItem(tr(writer.title), writer.name)
        self._who.addItem(tr("Everybody"), None)
        for name in annotators:
            self._who.addItem(name, name)
        self._status.addItem(tr("Any, without empty ones"), _NOT_EMPTY)
        self._status.addItem(tr("Any, empty ones too"), None)
        for status in STATUSES:
            self._status.addItem(tr(_STATUS_TITLES[status]), status)
        for share, part, default in zip(self._shares, PARTS, _SHARES, strict=True):
            share.setRange(0, 100)
            share.setValue(default)
            share.setSuffix(f" % {tr(part)}")
            share.setAccessibleName(tr("Share: {1}", tr(part)))
        self._seed.setRange(0, 999_999)
        self._seed.setPrefix(tr("seed "))
        self._seed.setAccessibleName(tr("Seed of the split"))
        self._place.setText("annotations.jsonl")
        self._losses.setHeaderHidden(True)
        self._losses.setAccessibleName(tr("What the format cannot hold"))
        self._losses.setUniformRowHeights(True)
        self._losses.setTextElideMode(Qt.TextElideMode.ElideRight)
        for label in (self._summary, self._left_out_label, self._note):
            label.setWordWrap(True)
        font = self._summary.font()
        font.setPixelSize(16)
        font.setWeight(font.Weight.DemiBold)
        self._summary.setFont(font)
        self._caption.setForegroundRole(self._note.palette().ColorRole.PlaceholderText)
        for quiet in (self._left_out_label, self._note, self._folder):
            quiet.setForegroundRole(quiet.palette().ColorRole.PlaceholderText)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        middle = QHBoxLayout()
        middle.setSpacing(22)
        middle.addWidget(self._form())
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self._summary)
        right.addWidget(self._left_out_label)
        right.addWidget(self._caption)
        right.addWidget(self._losses, 1)
        middle.addLayout(right, 1)
        layout.addLayout(middle, 1)
        layout.addWidget(self._note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self._accept, QDialogButtonBox.ButtonRole.AcceptRole)
        self._accept.setDefault(True)
        buttons.accepted.connect(self._export)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)
        self.resize(1020, 540)

    def _form(self) -> QWidget:
        holder = QWidget()
        holder.setFixedWidth(_FORM_WIDTH)
        form = self._rows
        holder.setLayout(form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(10)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for title, field in (
            (tr("&Format"), self._format),
            (tr("&Who"), self._who),
            (tr("S&tatus"), self._status),
        ):
            field.setAccessibleName(strip_mnemonics(title))
            field.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            add_row(form, f"{title}:", field)
        add_row(form, tr("&Labels:"), self._labels)
        form.addRow(self._split)
        shares = QVBoxLayout()
        shares.setSpacing(6)
        for share in (*self._shares, self._seed):
            shares.addWidget(share)
        form.addRow(shares)
        browse = QPushButton(tr("Browse"))
        browse.setAccessibleName(tr("Choose a place"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        place = QHBoxLayout()
        place.addWidget(self._place, 1)
        place.addWidget(browse)
        self._place.setAccessibleName(tr("Place"))
        label = PlainLabel(tr("&Place:"))
        label.setBuddy(self._place)
        form.addRow(label, place)
        form.addRow("", self._folder)
        return holder

    def _connect(self) -> None:
        self._format.currentIndexChanged.connect(self._follow_format)
        for choice in (self._who, self._status):
            choice.currentIndexChanged.connect(self._follow)
        self._labels.changed.connect(self._follow)
        self._split.toggled.connect(self._follow)
        for box in (*self._shares, self._seed):
            box.valueChanged.connect(self._follow)
        self._place.textChanged.connect(self._follow_place)

    def _follow_format(self) -> None:
        for field in self._options.values():
            self._rows.removeRow(field)
        self._options.clear()
        for row, option in enumerate(self._writer.options, start=_FIRST_OPTION):
            if option.choices:
                box = QComboBox()
                for value in option.choices:
                    box.addItem(value, value)
                box.setCurrentIndex(box.findData(option.default))
                box.currentIndexChanged.connect(self._follow)
                field = box
            else:
                field = line = LineEdit(option.default)
                line.editingFinished.connect(self._follow)
            field.setAccessibleName(tr(option.name.capitalize()))
            set_tool_tip(field, tr(option.title))
            self._options[option.name] = field
            name = PlainLabel(f"{tr(option.name.capitalize())}:")
            self._rows.insertRow(row, name, field)
        self._place.setText(self._with_suffix(Path(self._place.text())))
        self._follow()

    def _with_suffix(self, place: Path) -> str:
        """Return the path with the suffix of the chosen format; folders get none."""
        known = {suffix for writer in self._writers.values() for suffix in writer.suffixes}
        stem = place.with_suffix("") if place.suffix in known else place
        return f"{stem}{'' if self._writer.folder else self._writer.suffixes[0]}"

    def _follow(self) -> None:
        """Compute the losses of the current choice, and cancel that of the previous one."""
        for box in (*self._shares, self._seed):
            box.setVisible(self._split.isChecked())
        self._follow_place()
        if not self._check_shares():
            return
        if self._jobs.running(self):
            self._previewed = None
            self._jobs.cancel(self)
            return
        self._previewed = choice = self.choice()
        self._summary.setText(tr("Looking …"))

        def job(project: "Project", progress: Progress, cancelled: Cancelled) -> ExportReport:
            return preview(project, choice, progress=progress, cancelled=cancelled)

        self._jobs.run(Job(job), self._show, self._show_failure, owner=self)

    def _check_shares(self) -> bool:
        total = sum(share.value() for share in self._shares)
        valid = not self._split.isChecked() or total == 100
        if not valid:
            self._note.setText(tr("The shares add up to {1} %, not to 100 %.", total))
        self._accept.setEnabled(valid and bool(self._place.text().strip()))
        return valid

    def _follow_place(self) -> None:
        named = bool(self._place.text().strip())
        self._folder.setText(tr("in {1}", self.place().parent) if named else "")
        existing = taken(self.place(), self.choice()) if named else []
        names = ", ".join(path.name for path in existing)
        self._note.setText(
            tr_count(
                len(existing),
                "{2} is there already and will be replaced.",
                "{2} are there already and will be replaced.",
                names,
            )
            if existing
            else ""
        )
        self._accept.setText(tr("&Replace") if existing else tr("&Export"))
        self._check_shares()

    def _show(self, report: ExportReport) -> None:
        if self._previewed is None:
            self._follow()
            return
        annotations, articles = report.annotations, report.articles
        text = tr(
            "{1} of {2}",
            tr_count(annotations, "{1} annotation", "{1} annotations"),
            tr_count(articles, "{1} article", "{1} articles"),
        )
        parts = ", ".join(
            f"{tr(name)} {format_number(count)}" for name, count in report.parts.items()
        )
        self._summary.setText(f"{text} ({parts})" if parts else text)
        self._left_out_label.setText("\n".join(_left_out(report)))
        self._left_out_label.setVisible(bool(self._left_out_label.text()))
        self._losses.clear()
        for loss, count in report.lost.items():
            item = QTreeWidgetItem([f"{format_number(count)} × {loss}"])
            item.addChildren([QTreeWidgetItem([text]) for text in report.examples[loss]])
            self._losses.addTopLevelItem(item)
        if not report.lost:
            self._losses.addTopLevelItem(QTreeWidgetItem([tr("Nothing is lost.")]))
        if self._losses.topLevelItemCount() <= 4:
            self._losses.expandAll()

    def _show_failure(self, sentence: str) -> None:
        if self._previewed is None:
            self._follow()
            return
        self._summary.setText(tr("This cannot be exported"))
        self._losses.clear()
        self._losses.addTopLevelItem(QTreeWidgetItem([sentence]))

    def _browse(self) -> None:
        place = ask_save_path(self, tr("Export to"), self.place(), "", confirm=False)
        if place is not None:
            here = self._project.parent
            self._place.setText(place.name if place.parent == here else str(place))

    def _export(self) -> None:
        try:
            self._writer.with_options(self.choice().options)
        except AnnotatorError as error:
            self._note.setText(tr_error(error))
            return
        place, choice = self.place(), self.choice()
        self.accept()
        self._then(place, choice)


def _left_out(report: ExportReport) -> list[str]:
    """Return sentences on articles and annotations that are left out or empty."""
    sentences = []
    if report.opened:
        sentences.append(
            tr_count(
                report.opened,
                "1 article was only opened: that is no annotation.",
                "{1} articles were only opened: that is no annotation.",
            )
        )
    if report.empty and report.empty_left_out:
        sentences.append(
            tr_count(
                report.empty,
                "1 annotation is left out: it is not finished and holds nothing.",
                "{1} annotations are left out: they are not finished and hold nothing.",
            )
        )
    elif report.empty:
        sentences.append(
            tr_count(
                report.empty,
                "1 annotation among them is not finished and holds nothing.",
                "{1} annotations among them are not finished and hold nothing.",
            )
        )
    if report.skipped:
        sentences.append(
            tr_count(
                report.skipped,
                "1 article among them was skipped and holds nothing.",
                "{1} articles among them were skipped and hold nothing.",
            )
        )
    return sentences
