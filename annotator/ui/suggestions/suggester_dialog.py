"""The dialog in which the user chooses and tries the suggester of this project."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.errors import AnnotatorError
from annotator.core.scheme import Scheme
from annotator.core.suggestion import Suggestions
from annotator.services.job import Cancelled, Progress
from annotator.services.suggester_config import (
    SuggesterConfig,
    choose,
    chosen,
    has_agreed,
    installed_pipelines,
)
from annotator.services.suggesters import ENDPOINT, OWN, SECONDS
from annotator.suggest.registry import SPACY
from annotator.ui.i18n.translation import tr, tr_error
from annotator.ui.jobs.runner import Job
from annotator.ui.session import Session
from annotator.ui.suggestions.text import isolated, suggestion_text
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.combo_box import ComboBox
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.number_box import NumberSpinBox
from annotator.ui.widgets.ok_cancel import ok_cancel_buttons
from annotator.ui.widgets.plain_text import PlainLabel, add_row

if TYPE_CHECKING:
    from annotator.store import Project

_TRIAL: Final = "“We are ready,” Ann Lee said in Paris."
_MOST: Final = 6


class SuggesterDialog(QDialog):
    """A dialog to choose the suggester. Nothing changes until OK."""

    chose = Signal()
    """Another choice was saved."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("suggester")
        self.setWindowTitle(tr("What suggests"))
        self._session = session
        self._path = session.project.path
        self._now = chosen(self._path)
        self._make_fields()
        self._lay_out()
        self._show_page()
        self.setStyleSheet(f"#suggester {{ background: {theme.panel}; }}")

    def choice(self) -> SuggesterConfig:
        """Return what the dialog shows now."""
        kind = self.kind.currentData()
        suggester = f"{SPACY}{self.pipeline.currentText().strip()}" if kind == SPACY else kind
        return SuggesterConfig(
            suggester,
            self.url.text().strip().rstrip("/"),
            self.model.text().strip(),
            self.seconds.value(),
            self.agree.isChecked(),
        )

    def accept(self) -> None:
        choice = self.choice()
        missing = _missing(choice)
        if missing:
            self._show_message(missing)
            return
        try:
            if self.key.text():
                self._keep_key(self.key.text().strip())
            choose(self._path, choice)
        except AnnotatorError as error:
            self._show_failure(tr_error(error))
            return
        self.chose.emit()
        super().accept()

    def done(self, result: int) -> None:
        self._session.jobs.stop(self)
        super().done(result)

    def _make_fields(self) -> None:
        now = self._now
        rows = (
            (tr("Rules, and what was learnt in this project"), OWN),
            (tr("A spaCy pipeline"), SPACY),
            (tr("A language model at an endpoint"), ENDPOINT),
        )
        is_pipeline = now.suggester.startswith(SPACY)
        self.kind = ComboBox(tr("What suggests"), rows)
        self.kind.choose_value(SPACY if is_pipeline else now.suggester)
        self.kind.currentIndexChanged.connect(self._show_page)
        self.pipeline = QComboBox()
        self.pipeline.setEditable(True)
        self.pipeline.setLineEdit(LineEdit())
        for part in (self.pipeline, *self.pipeline.findChildren(QLineEdit)):
            part.setAccessibleName(tr("Name or folder of the pipeline"))
        known = [now.suggester.removeprefix(SPACY)] if is_pipeline else []
        self.pipeline.addItems(list(dict.fromkeys([*known, *installed_pipelines()])))
        self.url = _line(tr("Address of the endpoint"), now.url, tr("http://localhost:8080/v1"))
        self.model = _line(tr("Name of the model"), now.model, "")
        self.key = _line(tr("Key of the endpoint"), "", tr("as it is"))
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.forget = QPushButton(tr("&Forget it"))
        self.forget.setAccessibleName(tr("Forget the key of this address"))
        self.forget.setAutoDefault(False)
        self.forget.clicked.connect(self._forget_key)
        self.seconds = NumberSpinBox()
        self.seconds.setAccessibleName(tr("Longest wait for an answer"))
        self.seconds.setRange(SECONDS[0], SECONDS[-1])
        self.seconds.setSuffix(tr(" s"))
        self.seconds.setValue(now.seconds)
        self.agree = QCheckBox()
        self.agree.setChecked(now.agreed)
        self.url.textChanged.connect(self._follow_address)
        self._follow_address()
        self.agree.setChecked(now.agreed)
        self.attempt = QPushButton(tr("&Try it"))
        self.attempt.setAutoDefault(False)
        self.attempt.clicked.connect(self._try)
        self.answer = PlainLabel()
        self.answer.setWordWrap(True)
        self.answer.setAccessibleDescription(tr("What came of trying it"))
        self.answer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)

    def _lay_out(self) -> None:
        key = QHBoxLayout()
        key.setSpacing(8)
        key.addWidget(self.key, 1)
        key.addWidget(self.forget)
        endpoint = _form(
            (
                (tr("&Address"), self.url),
                (tr("&Model"), self.model),
                (tr("&Key"), key),
                (tr("&Wait at most"), self.seconds),
            )
        )
        endpoint.addRow(self.agree)
        pipeline = _form(((tr("&Pipeline"), self.pipeline),))
        self._pages: dict[str, QWidget] = {}
        for kind, form in ((SPACY, pipeline), (ENDPOINT, endpoint)):
            self._pages[kind] = QWidget()
            self._pages[kind].setLayout(form)
        self.note = _muted("")
        self._trial = QWidget()
        trial = QHBoxLayout(self._trial)
        trial.setContentsMargins(0, 0, 0, 0)
        trial.setSpacing(12)
        trial.addWidget(self.attempt)
        trial.addWidget(_muted(tr("with these words only: {1}", isolated(_TRIAL))), 1)
        box = ok_cancel_buttons(self.accept, self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 16, 22, 16)
        layout.setSpacing(14)
        layout.addLayout(_form(((tr("S&uggestions by"), self.kind),)))
        for page in self._pages.values():
            layout.addWidget(page)
        layout.addWidget(self.note)
        layout.addWidget(self._trial)
        layout.addWidget(self.answer)
        layout.addStretch(1)
        layout.addWidget(box)
        label = endpoint.labelForField(key)
        if isinstance(label, QLabel):
            label.setBuddy(self.key)
        self.setMinimumWidth(600)
        self.kind.setFocus()

    @Slot()
    def _show_page(self) -> None:
        kind = self.kind.currentData()
        for name, page in self._pages.items():
            page.setVisible(name == kind)
        self._trial.setVisible(kind != OWN)
        self.note.setText(_note(kind))
        self._show_message("")

    @Slot()
    def _follow_address(self) -> None:
        """Reset the consent when the address changes: it holds for one address only."""
        url = self.choice().url
        self.agree.setText(
            tr("&Send the text of each article that I open here to {1}", isolated(_host(url)))
            if url
            else tr("&Send the text of each article that I open here")
        )
        self.agree.setEnabled(bool(url))
        self.agree.setChecked(has_agreed(self._path, url))

    def _show_message(self, text: str) -> None:
        """Show a message below the fields, and make the dialog higher if it needs more lines."""
        self.answer.setText(text)
        self.answer.setVisible(bool(text))
        layout = self.layout()
        if layout is not None:
            layout.activate()
            width = max(self.width(), self.minimumWidth())
            self.resize(
                width, max(layout.totalHeightForWidth(width), layout.minimumSize().height())
            )

    def _keep_key(self, key: str | None) -> None:
        from annotator.suggest.api_keys import keep_endpoint_key

        keep_endpoint_key(self.choice().url, key)

    @Slot()
    def _forget_key(self) -> None:
        url = self.choice().url
        if not url:
            return
        self.key.clear()
        try:
            self._keep_key(None)
        except AnnotatorError as error:
            self._show_failure(tr_error(error))
        else:
            self._show_message(tr("The keyring keeps no key for {1}.", isolated(url)))

    @Slot()
    def _try(self) -> None:
        choice = self.choice()
        missing = _missing(choice, sends=False)
        if missing:
            self._show_message(missing)
            return
        key, labels = self.key.text().strip(), [x.name for x in self._session.scheme.labels]

        def job(_project: "Project", _progress: Progress, cancelled: Cancelled) -> Suggestions:
            from annotator.services.suggester_config import try_suggester

            return try_suggester(choice, labels, _TRIAL, key=key or None, cancelled=cancelled)

        if self._session.jobs.run(Job(job), self._show_trial, self._show_failure, owner=self):
            self.attempt.setEnabled(False)
            to = isolated(choice.url)
            asking = choice.suggester == ENDPOINT
            self._show_message(tr("Asking {1} …", to) if asking else tr("Loading it …"))

    def _show_trial(self, made: Suggestions) -> None:
        self.attempt.setEnabled(True)
        self._show_message(trial_text(made, self._session.scheme))

    def _show_failure(self, text: str) -> None:
        self.attempt.setEnabled(True)
        self._show_message(isolated(f"{text[:1].upper()}{text[1:]}."))


