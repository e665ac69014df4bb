"""Training on the articles that are done, in the background, while the user works."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from annotator.core.adjudication import people_in
from annotator.core.edit import Edit
from annotator.core.models import Head
from annotator.services.job import Cancelled, Progress
from annotator.store import StoreError
from annotator.ui.i18n.translation import tr, tr_error
from annotator.ui.jobs.runner import Job
from annotator.ui.session import Session

if TYPE_CHECKING:
    from annotator.services.background_training import TrainingResult
    from annotator.services.training import Part, TrainingReport
    from annotator.store import Project

_DELAY_MS: Final = 1500
"""The delay before training, so that the next article is shown first."""


class ModelTraining(QObject):
    """The training of a model when due or requested; suggestions use the model if it is better."""

    learnt = Signal(object, bool)
    """A `TrainingResult` is there; the second value is whether the user asked for it."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._asked = False
        self._check_timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._check_timer.timeout.connect(self._train_if_due)
        session.edit_applied.connect(self._follow)

    def learn(self) -> None:
        """Train now, at the user's request."""
        self._asked = True
        if self._start():
            self._session.status_message.emit(tr("Learning from the articles that are done …"))
        else:
            self._session.status_message.emit(
                tr("Learning already; it will tell when it has ended.")
            )

    def last(self) -> "TrainingResult | None":
        """Return the result of the last training in this project; None if there is none."""
        from annotator.services.background_training import last_training

        try:
            return last_training(self._session.project)
        except StoreError as error:
            self._session.error_occurred.emit(tr_error(error))
            return None

    @Slot(object)
    def _follow(self, edit: Edit) -> None:
        heads = [change.after for change in edit.changes if isinstance(change.after, Head)]
        if heads and heads[-1].status == "done" and people_in([self._session.annotator]):
            self._check_timer.start()

    @Slot()
    def _train_if_due(self) -> None:
        """Train if enough articles have been done since the last time."""
        from annotator.services.background_training import is_due

        session = self._session
        if session.project.read_only:
            return
        try:
            if not session.jobs.running(self) and is_due(session.project, session.annotator):
                self._start()
        except StoreError as error:
            session.status_message.emit(tr_error(error))

    def _start(self) -> bool:
        annotator = self._session.annotator

        def job(project: "Project", _progress: Progress, cancelled: Cancelled) -> "TrainingResult":
            from annotator.services.background_training import retrain

            return retrain(project, annotator, cancelled=cancelled)

        return bool(self._session.jobs.run(Job(job), self._take, self._fail, owner=self))

    def _take(self, learnt: "TrainingResult") -> None:
        asked, self._asked = self._asked, False
        if learnt.report is None:
            return
        self._session.status_message.emit(training_summary(learnt.report))
        self.learnt.emit(learnt, asked)

    def _fail(self, text: str) -> None:
        asked, self._asked = self._asked, False
        if asked:  # the user does not wait for an automatic training
            self._session.status_message.emit(f"{text[:1].upper()}{text[1:]}.")


def training_summary(report: "TrainingReport") -> str:
    """Return the result of a training in one or two sentences."""
    if not report.used:
        return tr("Learnt from {1} articles, and no better: nothing changes.", report.articles)
    return tr(
        "Learnt from {1} articles: quotes {2} → {3}, names {4} → {5}. In use: {6}.",
        report.articles,
        share(report.quotes_before),
        share(report.quotes_after),
        share(report.names_before),
        share(report.names_after),
        part_titles(report.parts),
    )


def part_titles(parts: "Collection[Part]") -> str:
    """Return the names of the parts that a new model is used for."""
    titles = {"quotes": tr("quotes"), "names": tr("names")}
    return tr(", ").join(titles[part] for part in parts)


def share(value: float) -> str:
    """Return an F score from 0 to 1 in per cent."""
    return tr("{1} %", round(value * 100))
