"""The actions on suggestions."""

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt

from annotator.core.suggestion import SuggestedMention, SuggestedQuote
from annotator.ui.actions.action import Action, Condition, Menu, Scope
from annotator.ui.actions.conditions import editable, writable
from annotator.ui.i18n.translation import tr, tr_error, tr_later
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.status_bar import StatusBar
from annotator.ui.suggestions.controller import SuggestionController
from annotator.ui.suggestions.interaction import SuggestionInteraction
from annotator.ui.suggestions.model_training import ModelTraining
from annotator.ui.suggestions.suggestion_bar import SuggestionBar
from annotator.ui.suggestions.suggestion_painter import SuggestionPainter
from annotator.ui.suggestions.uncertainty_order import UncertaintyOrder
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import escape_mnemonic
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.services.background_training import TrainingResult

_OFF: Final = "no_suggestions"
"""The setting of users who want suggestions only on request; by default every article gets them."""


class SuggestionActions:
    """The actions on suggestions: those of the menu, and those on the current one in the text."""

    def __init__(self, context: WindowContext, articles: ArticlePanel) -> None:
        window, session, view = context.window, context.session, context.view
        settings, registry = context.settings, context.registry
        self._window = window
        self._session = session
        self._view = view
        self._settings = settings
        self._registry = registry
        self._theme = context.theme
        context.theme_changed.connect(self.set_theme)
        self.suggesting = SuggestionController(session, view, registry, self._is_automatic, window)
        self._strip: SuggestionBar | None = None
        self._status_bar: StatusBar | None = None
        painter = SuggestionPainter(view, self.suggesting)
        self._interaction = SuggestionInteraction(session, view, self.suggesting, painter)
        self.learning = ModelTraining(session, window)
        self.learning.learnt.connect(self._show_learnt)
        self.uncertainty_order = UncertaintyOrder(session, articles, settings, window)
        self.uncertainty_order.changed.connect(registry.refresh)
        self.suggesting.changed.connect(registry.refresh_soon)
        registry.add((*self._menu_actions(), *self._setting_actions(), *self._text_actions()))
        self._add_labels()
        registry.take_keys(Scope.SUGGESTION, view)

    def _menu_actions(self) -> list[Action]:
        suggesting, menu, scope = self.suggesting, Menu.SUGGEST, Scope.SUGGESTION
        able = editable(self._session)
        shown = (*able, Condition(lambda: suggesting.offer is not None, suggesting.why_nothing))
        current = (*shown, Condition(self._has_current, suggesting.why_none_current))

        def moves() -> bool:
            return suggesting.uses_tab

        return [
            Action(
                "suggest",
                tr("&Suggest"),
                suggesting.ask,
                menu,
                ("G",),
                able,
                also=tr_later("predict pre-annotate automatic"),
            ),
            Action(
                "next_suggestion",
                tr("&Next suggestion"),
                partial(self._go, 1),
                menu,
                ("Tab",),
                shown,
                scope,
                claims_key=moves,
            ),
            Action(
                "previous_suggestion",
                tr("&Previous suggestion"),
                partial(self._go, -1),
                menu,
                ("Shift+Tab",),
                shown,
                scope,
                claims_key=moves,
            ),
            Action(
                "accept_suggestion",
                tr("&Accept it"),
                suggesting.accept,
                menu,
                ("Return", "Enter"),
                current,
                scope,
                claims_key=self._has_current,
            ),
            Action(
                "reject_suggestion",
                tr("&Reject it"),
                suggesting.reject,
                menu,
                ("Backspace", "Del"),
                current,
                scope,
                claims_key=self._has_current,
            ),
            Action(
                "accept_above",
                tr("Accept all a&bove…"),
                self.accept_above,
                menu,
                ("Ctrl+Shift+A",),
                shown,
                also=tr_later("confidence threshold"),
            ),
            Action(
                "reject_rest",
                tr("Reject the r&est"),
                suggesting.reject_rest,
                menu,
                ("Ctrl+Shift+Backspace",),
                shown,
            ),
        ]

    def _setting_actions(self) -> list[Action]:
        menu = Menu.SUGGEST
        return [
            Action(
                "suggest_by_itself",
                tr("S&uggest when an article opens"),
                self.suggest_by_itself,
                menu,
                checked=self._is_automatic,
                also=tr_later("automatic for all articles"),
            ),
            Action(
                "choose_suggester",
                tr("Sugges&tions by…"),
                self.choose_suggester,
                menu,
                also=tr_later("model endpoint spacy source suggester"),
            ),
            Action(
                "uncertain_first",
                tr("Un&certain articles first"),
                self.uncertainty_order.switch,
                menu,
                checked=lambda: self.uncertainty_order.on,
                also=tr_later("active learning"),
            ),
            Action(
                "hold_back",
                tr("Control &group…"),
                self.hold_back,
                menu,
                (),
                (writable(self._session),),
                also=tr_later("control group blind test"),
            ),
            Action(
                "train_model",
                tr("&Learn from the articles done"),
                self.learning.learn,
                menu,
                also=tr_later("train model machine learning"),
            ),
            Action(
                "show_training",
                tr("Training results…"),
                self.show_training,
                menu,
                also=tr_later("training model scores figures"),
            ),
        ]

    def _text_actions(self) -> list[Action]:
        """Return what other keys of the text do while a suggestion is current."""
        suggesting, scope = self.suggesting, Scope.SUGGESTION
        edges = (
            ("lengthen_end", tr("Its end one word on"), (0, 1)),
            ("shorten_end", tr("Its end one word back"), (0, -1)),
            ("lengthen_start", tr("Its start one word back"), (-1, 0)),
            ("shorten_start", tr("Its start one word on"), (1, 0)),
        )
        moving = [
            Action(
                f"suggestion_{id_}",
                title,
                partial(suggesting.reshape, *by),
                scope=scope,
                claims_key=self._has_current,
                keys_of=id_,
            )
            for id_, title, by in edges
        ]
        questions = (
            ("source", tr("Accept with another speaker…"), self._interaction.ask_speaker),
            ("quote_type", tr("Accept as another type…"), self._interaction.ask_type),
        )
        asking = [
            Action(
                f"suggestion_{id_}",
                title,
                ask,
                scope=scope,
                claims_key=self._has_current_quote,
                keys_of=id_,
            )
            for id_, title, ask in questions
        ]
        leaving = Action(
            "leave_suggestion",
            tr("Let go of the suggestion, then of all"),
            self._leave,
            keys=("Esc",),
            enabled_when=(Condition(self._are_shown_or_made, suggesting.why_nothing),),
            scope=scope,
            claims_key=self._can_leave,
        )
        return [*moving, *asking, leaving]

    def _add_labels(self) -> None:
        """Have the key of each label accept the current suggestion with that label."""
        labels = self._session.scheme.labels
        self._label_ids = [f"suggestion-label-{label.name}" for label in labels]
        self._registry.add(
            Action(
                id_,
                tr("Accept as {1}", escape_mnemonic(label.title)),
                partial(self._accept_as, label.name),
                scope=Scope.SUGGESTION,
                claims_key=self._has_current,
                keys_of=f"label-{label.name}",
            )
            for id_, label in zip(self._label_ids, labels, strict=True)
        )

    def follow_scheme(self) -> None:
        """Follow the labels that the scheme has now."""
        self._registry.remove(self._label_ids)
        self._add_labels()

    @property
    def strip(self) -> SuggestionBar:
        """The bar with the current suggestion, made at the first use."""
        if self._strip is None:
            self._strip = SuggestionBar(
                self._session, self.suggesting, self._registry, self._status_bar
            )
        return self._strip

    def show_in(self, status_bar: StatusBar) -> None:
        """Show the current suggestion in the status bar, and suggest if switched on."""
        self._status_bar = status_bar
        self.suggesting.changed.connect(self._show_strip)
        self.suggesting.begin()

    def _show_strip(self) -> None:
        if self._status_bar is not None:
            self._status_bar.show_strip(self.strip if self.suggesting.has_report else None)

    def _is_automatic(self) -> bool:
        return not self._settings.choice(_OFF)

    def _has_current(self) -> bool:
        return self.suggesting.current is not None

    def _has_current_quote(self) -> bool:
        return isinstance(self.suggesting.current, SuggestedQuote)

    def _can_leave(self) -> bool:
        """Return whether Esc is about suggestions; else it first clears what is selected."""
        suggesting, session = self.suggesting, self._session
        nothing_selected = session.pick is None and self._view.selection() is None
        return self._are_shown_or_made() and (
            suggesting.current_number is not None or nothing_selected
        )

    def _are_shown_or_made(self) -> bool:
        return self.suggesting.making or self.suggesting.offer is not None

    def _leave(self) -> None:
        if self.suggesting.making:
            self.suggesting.cancel()
        else:
            self.suggesting.leave()

    def _go(self, step: int) -> None:
        self._view.setFocus()
        self.suggesting.go(step)

    def _accept_as(self, label: str) -> None:
        """Accept with this label; at a quote, report which key changes its type instead."""
        if isinstance(self.suggesting.current, SuggestedMention):
            self.suggesting.accept_label(label)
        else:
            key = self._registry.key_or_title("quote_type")
            self._session.said.emit(
                tr("This is a quote, which has no label: {1} is its type.", key)
            )

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        self._theme = theme

    def accept_above(self) -> None:
        """Ask for a minimum confidence, and accept the suggestions that reach it."""
        from annotator.ui.suggestions.threshold_dialog import ThresholdDialog

        queue = self.suggesting.offer
        if queue is None:
            return
        dialog = ThresholdDialog(queue, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepts.connect(lambda sure: self.suggesting.accept_all(queue.at_least(sure)))
        dialog.open()

    def suggest_by_itself(self) -> None:
        """Switch on or off that every opened article gets suggestions."""
        off = not self._is_automatic()
        self._settings.set_choice(_OFF, on=not off)
        if off:
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