def trial_text(made: Suggestions, scheme: Scheme) -> str:
    """Return what was suggested for the trial sentence, one line for each suggestion."""
    from annotator.services.suggestion_service import fit_to_scheme

    found = fit_to_scheme(scheme, made)
    everything: Sequence[Any] = [*found.mentions, *found.quotes]
    if not everything:
        return tr("It works, and finds nothing in these words.")
    lines = [suggestion_text(one, scheme) for one in everything[:_MOST]]
    return "\n".join([tr("It works, and finds:"), *lines])


def _note(kind: str) -> str:
    """Return what to know about this kind of suggester."""
    if kind == SPACY:
        return tr(
            "Names come from the pipeline, quotes from the rules. Give the name of an installed "
            "one, or its folder. Everything stays on this machine."
        )
    if kind == ENDPOINT:
        return tr(
            "Nothing is sent before you tick this, once for each project and address. The key lies "
            "in your system's keyring, never in a file of Annotator; an endpoint that needs none "
            "gets none. What the model answers is offered only where it stands in the text word "
            "for word."
        )
    return tr("By rules, by names marked before, and by the model trained here, if any.")


def _host(url: str) -> str:
    """Return the host of an address, the part that matters to the user."""
    return url.partition("://")[2].partition("/")[0] or url


def _missing(choice: SuggesterConfig, *, sends: bool = True) -> str:
    """Return what must be entered before this can be used; "" if nothing is missing."""
    if choice.suggester == SPACY:
        return tr("Name a pipeline first.")
    if choice.suggester != ENDPOINT:
        return ""
    if not choice.url.startswith(("http://", "https://")):
        return tr("The address begins with http:// or https://.")
    if not choice.model:
        return tr("Name a model first.")
    if sends and not choice.agreed:
        return tr("The endpoint is used once you agree that texts are sent there: tick the box.")
    return ""


def _form(rows: Sequence[tuple[str, QWidget | QHBoxLayout]]) -> QFormLayout:
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(18)
    form.setVerticalSpacing(9)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    for text, field in rows:
        add_row(form, text, field)
    return form


def _line(name: str, text: str, hint: str) -> QLineEdit:
    line = LineEdit(text)
    line.setAccessibleName(name)
    line.setPlaceholderText(hint)
    return line


def _muted(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setObjectName("muted")
    label.setWordWrap(True)
    return label
