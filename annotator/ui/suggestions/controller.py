"""What is offered in the article on the desk, which one is at hand, and what becomes of it."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from annotator.core import edits
from annotator.core.adjudication import people_among
from annotator.core.annotation import Annotation
from annotator.core.blind_test import BLIND_TEST, BlindTest, is_held_back
from annotator.core.edit import Edit
from annotator.core.edits.suggestions import Source
from annotator.core.errors import AnnotatorError
from annotator.core.models import Article, SpeakerStatus
from annotator.core.suggestion import Speaker, SuggestedMention, SuggestedQuote, Suggestion
from annotator.core.suggestion_queue import SuggestionQueue
from annotator.store import StoreError
from annotator.ui.article.accessibility import announce
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr
from annotator.ui.jobs.worker import Worker
from annotator.ui.lists.label_menu import type_words
from annotator.ui.session import SelectedItem, Session
from annotator.ui.suggestions.resize import reshaped
from annotator.ui.suggestions.text import (
    counted,
    held_back_words,
    percent,
    trouble_words,
    what_words,
)

if TYPE_CHECKING:
    from annotator.services.suggester_config import Choice
    from annotator.services.suggestion_service import ServedSuggestions, SuggestionService
    from annotator.store import Project

_SOON_MS = 30
"""The article is painted first."""


class SuggestionController(QObject):
    """The suggestions for the session's article, made in the background.

    Each method speaks through the session and never raises.
    """

    changed = Signal()
    """Other suggestions, another one at hand, or one is being made."""

    def __init__(self, session: Session, view: ArticleView, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._view = view
        self.worker = Worker(self)
        self._maker: SuggestionService | None = None
        self._offered: ServedSuggestions | None = None
        self._put_away = False
        self._choice: Choice | None = None
        self._wanted = False
        self._by_hand = False
        self._busy = False
        self._going_on = False
        self.at_hand: int | None = None
        self.by_itself: Callable[[], bool] = lambda: False
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._start)
        self.worker.finished.connect(self._take)
        self.worker.failed.connect(self._fail)
        session.article_opened.connect(self._follow_article)
        session.scheme_changed.connect(self._anew)
        session.edited.connect(self._follow)
        session.picked.connect(self._follow_pick)
        view.selection_settled.connect(self._leave_for_text)

    @property
    def offer(self) -> SuggestionQueue | None:
        """What is offered now; None where there is nothing, or it was put away."""
        offered = self._offered
        if offered is None or self._put_away or not offered.offer.count:
            return None
        return offered.offer

    @property
    def making(self) -> bool:
        """Whether suggestions for this article are being made."""
        return self._wanted

    @property
    def uses_tab(self) -> bool:
        """Whether Tab in the text is about suggestions, of which there may be none just now."""
        session = self._session
        if self._put_away or session.article is None or not people_among([session.annotator]):
            return False
        return self._wanted or self._offered is not None or self.by_itself()

    @property
    def sends_to(self) -> str:
        """The address that the article's text is being sent to; "" while it is not."""
        return self._choice.sends_to if self._choice is not None and self._wanted else ""

    @property
    def trouble(self) -> str:
        """Why what is offered is not by what was chosen, in a sentence; "" where it is."""
        offered = self._offered
        return "" if offered is None or self._put_away else trouble_words(offered.trouble)

    @property
    def current(self) -> Suggestion | None:
        """The suggestion at hand."""
        offer = self.offer
        return None if offer is None or self.at_hand is None else offer[self.at_hand]

    # Asking

    def ask(self) -> None:
        """Suggest now, because somebody asked for it."""
        session = self._session
        if session.article is None:
            session.said.emit(tr("Open an article first."))
        elif not people_among([session.annotator]):
            session.said.emit(tr("In a review nothing is suggested: go back to your own work."))
        elif session.held_back:
            session.said.emit(held_back_words())
        else:
            self._by_hand, self._put_away = True, False
            self._want()

    def ask_again(self) -> None:
        """Suggest anew by what was chosen just now, where there are or would be suggestions."""
        if self._offered is not None:
            self._put_away = False
            self._anew()
        else:
            self.begin()

    def begin(self) -> None:
        """Suggest for the article on the desk if suggestions come by themselves."""
        self._look_for_test()
        if self._offered is None and self._may_come_by_itself():
            self._want()
        self.changed.emit()

    def cancel(self) -> None:
        """Make no suggestions for this article now."""
        if self.making:
            self._wanted = self._by_hand = False
            self.worker.cancel()
            self._session.said.emit(tr("Stopped looking for suggestions."))
            self.changed.emit()

    def look_again(self) -> None:
        """Other articles may be those in which suggestions are held back."""
        self._follow_article()

    def _follow_article(self) -> None:
        self._look_for_test()
        session, offered = self._session, self._offered
        here = offered is not None and offered.key == session.article_key
        same = offered is not None and offered.annotator == session.annotator
        if here and same and not session.held_back:
            self._anew()  # it was read again after a change elsewhere
            return
        self._offered, self.at_hand, self._put_away, self._wanted = None, None, False, False
        self.worker.cancel()
        if self._may_come_by_itself():
            self._want()
        self.changed.emit()

    def _look_for_test(self) -> None:
        """Find out whether suggestions are held back in this article, to see what they change."""
        session = self._session
        session.held_back = None
        if session.article is None or session.annotation is None:
            return
        if not people_among([session.annotator]):
            return
        try:
            test = BlindTest.from_json(session.project.value(BLIND_TEST))
        except AnnotatorError:  # a project that cannot be read says so where it matters
            return
        found = is_held_back(test, session.article, session.annotation, session.annotator)
        # Who has switched suggestions off sees none, so nothing is known of what they would do.
        session.held_back = found if found or self.by_itself() else None

    def _may_come_by_itself(self) -> bool:
        session = self._session
        begun = session.annotation is not None and session.annotation.head.status in (
            "todo",
            "doing",
        )
        own = bool(people_among([session.annotator])) and not session.held_back
        return begun and own and self.by_itself()

    def _anew(self) -> None:
        """What is offered may no longer fit: make it again, if it was there."""
        self.at_hand = None
        if self._offered is not None and not self._session.held_back:
            self._want()
        self.changed.emit()

    def _want(self) -> None:
        if self._session.project.read_only:  # nothing could be accepted
            return
        self._wanted = True
        self.worker.cancel()
        self._soon.start()
        self.changed.emit()

    @Slot()
    def _start(self) -> None:
        session = self._session
        key, annotator = session.article_key, session.annotator
        if not self._wanted or key is None or self._busy:
            return
        # Imported once the article is painted: start-up knows no suggesters.
        from annotator.services.suggester_config import chosen

        self._choice = choice = chosen(session.project.path)
        self.changed.emit()

        def job(project: "Project", _progress: Any, cancelled: Any) -> "ServedSuggestions | None":
            # Imported in the background: rules and word lists take as long as some frames.
            from annotator.services.job import Stopped
            from annotator.services.suggestion_service import SuggestionService

            self._maker = maker = self._maker or SuggestionService()
            try:
                return maker.offer(project, key, annotator, choice, cancelled=cancelled)
            except Stopped:
                return None

        self._busy = self.worker.start(session.project.path, job)

    @Slot(object)
    def _take(self, offered: "ServedSuggestions | None") -> None:
        self._busy = False
        session = self._session
        article, annotation = session.article_key, session.annotation
        if offered is None or (offered.key, offered.annotator) != (article, session.annotator):
            self._soon.start()  # for the article that has been opened meanwhile
            return
        if not self._wanted or annotation is None:
            return
        self._wanted = False
        try:
            revision = session.project.revision(offered.key, offered.annotator)
        except StoreError as error:
            self._fail(str(error))
            return
        if offered.revision != revision:
            from dataclasses import replace

            offered = replace(offered, offer=SuggestionQueue(offered.suggestions, annotation))
        self._offered, self.at_hand = offered, None
        by_hand, self._by_hand = self._by_hand, False
        self.changed.emit()
        if offered.trouble:
            self._session.said.emit(self.trouble)
            return
        if by_hand:
            self._answer(offered.offer)

    def _answer(self, offer: SuggestionQueue) -> None:
        if offer.count:
            self._session.said.emit(tr("{1}: Tab goes to the first.", counted(offer.count)))
            self.go(1)
        else:
            self._session.said.emit(
                tr("Nothing to suggest here that you have not marked or rejected already.")
            )

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self._busy = self._wanted = self._by_hand = False
        self._session.said.emit(sentence)
        self.changed.emit()

    # Going

    def go(self, step: int) -> None:
        """To the next suggestion (1) or the one before (-1), round the end if need be."""
        offer = self.offer
        if offer is None:
            making = tr("Suggestions are still being made: press again in a moment.")
            nothing = tr("Nothing is suggested here.")
            self._session.said.emit(making if self.making else nothing)
            return
        number = offer.beside(self.at_hand, self._view.caret(), step)
        if number is not None:
            self.take(number)

    def take(self, number: int) -> None:
        """Have this suggestion at hand, in view."""
        offer = self.offer
        if offer is None:
            return
        made = offer[number]
        self.at_hand = None  # selecting lets go of what is at hand
        self._session.select(None)
        self._view.select(made.start, made.start)
        self._view.reveal(made.start, made.end)
        self._view.selection_settled.emit()
        self.at_hand = number
        self._session.touch()
        words = f"{what_words(made, self._session.scheme)}, {percent(made)}, {made.reason}"
        announce(self._view, words)
        self.changed.emit()

    def leave(self) -> None:
        """Have none at hand; where none is, put them all away for this article."""
        if self.at_hand is None:
            self._put_away = True
        self.at_hand = None
        self.changed.emit()

    # Deciding

    def accept(self) -> None:
        """Make the suggestion at hand the annotator's own, and go on to the next."""
        made, number = self.current, self.at_hand
        if made is None or number is None or self.offer is None:
            self._session.said.emit(tr("Choose a suggestion first: Tab goes to the next."))
            return
        by = self._session.annotator if self.offer.is_changed(number) else ""
        self._decide(number, lambda: self._perform([made], by))

    def accept_as(self, made: Suggestion) -> None:
        """Accept this in place of the suggestion at hand."""
        if self.offer is not None and self.at_hand is not None:
            if made != self.offer.original(self.at_hand):
                self.offer.change(self.at_hand, made)
            self.accept()

    def accept_label(self, label: str) -> None:
        """Accept the mention at hand with this label."""
        made = self.current
        if isinstance(made, SuggestedMention):
            title = self._session.scheme.label(label).title
            self._session.said.emit(tr("Accepted as {1}.", title))  # unless it does not fit
            self.accept_as(made._replace(label=label))

    def accept_type(self, type_: str) -> None:
        """Accept the quote at hand as being of this type."""
        made = self.current
        if isinstance(made, SuggestedQuote):
            self._session.said.emit(tr("Accepted as {1}.", type_words(type_)))
            self.accept_as(made._replace(type=type_))

    def accept_speaker(self, speaker: Speaker | None, status: SpeakerStatus = "identified") -> None:
        """Accept the quote at hand as said by this speaker, or by nobody who is named."""
        made = self.current
        if isinstance(made, SuggestedQuote):
            self.accept_as(made._replace(speaker=speaker, speaker_status=status))

    def accept_all(self, numbers: Sequence[int]) -> bool:
        """Accept all these as one step."""
        offer = self.offer
        if offer is None or not numbers:
            self._session.said.emit(tr("Nothing is so sure here."))
            return False
        done = self._perform([offer[number] for number in numbers], "")
        if done:
            self._session.said.emit(tr("{1} accepted. Undo takes it back.", counted(len(numbers))))
        return done

    def reject(self) -> None:
        """Never offer the suggestion at hand again, and go on to the next."""
        offer, number = self.offer, self.at_hand
        if offer is None or number is None:
            self._session.said.emit(tr("Choose a suggestion first: Tab goes to the next."))
        else:
            self._decide(number, lambda: self._reject([number]))

    def reject_rest(self) -> None:
        """Never offer again what is open, as one step."""
        offer = self.offer
        if offer is None:
            self._session.said.emit(tr("Nothing is suggested here."))
            return
        number = offer.count
        if self._reject(list(offer.open_numbers())):
            self._session.said.emit(tr("{1} rejected. Undo takes it back.", counted(number)))

    def reshape(self, start: int, end: int) -> None:
        """Move the edges of the suggestion at hand by so many words."""
        article, made, offer = self._session.article, self.current, self.offer
        if article is None or made is None or offer is None or self.at_hand is None:
            return
        found = reshaped(article.text, made, start, end)
        if isinstance(found, str):
            self._session.said.emit(found)
            return
        offer.change(self.at_hand, found)
        self._view.reveal(found.start, found.end)
        self.changed.emit()

    def _reject(self, numbers: Sequence[int]) -> bool:
        offer = self.offer
        if offer is None:
            return False
        gone = [offer.original(number) for number in numbers]
        return self._session.perform(lambda _, on: edits.reject(on, gone))

    def _perform(self, made: Sequence[Suggestion], by: str) -> bool:
        made_by = self._offered.made_by if self._offered is not None else ""
        conventions = self._session.scheme.conventions

        def make(article: Article, annotation: Annotation) -> Edit:
            source = Source(made_by, by)
            return edits.accept(article, annotation, made, source, conventions=conventions)

        return self._session.perform(make)

    def _decide(self, number: int, run: Callable[[], bool]) -> None:
        """Decide on this one and go on to the next, which is all that anybody is told of."""
        self._going_on = True
        try:
            done = run()
        finally:
            self._going_on = False
        if done:
            self._go_on(number)
        else:
            self.changed.emit()

    def _go_on(self, number: int) -> None:
        """To the next one after this; say so where it was the last."""
        offer = self.offer
        following = offer.beside(number, 0, 1) if offer is not None else None
        if following is None:
            self.at_hand = None
            self._session.said.emit(tr("All suggestions of this article are decided."))
            self.changed.emit()
        else:
            self.take(following)

    # Following

    @Slot(object)
    def _follow(self, edit: Edit) -> None:
        annotation, offered = self._session.annotation, self._offered
        if offered is None or annotation is None:
            if self._session.held_back:
                self.changed.emit()  # what is done needs no word about it
            return
        was_at_hand = self.at_hand
        again = offered.offer.follow(edit, annotation)
        if was_at_hand is not None and not offered.offer.is_open(was_at_hand):
            self.at_hand = None
        if was_at_hand is not None and again:
            self.take(again[0])  # an undo brought it back: that is what the person looks at
        if not self._going_on:
            self.changed.emit()

    @Slot(object)
    def _follow_pick(self, pick: SelectedItem | None) -> None:
        if pick is not None and self.at_hand is not None:
            self.at_hand = None
            self.changed.emit()

    @Slot()
    def _leave_for_text(self) -> None:
        if self.at_hand is not None:
            self.at_hand = None
            self.changed.emit()
