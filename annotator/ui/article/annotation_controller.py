"""The controller of annotating: makes edits from the selection and the selected item."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.errors import AnnotatorError, Rejected
from annotator.core.message import message
from annotator.core.models import Article, Entity, Mention, Quote, Role, RoleSpan
from annotator.core.quotation_marks import quoted_ranges
from annotator.ui.actions.action import Action, Condition, Scope
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.article.view import ArticleView
from annotator.ui.i18n.translation import tr, tr_error
from annotator.ui.session import SelectedItem, Session

if TYPE_CHECKING:  # the rules are imported for the first quote
    from annotator.services.reporting_clause import ReportingClause
    from annotator.suggest.wordlists import WordLists

_NEAR: Final = 400
"""How many code points from its quote a cue or source may be marked if no quote is selected."""
_LAST_BONUS: Final = 12
"""How much nearer, in code points, the quote edited last counts than another one."""


class AnnotationController:
    """The edits of the current annotation. Methods report through the session and never raise."""

    def __init__(self, session: Session, view: ArticleView, registry: ActionRegistry) -> None:
        self._session = session
        self._view = view
        self._registry = registry
        self._last_quote: str | None = None
        self._proposal: tuple[str, str] | None = None
        session.selected_item_changed.connect(self._remember)
        session.article_opened.connect(self._forget)
        registry.add(self.actions())
        registry.take_keys(Scope.TEXT, view)

    def actions(self) -> list[Action]:
        """Return the action that answers a question about the quote just made."""
        proposed = Condition(self._is_proposed, tr("No speaker is proposed here."))
        return [
            Action(
                "accept_speaker",
                tr("Accept the proposed speaker"),
                self.accept,
                keys=("Return", "Enter"),
                enabled_when=(proposed,),
                scope=Scope.TEXT,
            )
        ]

    def mark(self, label: str) -> None:
        """Mark the selection, relabel the selected item, or mark the word at the caret."""
        title = self._session.scheme.label(label).title
        span = self._view.selection()
        selected = self._session.selected_item
        if span is None and selected is not None and selected.kind == "mention":
            self._perform(lambda _, on: edits.relabel_mention(on, selected.id, label, title))
            return
        if span is None and selected is not None and selected.kind == "entity":
            self._perform(lambda _, on: edits.relabel_entity(on, selected.id, label, title))
            return
        start, end = span or self._view.selection_or_word() or (0, 0)
        self._perform(lambda article, on: edits.mark(article, on, start, end, label, title))

    def quote(self) -> None:
        """Make a quote of the selection, or of the words around the caret.

        Cue and source are added from the reporting clause. A speaker named there is set; a speaker
        who is only likely is proposed, and Return accepts it.
        """
        reported: list[ReportingClause] = []

        from annotator.services.reporting_clause import clause_of

        lists = self._word_lists()

        def make(article: Article, annotation: Annotation) -> Edit:
            start, end = self._view.selection() or _words_at(
                article, self._view.caret(), None if self._session.held_back else lists
            )
            conventions = self._session.scheme.conventions
            edit = edits.create_quote(article, annotation, start, end, conventions=conventions)
            quote = edit.changes[0].after
            if len(edit.changes) > 1 or not isinstance(quote, Quote):
                return edit
            if self._session.held_back:  # what the rules find would be a suggestion
                return edit
            if (found := clause_of(article, quote.parts("content"), lists)) is None:
                return edit
            reported.append(found)
            return self._with_clause(article, annotation, edit, found)

        if self._perform(make) and reported:
            self._propose_speaker(reported[0])

    def _word_lists(self) -> "WordLists":
        """Return the project's word list changes; none if unreadable, which is reported."""
        from annotator.services.wordlists import word_lists

        try:
            return word_lists(self._session.project)
        except AnnotatorError as error:
            self._session.status_message.emit(tr_error(error))
            return {}

    def accept(self) -> None:
        """Set the speaker that was proposed last, as long as that quote is still selected."""
        proposal, self._proposal = self._proposal, None
        if proposal is None:
            return
        quote_id, entity_id = proposal
        self._perform(lambda _, on: edits.set_speakers(on, quote_id, [entity_id]), then=quote_id)

    def _is_proposed(self) -> bool:
        """Return whether a speaker is proposed for the quote that is still selected."""
        proposal = self._proposal
        return proposal is not None and self._session.selected_item == SelectedItem(
            "quote", proposal[0]
        )

    def _with_clause(
        self, article: Article, annotation: Annotation, edit: Edit, reported: "ReportingClause"
    ) -> Edit:
        """Return the edit with the cue and source that fit, and a speaker who is named there."""
        change = edit.changes[0]
        for part in reported.clause:
            on = Annotation(quotes=[q for q in [change.after] if isinstance(q, Quote)])
            quote_id = change.item.id  # type: ignore[union-attr]  # never a head
            try:
                more = edits.add_part(article, on, quote_id, part.role, part.start, part.end)
            except Rejected:
                continue
            change = change._replace(after=more.changes[0].after)
            if part.role == "source":
                entity = self._entity_in(part.start, part.end) or self._entity_called(part.text)
                whole = _with_speaker(Edit(edit.title, (change,)), annotation, "source", entity)
                change = whole.changes[0]
        return Edit(edit.title, (change,))

    def _propose_speaker(self, reported: "ReportingClause") -> None:
        """Propose the likeliest speaker of the quote just made, if it has none yet."""
        quote, annotation = self._session.selected_quote(), self._session.annotation
        if quote is None or annotation is None or quote.speakers or not quote.parts("source"):
            return
        entity_id = next(iter(self._likely_speakers(annotation, quote, reported)), None)
        if entity_id is not None:
            self._proposal = quote.id, entity_id
            name = annotation.entities[entity_id].name
            self._session.status_message.emit(
                tr(
                    "Said by {1}? {2} accepts, {3} chooses somebody else.",
                    name,
                    self._registry.key_or_title("accept_speaker"),
                    self._registry.key_or_title("source"),
                )
            )

    def _likely_speakers(
        self, annotation: Annotation, quote: Quote, reported: "ReportingClause"
    ) -> Iterator[str]:
        """Yield the speakers found by the rules, then the last to speak, then those named last."""
        for name in reported.speakers:
            if (entity := self._entity_called(name)) is not None:
                yield entity
        scheme = self._session.scheme
        before = [
            q
            for q in annotation.quotes.values()
            if q.speakers
            and q.start < quote.start
            and scheme.can_speak(annotation.entities[q.speakers[-1]].label)
        ]
        if before:
            yield max(before, key=lambda q: q.start).speakers[-1]
        for mention in reversed(self._people_before(annotation, quote.start)):
            yield mention.entity_id

    def _people_before(self, annotation: Annotation, offset: int) -> list[Mention]:
        near = self._view.spans_touching(offset - _NEAR, offset)
        found = [annotation.mentions[placed.id] for placed in near if placed.kind == "mention"]
        is_person = self._session.scheme.is_person
        return [m for m in found if is_person(annotation.entities[m.entity_id].label)]

    def add_content(self) -> None:
        """Add the selection to the content of the current quote."""
        self._add_part("content")

    def cue(self) -> None:
        """Make the selection a cue of the current quote."""
        self._add_part("cue")

    def addressee(self) -> None:
        """Make the selection an addressee of the current quote."""
        self._add_part("addressee")

    def source(self) -> bool:
        """Make the selection the source of the current quote, its entity the speaker.

        Return False if the speaker is still unknown, so that the window should ask.
        """
        span, quote = self._view.selection(), self.current_quote()
        if span is None:
            return False
        if quote is not None and span in [(p.start, p.end) for p in quote.parts("source")]:
            self._session.select(SelectedItem("quote", quote.id))
        elif not self._add_part("source"):
            return True
        quote = self._session.selected_quote()
        return quote is None or bool(quote.speakers)

    def delete(self) -> None:
        """Delete the selected item: a mention, a part of a quote, a quote, an entity."""
        selected = self._session.selected_item
        if selected is not None:
            self._perform(lambda article, on: _deletion(article, on, selected))

    def annotate_selected(self, make: Callable[[Entity | Mention | Quote], Edit]) -> None:
        """Change note or flags of the selected item."""
        item = self.current_item()
        if item is not None:
            self._perform(lambda _article, _annotation: make(item))

    def current_item(self) -> Entity | Mention | Quote | None:
        """Return the selected entity, mention or quote."""
        session = self._session
        return session.selected_quote() or session.selected_mention() or session.selected_entity()

    def current_quote(self) -> Quote | None:
        """Return the selected quote, else the one edited last if it is near, else the nearest."""
        picked = self._session.selected_quote()
        annotation = self._session.annotation
        if picked is not None or annotation is None:
            return picked
        start, end = self._view.selection() or (self._view.caret(), self._view.caret())
        near = self._quotes_near(annotation, start, end)
        return min(near, key=lambda found: found[0])[1] if near else None

    def _quotes_near(self, annotation: Annotation, start: int, end: int) -> list[tuple[int, Quote]]:
        found = {
            placed.id: annotation.quotes[placed.id]
            for placed in self._view.spans_touching(start - _NEAR, end + _NEAR)
            if placed.kind == "quote"
        }
        return [
            (
                _distance(quote, start, end) - (_LAST_BONUS if id_ == self._last_quote else 0),
                quote,
            )
            for id_, quote in found.items()
        ]

    def _add_part(self, role: Role) -> bool:
        span = self._view.selection()
        quote = self.current_quote()
        if quote is None:
            self._ask_for_quote()
            return False
        start, end = span or self._view.selection_or_word() or (0, 0)

        def make(article: Article, annotation: Annotation) -> Edit:
            conventions = self._session.scheme.conventions
            overlapping = [p for p in quote.parts(role) if p.start < end and start < p.end]
            if role != "content" and len(overlapping) == 1:  # corrects a wrong cue or source
                edit = edits.resize_part(article, annotation, quote.id, overlapping[0], start, end)
            else:
                edit = edits.add_part(
                    article, annotation, quote.id, role, start, end, conventions=conventions
                )
            entity = self._entity_in(start, end) or self._entity_called(article.text[start:end])
            return _with_speaker(edit, annotation, role, entity)

        return self._perform(make, then=quote.id)

    def _entity_in(self, start: int, end: int) -> str | None:
        """Return the entity of the longest name inside the span that may speak, if any."""
        annotation = self._session.annotation
        if annotation is None:
            return None
        inside = [
            annotation.mentions[placed.id]
            for placed in self._view.spans_touching(start, end)
            if placed.kind == "mention" and start <= placed.start and placed.end <= end
        ]
        label = {m.id: annotation.entities[m.entity_id].label for m in inside}
        scheme = self._session.scheme
        people = [m for m in inside if scheme.is_person(label[m.id])]
        others = [
            m
            for m in inside
            if scheme.can_speak(label[m.id], alone=(m.start, m.end) == (start, end))
        ]
        best = max(people or others, key=lambda m: m.end - m.start, default=None)
        return best.entity_id if best is not None else None

    def _entity_called(self, words: str) -> str | None:
        """Return the entity that may speak with this name or mention text, if there is just one."""
        annotation, scheme = self._session.annotation, self._session.scheme
        if annotation is None:
            return None
        speaking = (label.name for label in scheme.labels if scheme.can_speak(label.name))
        called = (annotation.entity_called(words, label) for label in speaking)
        found = [entity.id for entity in called if entity is not None]
        return found[0] if len(found) == 1 else None

    def _perform(
        self, make: Callable[[Article, Annotation], Edit], *, then: str | None = None
    ) -> bool:
        """Make the edit, select what it made and clear the selection in the text."""
        made: list[Edit] = []

        def remember(article: Article, annotation: Annotation) -> Edit:
            made.append(make(article, annotation))
            return made[-1]

        if not self._session.perform(remember):
            return False
        self._view.clear_selection()
        self._view.selection_settled.emit()
        selected = SelectedItem("quote", then) if then is not None else _item_made(made[-1])
        if selected is not None:
            self._session.select(selected)
        return True

    def _ask_for_quote(self) -> None:
        self._session.status_message.emit(
            tr("Click the quote first: there is none near the selection.")
        )

    def _remember(self, selected: SelectedItem | None) -> None:
        if selected is not None and selected.kind == "quote":
            self._last_quote = selected.id

    def _forget(self) -> None:
        self._last_quote = None
        self._proposal = None


