"""The blind test of suggestions: in a share of the articles they are not shown.

What people mark there is compared with what they mark where suggestions are shown. Which of the two
it was is kept under "suggestions_held_back" in the head's `extra`, and so in every native export.
"""

import hashlib
from typing import Final, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.models import Article, Head
from annotator.core.strict_json import read_object

HELD_BACK: Final = "suggestions_held_back"
"""The key of a head's `extra` that says whether suggestions were held back.

It is true if they were, false if they were shown while a test was on, and missing if that is not
known.
"""
BLIND_TEST: Final = "blind-test"
"""The key under which a project stores its test."""
_DIGEST: Final = 8


class BlindTest(NamedTuple):
    """The share of articles, from 0 to 1, in which suggestions are held back, and the seed."""

    share: float = 0.0
    seed: int = 0

    @classmethod
    def from_json(cls, text: str | None) -> "BlindTest":
        """Return the test that a project stores, or one with share 0 if none can be read."""
        try:
            row = read_object(text or "{}")
        except ValueError:
            return cls()
        share, seed = row.get("share", 0), row.get("seed", 0)
        if type(seed) is not int or type(share) not in (int, float) or not 0 <= share <= 1:
            return cls()
        return cls(float(share), seed)

    def draws(self, article: Article, annotator: str) -> bool:
        """Return whether suggestions are held back from this annotator in this article.

        The result is always the same for the same arguments; different annotators get different
        articles. The articles of a smaller share are among those of a larger one.
        """
        key = f"{self.seed}|{annotator}|{article.id}".encode()
        digest = hashlib.sha256(key).digest()[:_DIGEST]
        return int.from_bytes(digest, "big") < self.share * 256**_DIGEST


def was_held_back(head: Head) -> bool | None:
    """Return whether suggestions were held back, or None if that is not known."""
    found = (head.extra or {}).get(HELD_BACK)
    return found if isinstance(found, bool) else None


def is_held_back(
    test: BlindTest, article: Article, annotation: Annotation, annotator: str
) -> bool | None:
    """Return whether to hold suggestions back, or None if the article is not part of the test.

    An annotation that was begun keeps its state: the share may change at any time.
    """
    known = was_held_back(annotation.head)
    begun = annotation.head.status != "todo" or annotation.mentions or annotation.quotes
    if known is not None or begun or not test.share:
        return known
    return test.draws(article, annotator)


def record_held_back(annotation: Annotation, edit: Edit, held_back: bool | None) -> Edit:
    """Return the edit, which also records the blind-test state if it is the first of an article."""
    head = annotation.head
    if held_back is None or was_held_back(head) is not None or head.status != "todo":
        return edit
    rest = [change for change in edit.changes if not isinstance(change.item, Head)]
    after = next((c.after for c in edit.changes if isinstance(c.after, Head)), head)
    head_after = after._replace(extra={**(after.extra or {}), HELD_BACK: held_back})
    return edit._replace(changes=(*rest, Change(head, head_after)))
