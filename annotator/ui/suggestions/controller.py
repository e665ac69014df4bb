"""The suggestions for the open article: which one is current, and accepting or rejecting them."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from annotator.core import edits
from annotator.core.adjudication import people_in
from annotator.core.annotation import Annotation
from annotator.core.blind_test import BLIND_TEST, BlindTest, is_held_back
from annotator.core.edit import Edit
from annotator.core.edits.suggestions import Source
from annotator.core.errors import AnnotatorError
from annotator.core.models import Article, SpeakerStatus
from annotator.core.suggestion import Speaker, SuggestedMention, SuggestedQuote, Suggestion
from annotator.core.suggestion_queue import SuggestionQueue
from annotator.services.job import Cancelled, Progress
from annotator.store import StoreError
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.article.accessibility import announce
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr, tr_error
from annotator.ui.jobs.runner import Job
from annotator.ui.lists.label_menu import type_text
from annotator.ui.session import SelectedItem, Session
from annotator.ui.suggestions.resize import resized
from annotator.ui.suggestions.text import (
    confidence_text,
    error_text,
    held_back_text,
    reason_text,
    suggestion_count,
    suggestion_text,
)

if TYPE_CHECKING:
    from annotator.services.suggester_config import SuggesterConfig
    from annotator.services.suggestion_service import ServedSuggestions, SuggestionService
    from annotator.store import Project

_DELAY_MS = 30
"""The delay before suggesting starts, so that the article is painted first."""


class SuggestionController(QObject):
    """The suggestions for the session's article, made in the background.

    Methods report messages and errors through the session and never raise.
    """

    changed = Signal()
    """The suggestions or the current one have changed, or suggesting has started or stopped."""
    _chosen = Signal(object)
    """Emitted in the background with the `SuggesterConfig` that suggestions are made with."""

    def __init__(
        self,
        session: Session,
        view: ArticleView,
        registry: ActionRegistry,
        by_itself: Callable[[], bool],
        parent: QObject,
    ) -> None:
        """Make the controller; `by_itself` returns whether every article gets suggestions."""
        super().__init__(parent)
        self._registry = registry
        self._by_itself = by_itself
        self._session = session
        self._view = view
        self._service: SuggestionService | None = None
        self._served: ServedSuggestions | None = None
        self._dismissed = False
        self._choice: SuggesterConfig | None = None
        self._wanted = False
        self._requested = False
        self._deciding = False
        self.current_number: int | None = None
        self._start_timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._start_timer.timeout.connect(self._start)
        self._chosen.connect(self._show_choice, Qt.ConnectionType.QueuedConnection)
        session.article_opened.connect(self._follow_article)
        session.scheme_changed.connect(self._refresh)
        session.edit_applied.connect(self._follow)
        session.selected_item_changed.connect(self._follow_selected_item)
        view.selection_settled.connect(self._clear_current)

    @property
    def offer(self) -> SuggestionQueue | None:
        """The queue of suggestions that is shown; None if it is empty or was dismissed."""
        served = self._served
        if served is None or self._dismissed or not served.offer.count:
            return None
        return served.offer

    @property
    def making(self) -> bool:
        """Whether suggestions for this article are being made."""
        return self._wanted

    @property
    def uses_tab(self) -> bool:
        """Whether Tab in the text moves between suggestions, even if there are none yet."""
        session = self._session
        if self._dismissed or session.article is None or not people_in([session.annotator]):
            return False
        return self._wanted or self._served is not None or self._by_itself()

    @property
    def sends_to(self) -> str:
        """The address that the article's text is being sent to; "" if it is not being sent."""
        return self._choice.sends_to if self._choice is not None and self._wanted else ""

    @property
    def trouble(self) -> str:
        """Why the suggestions are not by the chosen suggester, as a sentence; "" if they are."""
        served = self._served
        return "" if served is None or self._dismissed else error_text(served.trouble)

    @property
    def is_held_back(self) -> bool:
        """Whether all there is to report is that suggestions are held back.

        False for an article that is done.
        """
        session = self._session
        unfinished = session.annotation is not None and session.annotation.head.status != "done"
        return bool(session.held_back) and unfinished

    @property
    def has_report(self) -> bool:
        """Whether there is something to show: suggestions, or why there are none."""
        has_message = self.making or bool(self.trouble)
        return self.offer is not None or has_message or self.is_held_back

    @property
    def current(self) -> Suggestion | None:
        """The current suggestion."""
        queue = self.offer
        return None if queue is None or self.current_number is None else queue[self.current_number]

    # Asking

    def ask(self) -> None:
        """Suggest now, at the user's request."""
        session = self._session
        if session.article is None:
            session.status_message.emit(tr("Open an article first."))
        elif not people_in([session.annotator]):
            session.status_message.emit(
                tr("In a review nothing is suggested: go back to your own work.")
            )
        elif session.held_back:
            session.status_message.emit(held_back_text())
        else:
            self._requested, self._dismissed = True, False
            self._request()

    def ask_again(self) -> None:
        """Suggest again with the new suggester, if there are suggestions or they are automatic."""
        if self._served is not None:
            self._dismissed = False
            self._refresh()
        else:
            self.begin()

    def begin(self) -> None:
        """Suggest for the open article if suggestions are automatic."""
        self._check_blind_test()
        if self._served is None and self._is_automatic():
            self._request()
        self.changed.emit()

    def cancel(self) -> None:
        """Stop making suggestions for this article."""
        if self.making:
            self._wanted = self._requested = False
            self._session.jobs.cancel(self)
            self._session.status_message.emit(tr("Stopped looking for suggestions."))
            self.changed.emit()

    def refresh(self) -> None:
        """Check again whether suggestions are held back, after the share has changed."""
        self._follow_article()

    def _follow_article(self) -> None:
        self._check_blind_test()
        session, served = self._session, self._served
        here = served is not None and served.key == session.article_key
        same = served is not None and served.annotator == session.annotator
        if here and same and not session.held_back:
            self._refresh()  # the article was reloaded after a change elsewhere
            return
        self._served, self.current_number, self._dismissed, self._wanted = None, None, False, False
        self._session.jobs.cancel(self)
        if self._is_automatic():
            self._request()
        self.changed.emit()

    def _check_blind_test(self) -> None:
        """Find out whether suggestions are held back here, to measure their influence."""
        session = self._session
        session.held_back = None
        if session.article is None or session.annotation is None:
            return
        if not people_in([session.annotator]):
            return
        try:
            test = BlindTest.from_json(session.project.value(BLIND_TEST))
        except AnnotatorError:  # an unreadable project is reported where it matters
            return
        found = is_held_back(test, session.article, session.annotation, session.annotator)
        # A user who has switched suggestions off sees none, so the test would measure nothing.
        session.held_back = found if found or self._by_itself() else None

    def _is_automatic(self) -> bool:
        session = self._session
        begun = session.annotation is not None and session.annotation.head.status in (
            "todo",
            "doing",
        )
        own = bool(people_in([session.annotator])) and not session.held_back
        return begun and own and self._by_itself()

    def _refresh(self) -> None:
        """Make the suggestions again, if there were any: they may no longer fit."""
        self.current_number = None
        if self._served is not None and not self._session.held_back:
            self._request()
        self.changed.emit()

    def _request(self) -> None:
        if self._session.project.read_only:  # nothing could be accepted
            return
        self._wanted = True
        self._session.jobs.cancel(self)
        self._start_timer.start()
        self.changed.emit()

    @Slot(object)
    def _show_choice(self, choice: "SuggesterConfig") -> None:
        self._choice = choice
        self.changed.emit()

    @Slot()
    def _start(self) -> None:
        session = self._session
        key, annotator = session.article_key, session.annotator
        if not self._wanted or key is None or session.jobs.running(self):
            return
        path = session.project.path

        def job(
            project: "Project", _progress: Progress, cancelled: Cancelled
        ) -> "ServedSuggestions":
            # Imported in the background: loading rules and word lists takes several frames.
            from annotator.services.suggester_config import chosen
            from annotator.services.suggestion_service import SuggestionService

            choice = chosen(path)
            self._chosen.emit(choice)
            self._service = service = self._service or SuggestionService()
            return service.offer(project, key, annotator, choice, cancelled=cancelled)

        session.jobs.run(
            Job(job), self._take, self._fail, cancelled=self._start_timer.start, owner=self
        )

    def _take(self, served: "ServedSuggestions") -> None:
        session = self._session
        article, annotation = session.article_key, session.annotation
        if (served.key, served.annotator) != (article, session.annotator):
            self._start_timer.start()  # for the article that was opened in the meantime
            return
        if not self._wanted or annotation is None:
            return
        self._wanted = False
        try:
            revision = session.project.revision(served.key, served.annotator)
        except StoreError as error:
            self._fail(tr_error(error))
            return
        if served.revision != revision:
            from dataclasses import replace

            served = replace(served, offer=SuggestionQueue(served.suggestions, annotation))
        self._served, self.current_number = served, None
        requested, self._requested = self._requested, False
        self.changed.emit()
        if served.trouble:
            self._session.status_message.emit(self.trouble)
            return
        if requested:
            self._report_found(served.offer)

    def _report_found(self, queue: SuggestionQueue) -> None:
        if queue.count:
            self._session.status_message.emit(
                tr(
                    "{1}: {2} goes to the first.",
                    suggestion_count(queue.count),
                    self._registry.key_or_title("next_suggestion"),
                )
            )
            self.go(1)
        else:
            self._session.status_message.emit(
                tr("Nothing to suggest here that you have not marked or rejected already.")
            )

    def _fail(self, sentence: str) -> None:
        self._wanted = self._requested = False
        self._session.status_message.emit(sentence)
        self.changed.emit()

    def why_nothing(self) -> str:
        """Return why there is no suggestion to go to."""
        if self.making:
            return tr("Suggestions are still being made: press again in a moment.")
        return tr("Nothing is suggested here.")

    def why_none_current(self) -> str:
        """Return how to make a suggestion current."""
        key = self._registry.key_or_title("next_suggestion")
        return tr("Choose a suggestion first: {1} goes to the next.", key)

    # Going

    def go(self, step: int) -> None:
        """Go to the next suggestion (step 1) or the previous one (-1), around the ends."""
        queue = self.offer
        if queue is None:
            return
        number = queue.beside(self.current_number, self._view.caret(), step)
        if number is not None:
            self.take(number)

    def take(self, number: int) -> None:
        """Make this suggestion current and scroll it into view."""
        queue = self.offer
        if queue is None:
            return
        made = queue[number]
        self.current_number = None  # selecting clears the current suggestion
        self._session.select(None)
        self._view.select(made.start, made.start)
        self._view.reveal(made.start, made.end)
        self._view.selection_settled.emit()
        self.current_number = number
        self._session.touch()
        what = suggestion_text(made, self._session.scheme)
        text = f"{what}, {confidence_text(made)}, {reason_text(made)}"
        announce(self._view, text)
        self.changed.emit()

    def leave(self) -> None:
        """Leave the current suggestion; without one, dismiss all suggestions of this article."""
        if self.current_number is None:
            self._dismissed = True
        self.current_number = None
        self.changed.emit()

    # Deciding

    def accept(self) -> None:
        """Accept the current suggestion into the annotation, and go on to the next."""
        made, number = self.current, self.current_number
        if made is None or number is None or self.offer is None:
            return
        by = self._session.annotator if self.offer.is_changed(number) else ""
        self._decide(number, lambda: self._perform([made], by))

    def accept_as(self, made: Suggestion) -> None:
        """Accept `made` in place of the current suggestion."""
        if self.offer is not None and self.current_number is not None:
            if made != self.offer.original(self.current_number):
                self.offer.change(self.current_number, made)
            self.accept()

    def accept_label(self, label: str) -> None:
        """Accept the current mention with this label."""
        made = self.current
        if isinstance(made, SuggestedMention):
            title = self._session.scheme.label(label).title
            self._session.status_message.emit(tr("Accepted as {1}.", title))  # an error replaces it
            self.accept_as(made._replace(label=label))

    def accept_type(self, type_: str) -> None:
        """Accept the current quote with this type."""
        made = self.current
        if isinstance(made, SuggestedQuote):
            self._session.status_message.emit(tr("Accepted as {1}.", type_text(type_)))
            self.accept_as(made._replace(type=type_))

    def accept_speaker(self, speaker: Speaker | None, status: SpeakerStatus = "identified") -> None:
        """Accept the current quote with this speaker, or with an unnamed one of this status."""
        made = self.current
        if isinstance(made, SuggestedQuote):
            self.accept_as(made._replace(speaker=speaker, speaker_status=status))

    def accept_all(self, numbers: Sequence[int]) -> bool:
        """Accept the suggestions with these numbers as one edit; return whether it was made."""
        queue = self.offer
        if queue is None or not numbers:
            self._session.status_message.emit(tr("Nothing is so sure here."))
            return False
        done = self._perform([queue[number] for number in numbers], "")
        if done:
            self._session.status_message.emit(
                tr("{1} accepted. Undo takes it back.", suggestion_count(len(numbers)))
            )
        return done

    def reject(self) -> None:
        """Reject the current suggestion for good, and go on to the next."""
        queue, number = self.offer, self.current_number
        if queue is not None and number is not None:
            self._decide(number, lambda: self._reject([number]))

    def reject_rest(self) -> None:
        """Reject all open suggestions for good, as one edit."""
        queue = self.offer
        if queue is None:
            return
        number = queue.count
        if self._reject(list(queue.open_numbers())):
            self._session.status_message.emit(
                tr("{1} rejected. Undo takes it back.", suggestion_count(number))
            )

    def reshape(self, start: int, end: int) -> None:
        """Move the start and the end of the current suggestion by this many words."""
        article, made, queue = self._session.article, self.current, self.offer
        if article is None or made is None or queue is None or self.current_number is None:
            return
        found = resized(article.text, made, start, end)
        if isinstance(found, str):
            self._session.status_message.emit(found)
            return
        queue.change(self.current_number, found)
        self._view.reveal(found.start, found.end)
        self.changed.emit()

    def _reject(self, numbers: Sequence[int]) -> bool:
        queue = self.offer
        if queue is None:
            return False
        rejected = [queue.original(number) for number in numbers]
        return self._session.perform(lambda _, on: edits.reject(on, rejected))

    def _perform(self, made: Sequence[Suggestion], by: str) -> bool:
        made_by = self._served.made_by if self._served is not None else ""
        conventions = self._session.scheme.conventions

        def make(article: Article, annotation: Annotation) -> Edit:
            source = Source(made_by, by)
            return edits.accept(article, annotation, made, source, conventions=conventions)

        return self._session.perform(make)

    def _decide(self, number: int, run: Callable[[], bool]) -> None:
        """Run the decision and go on to the next suggestion, emitting `changed` only once."""
        self._deciding = True
        try:
            done = run()
        finally:
            self._deciding = False
        if done:
            self._go_to_following(number)
        else:
            self.changed.emit()

    def _go_to_following(self, number: int) -> None:
        """Go to the next suggestion after this one; report it if there is none."""
        queue = self.offer
        following = queue.beside(number, 0, 1) if queue is not None else None
        if following is None:
            self.current_number = None
            self._session.status_message.emit(tr("All suggestions of this article are decided."))
            self.changed.emit()
        else:
            self.take(following)

    # Following

    @Slot(object)
    def _follow(self, edit: Edit) -> None:
        annotation, served = self._session.annotation, self._served
        if served is None or annotation is None:
            if self._session.held_back:
                self.changed.emit()  # an article that is done needs no message about it
            return
        previous_number = self.current_number
        again = served.offer.follow(edit, annotation)
        if previous_number is not None and not served.offer.is_open(previous_number):
            self.current_number = None
        if previous_number is not None and again:
            self.take(again[0])  # an undo brought it back, and the user is looking at it
        touched = bool(served.offer.settled) or self.current_number != previous_number
        if touched and not self._deciding:
            self.changed.emit()

    @Slot(object)
    def _follow_selected_item(self, selected: SelectedItem | None) -> None:
        if selected is not None and self.current_number is not None:
            self.current_number = None
            self.changed.emit()

    @Slot()
    def _clear_current(self) -> None:
        if self.current_number is not None:
            self.current_number = None
            self.changed.emit()