def _words_at(article: Article, caret: int, lists: "WordLists | None") -> tuple[int, int]:
    """Return the quoted range around the caret, else the reported words there.

    The rules with these word lists find the reported words. Raises Rejected if there are neither.
    """
    text = article.text
    for start, end in quoted_ranges(text, max(0, caret - 1), min(len(text), caret + 1)):
        if start <= caret <= end:
            return start, end
    from annotator.services.reporting_clause import reported_at

    reported = reported_at(article, caret, caret, lists) if lists is not None else None
    if reported is None:
        raise Rejected(message("Select the quoted words, or put the caret between quote marks."))
    return reported.content[0].start, reported.content[-1].end


def _with_speaker(edit: Edit, annotation: Annotation, role: Role, entity: str | None) -> Edit:
    """Return the edit with the quote also attributed to the entity named in its new source."""
    change = edit.changes[0]
    quote = change.after
    if role not in ("source", "addressee") or entity is None or not isinstance(quote, Quote):
        return edit
    on = Annotation(entities=annotation.entities.values(), quotes=[quote])
    if role == "source" and not quote.speakers:
        more = edits.set_speakers(on, quote.id, [entity])
    elif role == "addressee" and entity not in quote.addressees:
        more = edits.set_addressees(on, quote.id, [*quote.addressees, entity])
    else:
        return edit
    return Edit(edit.title, (type(change)(change.before, more.changes[0].after),))


def _deletion(article: Article, annotation: Annotation, selected: SelectedItem) -> Edit:
    if selected.kind == "entity":
        return edits.delete_entity(annotation, selected.id)
    if selected.kind == "mention":
        return edits.delete_mention(annotation, selected.id)
    quote = annotation.quotes.get(selected.id)
    part = selected.part
    if quote is None or part is None or (_is_content(part) and len(quote.parts("content")) < 2):
        return edits.delete_quote(annotation, selected.id)
    return edits.remove_part(article, annotation, selected.id, part)


def _is_content(part: RoleSpan) -> bool:
    return part.role == "content"


def _distance(quote: Quote, start: int, end: int) -> int:
    """Return how many code points are between the quote's nearest span and `[start, end)`."""
    return min(max(span.start - end, start - span.end, 0) for span in quote.spans)


def _item_made(edit: Edit) -> SelectedItem | None:
    for change in reversed(edit.changes):
        if change.before is None and isinstance(change.after, Mention):
            return SelectedItem("mention", change.after.id)
        if change.before is None and isinstance(change.after, Quote):
            return SelectedItem("quote", change.after.id)
    return None
