"""The window with the statistics, beside which the user can go on working."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from annotator.files import reason_of
from annotator.services.job import Cancelled, Progress
from annotator.services.statistics import (
    Series,
    anchoring_series,
    format_duration,
    statistics_series,
    write_csv,
)
from annotator.ui.i18n.translation import tr, tr_count, tr_later, tr_message
from annotator.ui.import_export.file_dialogs import ask_save_path
from annotator.ui.jobs.runner import Job
from annotator.ui.session import Session
from annotator.ui.statistics.charts import Chart
from annotator.ui.statistics.table import FigureTable, figure_view
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.dialogs import show_error
from annotator.ui.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from annotator.services.blind_test import Anchoring
    from annotator.store import Project, Statistics

    _Counted = tuple[Statistics, Anchoring | None]

_EVERYBODY = tr_later("Everybody")


class StatisticsWindow(QDialog):
    """The figures, counted in the background."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(tr("Statistics"))
        self._session = session
        self._theme = theme
        self.series: tuple[Series, ...] = ()
        self._again = False
        self.who = QComboBox()
        self.who.setAccessibleName(tr("Whose work"))
        self.who.addItem(tr(_EVERYBODY), None)
        for name in session.ask(lambda project: project.annotators(), []):
            self.who.addItem(name, name)
        self.summary = PlainLabel(tr("Counting …"))
        self.summary.setAccessibleName(tr("Summary"))
        self.charts = QScrollArea()
        self.table = FigureTable(self)
        self.save = QPushButton(tr("&Save as CSV …"))
        self._lay_out()
        self._connect()
        self.count()

    def count(self) -> None:
        """Count again, for the chosen annotator."""
        jobs = self._session.jobs
        if jobs.running(self):
            self._again = True
            return
        who: str | None = self.who.currentData()

        def job(project: "Project", _progress: Progress, cancelled: Cancelled) -> "_Counted":
            return project.stats(who), _anchoring(project, who, cancelled)

        jobs.run(Job(job), self._show, self._show_error, owner=self)

    def done(self, result: int) -> None:
        self._session.jobs.stop(self)
        super().done(result)

    def save_to(self, path: Path) -> None:
        """Write the figures as CSV."""
        try:
            write_csv(self.series, path)
        except OSError as error:
            why = tr_message(reason_of(error))
            show_error(self, tr("Statistics"), tr("{1}: {2}; choose another file.", path, why))
            return
        self._session.status_message.emit(tr("Saved the figures as {1}.", path.name))

    def _show(self, counted: "_Counted") -> None:
        if self._again:
            self._again = False
            self.count()
            return
        stats, measured = counted
        self.series = statistics_series(stats, self._session.scheme)
        if measured is not None:
            self.series = (*self.series, anchoring_series(measured))
        shown = [_translated(one) for one in self.series]
        self.table.show_series(shown)
        self.summary.setText(_summary(stats))
        self.save.setEnabled(True)
        page = QWidget()
        page.setObjectName("figures")
        grid = QGridLayout(page)
        grid.setContentsMargins(2, 8, 12, 8)
        grid.setSpacing(14)
        for number, one in enumerate(shown):
            grid.addWidget(_card(one, self._theme), number // 2, number % 2)
        grid.setRowStretch(len(self.series), 1)
        for column in (0, 1):
            grid.setColumnStretch(column, 1)
        self.charts.setWidget(page)

    def _ask_file(self) -> None:
        path = self._session.project.path.with_suffix(".csv")
        kinds = tr("Tables (*.csv);;All files (*)")
        place = ask_save_path(self, tr("Save the figures"), path, kinds)
        if place is not None:
            self.save_to(place)

    def _show_error(self, sentence: str) -> None:
        self.summary.setText(sentence)

    def _connect(self) -> None:
        self.who.currentIndexChanged.connect(self.count)
        self.save.clicked.connect(self._ask_file)

    def _lay_out(self) -> None:
        theme = self._theme
        self.setStyleSheet(
            f"#figures, QScrollArea {{ background: {theme.panel}; border: none; }}"
            f"#card {{ background: {theme.card}; border: 1px solid {theme.line};"
            " border-radius: 9px; }"
            f"QTableView {{ background: {theme.card}; border: 1px solid {theme.line}; }}"
        )
        self.charts.setWidgetResizable(True)
        self.charts.setAccessibleName(tr("Charts"))
        self.save.setEnabled(False)
        self.save.setAutoDefault(False)
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.addTab(self.charts, tr("&Charts"))
        tabs.addTab(figure_view(self.table), tr("&Table"))
        self.summary.setWordWrap(True)
        self.summary.setObjectName("muted")
        top = QHBoxLayout()
        top.addWidget(self.who)
        top.addWidget(self.summary, 1)
        top.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 14)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(tabs, 1)
        self.resize(1060, 760)


def _anchoring(project: "Project", who: str | None, cancelled: Cancelled) -> "Anchoring | None":
    """Return the result of the blind test; None if there is none, or if the model is unreadable.

    The error of an unreadable model is reported when suggestions are requested.
    """
    from annotator.core.errors import AnnotatorError
    from annotator.services.blind_test import anchoring
    from annotator.services.job import JobCancelled

    try:
        return anchoring(project, who, cancelled=cancelled)
    except (AnnotatorError, JobCancelled):
        return None


def _card(series: Series, theme: Theme) -> QFrame:
    card = QFrame()
    card.setObjectName("card")
    title = PlainLabel(series.title)
    title.setObjectName("heading")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(14, 10, 14, 10)
    layout.addWidget(title)
    layout.addWidget(Chart(series, theme))
    layout.addStretch(1)
    return card


def _translated(series: Series) -> Series:
    """Return the series in the language of the window; names of people and labels stay."""
    named = series.kind == "days"
    return series._replace(
        title=tr(series.title),
        unit=tr(series.unit),
        parts=series.parts if named else tuple(map(tr, series.parts)),
        bars=tuple(bar._replace(name=tr(bar.name)) for bar in series.bars)
        if series.id in ("types", "made_by", "anchoring")
        else series.bars,
    )


def _summary(stats: "Statistics") -> str:
    done = sum(counts["done"] for counts in stats.statuses.values())
    spans, quotes = sum(stats.mentions.values()), sum(stats.quotes.values())
    text = tr(
        "{1}  ·  {2} done  ·  {3} with {4}  ·  {5}  ·  {6} of active work",
        tr_count(stats.articles, "{1} article", "{1} articles"),
        tr_count(done, "{1} annotation", "{1} annotations"),
        tr_count(stats.entities, "{1} entity", "{1} entities"),
        tr_count(spans, "{1} mention", "{1} mentions"),
        tr_count(quotes, "{1} quote", "{1} quotes"),
        tr_message(format_duration(sum(stats.seconds.values()))),
    )
    if not stats.trash:
        return text
    trashed = tr_count(stats.trash, "{1} article in the trash", "{1} articles in the trash")
    return f"{text}  ·  {trashed}"
