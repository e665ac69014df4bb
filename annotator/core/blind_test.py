"""The blind test of suggestions: in a share of the articles nobody sees them.

What people mark there is compared with what they mark where suggestions are shown. Which of both
it was is kept under "suggestions_held_back" in the head's `extra`, and so in every native export.
"""

import hashlib
from typing import Final, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.models import Article, Head
from annotator.core.strict_json import read_object

HELD_BACK: Final = "suggestions_held_back"
"""The key of a head's `extra` that is true where suggestions were held back, false where they
came by themselves while a test was on; where it is missing nobody knows."""
BLIND_TEST: Final = "blind-test"
"""Under this key a project keeps its test."""
_DIGEST: Final = 8


class BlindTest(NamedTuple):
    """The share of articles, from 0 to 1, in which suggestions are held back, and what the draw
    goes by."""

    share: float = 0.0
    seed: int = 0

    @classmethod
    def from_json(cls, text: str | None) -> "BlindTest":
        """The test as a project keeps it; one with no share where there is none to be read."""
        try:
            row = read_object(text or "{}")
        except ValueError:
            return cls()
        share, seed = row.get("share", 0), row.get("seed", 0)
        if type(seed) is not int or type(share) not in (int, float) or not 0 <= share <= 1:
            return cls()
        return cls(float(share), seed)

    def draws(self, article: Article, annotator: str) -> bool:
        """Whether suggestions are held back from this annotator in this article.

        The same each time; others draw other articles. A larger share adds to a smaller one.
        """
        words = f"{self.seed}|{annotator}|{article.id}".encode()
        digest = hashlib.sha256(words).digest()[:_DIGEST]
        return int.from_bytes(digest, "big") < self.share * 256**_DIGEST


def was_held_back(head: Head) -> bool | None:
    """Whether suggestions were held back; None where that is not known."""
    found = (head.extra or {}).get(HELD_BACK)
    return found if isinstance(found, bool) else None


def is_held_back(
    test: BlindTest, article: Article, annotation: Annotation, annotator: str
) -> bool | None:
    """Whether suggestions are to be held back; None where the article is not part of the test.

    What was begun stays as it was begun: the share may be changed at any time.
    """
    known = was_held_back(annotation.head)
    begun = annotation.head.status != "todo" or annotation.mentions or annotation.quotes
    if known is not None or begun or not test.share:
        return known
    return test.draws(article, annotator)


def recording(annotation: Annotation, edit: Edit, held_back: bool | None) -> Edit:
    """The edit; the first one on an article also keeps whether suggestions are held back there."""
    head = annotation.head
    if held_back is None or was_held_back(head) is not None or head.status != "todo":
        return edit
    rest = [change for change in edit.changes if not isinstance(change.item, Head)]
    after = next((c.after for c in edit.changes if isinstance(c.after, Head)), head)
    kept = after._replace(extra={**(after.extra or {}), HELD_BACK: held_back})
    return edit._replace(changes=(*rest, Change(head, kept)))
