"""The actions for occurrences of a name, and for mentions of the same entity."""

from PySide6.QtCore import QPoint, QRect, QSize, QTimer

from annotator.core import edits
from annotator.core.aliases import alias_candidates
from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Entity, Mention
from annotator.core.occurrences import OccurrenceQuery, occurrences
from annotator.ui.actions.action import Action, Menu
from annotator.ui.actions.conditions import editable
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.lists.entity_picker import Choice, EntityPicker
from annotator.ui.session import SelectedItem
from annotator.ui.theme.theme import Theme
from annotator.ui.window_context import WindowContext


class EntityActions:
    """The actions that link names to entities."""

    def __init__(self, context: WindowContext) -> None:
        window, session, registry = context.window, context.session, context.registry
        self._window = window
        self._registry = registry
        self._session = session
        self._view = context.view
        self._theme = context.theme
        self._picker: EntityPicker | None = None
        self._asked_range: tuple[int, int] | None = None
        self._new_entity: str | None = None
        # An interval of 0: it times out when the mark has been painted.
        self._painted = QTimer(window, singleShot=True, interval=0)
        self._painted.timeout.connect(self._offer_alias)
        session.edited.connect(self._follow)
        registry.add(self.actions())

    def actions(self) -> list[Action]:
        """Return the actions on the entity that words name."""
        menu, able = Menu.ANNOTATE, editable(self._session)
        return [
            Action(
                "join_entity",
                tr("Link to &entity…"),
                self.join_entity,
                menu,
                ("P",),
                able,
                also=tr_later("coreference link alias"),
            ),
            Action(
                "all_occurrences",
                tr("All &occurrences…"),
                self.all_occurrences,
                menu,
                ("R",),
                able,
                also=tr_later("everywhere propagate"),
            ),
        ]

    def set_theme(self, theme: Theme) -> None:
        """Switch to another theme."""
        self._theme = theme
        if self._picker is not None:
            self._picker.set_theme(theme)

    def mark_all(self, label: str) -> None:
        """Mark every occurrence of the selected text or mention in the article, as one edit."""
        place, article = self._place(), self._session.article
        if place is None or article is None:
            self._session.said.emit(tr("Select a name to mark it everywhere."))
            return
        name = article.text[slice(*place)]
        spans = list(occurrences(article.text, OccurrenceQuery(name)))
        title = self._session.scheme.label(label).title
        first = [place, *(span for span in spans if span != place)]
        done = self._session.perform(
            lambda article, on: edits.mark_all(article, on, first, label, title)
        )
        if done:
            self._view.clear_selection()
            self._view.selection_settled.emit()
            self._pick_at(*place)

    def all_occurrences(self) -> None:
        """Show the occurrences of the selected text or mention, to mark or unmark them."""
        place, article = self._place(), self._session.article
        if place is None or article is None:
            self._session.said.emit(tr("Select a name to look for it everywhere."))
            return
        from annotator.ui.article.occurrences_dialog import OccurrencesDialog

        label = self._label_at(*place)
        name = article.text[slice(*place)]
        dialog = OccurrencesDialog(self._session, self._theme, name, label, self._window)
        dialog.shown_place.connect(self._view.reveal)
        dialog.open()

    def _label_at(self, start: int, end: int) -> str:
        """Return the label at this place, or that of the same text elsewhere; "" without one."""
        annotation, article = self._session.annotation, self._session.article
        if annotation is None or article is None:
            return ""
        entity = self._session.picked_entity()
        here = annotation.mentions_at(start, end)
        if entity is None and here:
            entity = annotation.entities[here[-1].entity_id]
        if entity is not None:
            return entity.label
        text = article.text[start:end]
        labels = (annotation.entity_called(text, x.name) for x in self._session.scheme.labels)
        return next((found.label for found in labels if found is not None), "")

    def join_entity(self) -> None:
        """Ask which entity the selected text names, and mark it as a mention of that entity."""
        place = self._place()
        if place is None:
            self._session.said.emit(tr("Select the words that name someone: he, the minister …"))
            return
        self._asked_range = place
        self._entity_picker().open_at(
            self._screen_place(*place),
            prompt=tr("Who or what is this?"),
            first=self._likely_entities(*place),
        )

    def _place(self) -> tuple[int, int] | None:
        """Return the selection, else the selected mention, else the word at the caret."""
        mention = self._session.picked_mention()
        if self._view.selection() is None and mention is not None:
            return mention.start, mention.end
        return self._view.selection_or_word()

    def _likely_entities(self, start: int, end: int) -> list[str]:
        """Return the entities to list first.

        These are likely aliases of the selected one, then those mentioned last.
        """
        annotation, entity = self._session.annotation, self._session.picked_entity()
        if annotation is None:
            return []
        aliases = alias_candidates(annotation, entity) if entity is not None else []
        before = [
            annotation.mentions[placed.id]
            for placed in self._view.spans_touching(start - 2000, start)
            if placed.kind == "mention"
        ]
        before.sort(key=lambda mention: -mention.start)
        is_person, entities = self._session.scheme.is_person, annotation.entities
        people = [m.entity_id for m in before if is_person(entities[m.entity_id].label)]
        return list(dict.fromkeys([*(a.id for a in aliases), *people]))

    def _entity_picker(self) -> EntityPicker:
        if self._picker is None:
            self._picker = EntityPicker(self._session, self._theme, self._window)
            self._picker.chosen.connect(self._join)
        return self._picker

    def _join(self, choice: Choice) -> None:
        place = self._asked_range
        if place is None:
            return
        mention = self._session.picked_mention()
        if mention is not None and (mention.start, mention.end) == place:
            self._session.perform(lambda _, on: _move_edit(on, mention, choice.value))
        elif self._session.perform(
            lambda article, on: edits.join_mention(article, on, *place, choice.value)
        ):
            self._view.clear_selection()
            self._view.selection_settled.emit()
            self._pick_at(*place)

    def _pick_at(self, start: int, end: int) -> None:
        annotation = self._session.annotation
        found = annotation.mentions_at(start, end) if annotation is not None else []
        if found:
            self._session.select(SelectedItem("mention", found[-1].id))

    def _screen_place(self, start: int, _end: int) -> QRect:
        cursor = self._view.textCursor()
        cursor.setPosition(self._view.to_units(start))
        rect = self._view.cursorRect(cursor)
        corner: QPoint = self._view.viewport().mapToGlobal(rect.topLeft())
        return QRect(corner, QSize(1, rect.height()))

    def _follow(self, edit: Edit) -> None:
        made = [c.after for c in edit.changes if c.before is None]
        entity = next((item for item in made if isinstance(item, Entity)), None)
        named = entity is not None and any(isinstance(item, Mention) for item in made)
        self._new_entity = entity.id if entity is not None and named else None
        if self._new_entity is not None:
            self._painted.start()

    def _offer_alias(self) -> None:
        """Report that a new entity may be an existing one; never merge them unasked."""
        annotation = self._session.annotation
        entity = annotation.entities.get(self._new_entity or "") if annotation is not None else None
        if annotation is None or entity is None:
            return
        aliases = alias_candidates(annotation, entity)
        if aliases:
            self._session.said.emit(
                tr(
                    "“{1}” may be {2}: press {3} and Return to join them.",
                    entity.name,
                    aliases[0].name,
                    self._registry.key_or_title("join_entity"),
                )
            )


def _move_edit(annotation: Annotation, mention: Mention, entity_id: str) -> Edit:
    """Return the edit that moves the mention to another entity, with all others of the same text.

    The others are moved only if the entity has no other mentions.
    """
    texts = {other.text for other in annotation.mentions_of(mention.entity_id)}
    if texts == {mention.text} and mention.entity_id != entity_id:
        return edits.merge_entities(annotation, entity_id, [mention.entity_id])
    return edits.move_mention(annotation, mention.id, entity_id)
