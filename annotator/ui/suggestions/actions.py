"""The actions on suggestions."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from annotator.ui.actions.key_labels import action_key_text
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr, tr_error
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.status_bar import StatusBar
from annotator.ui.suggestions.controller import SuggestionController
from annotator.ui.suggestions.key_filter import SuggestionKeyFilter
from annotator.ui.suggestions.model_training import ModelTraining
from annotator.ui.suggestions.suggestion_bar import SuggestionBar
from annotator.ui.suggestions.suggestion_painter import SuggestionPainter
from annotator.ui.suggestions.uncertainty_order import UncertaintyOrder
from annotator.ui.theme.theme import Theme

if TYPE_CHECKING:
    from annotator.services.background_training import TrainingResult

_OFF: Final = "no_suggestions"
"""The setting of users who want suggestions only on request; by default every article gets them."""


class SuggestionActions:
    """The actions on suggestions, one method for each action id; see the table in `actions`."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        view: ArticleView,
        articles: ArticlePanel,
        settings: Settings,
        theme: Theme,
    ) -> None:
        self._window = window
        self._session = session
        self._view = view
        self._settings = settings
        self.suggesting = SuggestionController(session, view, window)
        self.suggesting.by_itself = lambda: not settings.choice(_OFF)
        self.strip = SuggestionBar(session, self.suggesting)
        self._painter = SuggestionPainter(view, self.suggesting)
        self.learning = ModelTraining(session, window)
        self.learning.learnt.connect(self._show_learnt)
        self.uncertainty_order = UncertaintyOrder(session, articles, settings, window)
        self.uncertainty_order.changed.connect(self._check)
        self._theme = theme
        self._actions: Mapping[str, QAction] = {}
        self._key_filter: SuggestionKeyFilter | None = None

    def follow_with(self, actions: Mapping[str, QAction]) -> None:
        """Keep the checkable actions in step with the settings, and give the bar its key labels."""
        self._actions = actions
        self.strip.delete_key = partial(action_key_text, actions["delete"])
        self.strip.type_key = partial(action_key_text, actions["quote_type"])
        self._check()

    def take_hold(
        self,
        footer: StatusBar,
        labels: Callable[[], Mapping[str, QAction]],
    ) -> None:
        """Connect suggestions to keys, mouse and status bar, and suggest if switched on."""
        self._key_filter = SuggestionKeyFilter(
            self._session, self._view, self.suggesting, self._painter, self._actions, labels
        )
        footer.put_before_keys(self.strip)
        self.suggesting.changed.connect(lambda: footer.show_strip(shown=self.strip.is_wanted))
        self.suggesting.begin()

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        self._theme = theme

    def suggest(self) -> None:
        self.suggesting.ask()

    def next_suggestion(self) -> None:
        self._view.setFocus()
        self.suggesting.go(1)

    def previous_suggestion(self) -> None:
        self._view.setFocus()
        self.suggesting.go(-1)

    def accept_suggestion(self) -> None:
        self.suggesting.accept()

    def reject_suggestion(self) -> None:
        self.suggesting.reject()

    def accept_above(self) -> None:
        """Ask for a minimum confidence, and accept the suggestions that reach it."""
        from annotator.ui.suggestions.threshold_dialog import ThresholdDialog

        queue = self.suggesting.offer
        if queue is None:
            self._session.said.emit(tr("Nothing is suggested here."))
            return
        dialog = ThresholdDialog(queue, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepts.connect(lambda sure: self.suggesting.accept_all(queue.at_least(sure)))
        dialog.open()

    def reject_rest(self) -> None:
        self.suggesting.reject_rest()

    def suggest_by_itself(self) -> None:
        """Switch on or off that every opened article gets suggestions."""
        on = self._settings.choice(_OFF)
        self._settings.set_choice(_OFF, on=not on)
        self._check()
        if on:
            self.suggesting.begin()

    def choose_suggester(self) -> None:
        """Choose the suggester of this project: the rules, a pipeline or an endpoint."""
        from annotator.ui.suggestions.suggester_dialog import SuggesterDialog

        dialog = SuggesterDialog(self._session, self._theme, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chose.connect(self.suggesting.ask_again)
        dialog.open()

    def hold_back(self) -> None:
        """Ask in what share of articles suggestions are held back, to measure their influence."""
        from annotator.services.blind_test import blind_test
        from annotator.ui.suggestions.blind_test_dialog import BlindTestDialog

        dialog = BlindTestDialog(blind_test(self._session.project).share, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.chosen.connect(self._hold_back)
        dialog.open()

    def _hold_back(self, share: float) -> None:
        from annotator.services.blind_test import set_blind_share
        from annotator.store import StoreError

        try:
            set_blind_share(self._session.project, share)
        except StoreError as error:
            self._session.failed.emit(tr_error(error))
            return
        self.suggesting.look_again()
        self._session.said.emit(
            tr("Suggestions are held back in {1} % of the articles.", round(share * 100))
            if share
            else tr("Suggestions are held back in no article.")
        )

    def uncertain_first(self) -> None:
        self.uncertainty_order.switch()

    def train_model(self) -> None:
        self.learning.learn()

    def show_training(self) -> None:
        """Show the figures of the last training."""
        self._show_training(self.learning.last())

    def _show_learnt(self, learnt: "TrainingResult", asked: bool) -> None:
        """Show the figures if the user asked for the training."""
        if asked:
            self._show_training(learnt)

    def _show_training(self, learnt: "TrainingResult | None") -> None:
        from annotator.ui.suggestions.training_dialog import TrainingDialog

        dialog = TrainingDialog(learnt, self._theme, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wants_training.connect(self.learning.learn)
        dialog.open()

    def _check(self) -> None:
        self._actions["uncertain_first"].setChecked(self.uncertainty_order.on)
        self._actions["suggest_by_itself"].setChecked(not self._settings.choice(_OFF))
