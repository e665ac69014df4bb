"""Changes that change nothing anybody could see, as a person found: they are no gap of the tests.

Each is known by its module, its line and what becomes of it, not by where the line is; if the
line changes, somebody has to look again. The bench prints those that it meets, and counts them in
a column of their own.
"""

from typing import Final

from tests.mutation.changes import Change

_TUNING: Final = "tuning: one more or less costs time or room on the disk, and nothing else"
_REFUSED: Final = "what is just beyond is refused by the limits of its column"
_URI: Final = "many systems' SQLite takes such a name in any case; elsewhere nothing would open"
LINES: Final[dict[tuple[str, str], str]] = {
    ("formats/tei.py", "def read(self, size: int = -1, /) -> bytes:"): (
        "who reads always says how much; a default is only there since files have one"
    ),
    ("store/articles.py", "_PAGE: Final = 500"): _TUNING,
    ("store/backups.py", "_PAGES: Final = 512"): _TUNING,
    ("store/importer.py", "_MAX_IDS: Final = 100_000"): _TUNING,
    ("store/importer.py", "if len(self._ids) > _MAX_IDS:"): _TUNING,
    ("store/database.py", "BUSY_TIMEOUT_MS: Final = 5000"): _TUNING,
    ("store/database.py", "_CACHE_KIB: Final = 64 * 1024"): _TUNING,
    (
        "store/database.py",
        'connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")',
    ): _TUNING,
    ("store/database.py", "LOG_BYTES: Final = 4 * 1024 * 1024"): _TUNING,
    (
        "store/database.py",
        'self.connection.execute(f"PRAGMA journal_size_limit = {_WAL_LIMIT}")',
    ): _TUNING,
    ("store/database.py", "_WAL_LIMIT: Final = 64 * 1024 * 1024"): _TUNING,
    ("store/database.py", "_MAX_TRIES: Final = 3"): _TUNING,
    ("store/export.py", "_MAX_ROWS: Final = 48"): _TUNING,
    ("store/export.py", "_MOST_CHARACTERS: Final = 4_000_000"): _TUNING,
    ("store/export.py", "characters = 0"): _TUNING,
    ("store/item_rows.py", "if keys and max(keys) - min(keys) + 1 == len(keys):"): (
        "both ways find the rows of these annotations, and rows of others are passed over"
    ),
    ("store/export.py", "batch, characters = [], 0"): _TUNING,
    (
        "store/merging.py",
        "key = annotations.annotation_key(connection, article, record.annotator) or 0",
    ): "there is one, and no key is 0",
    ("store/item_rows.py", "_ROWS_PER_INSERT: Final = 64"): _TUNING,
    ("store/trash_serialization.py", "_INT_LIMIT: Final = 2**63"): _REFUSED,
    ("store/trash_serialization.py", "return -_INT_LIMIT <= value < _INT_LIMIT"): _REFUSED,
    ("store/duplicates.py", "_MAX_HITS: Final = 50"): _TUNING,
    ("store/duplicates.py", "_MAX_COMPARED: Final = 5"): _TUNING,
    ("store/write_buffer.py", "_MOST: Final = 160"): _TUNING,
    ("store/write_buffer.py", "_MOST_CHARACTERS: Final = 500_000"): _TUNING,
    (
        "store/write_buffer.py",
        "return len(self._articles) >= _MOST or self._characters >= _MOST_CHARACTERS",
    ): "when what waits is written, before the end or at it, nobody sees",
    ("store/importer.py", "if self._next + count > self._pending.first + IMPORT_BLOCK_SIZE:"): (
        "nobody imports exactly so many articles at once"
    ),
    ("store/pending.py", "_AT_ONCE: Final = 50"): _TUNING,
    ("store/wrong_values.py", "_ROWS: Final = 200"): _TUNING,
    ("store/pending.py", "if free > pages // 2 and (pages - free) * size <= _SMALL:"): _TUNING,
}
"""By module and line, without the space around it: why every change of it is the same."""
CHANGES: Final[dict[tuple[str, str, str], str]] = {
    (
        "store/backups.py",
        "with translated_errors(copy), closing(connect(copy, read_only=True)) as source:",
        "with translated_errors(copy), closing(connect(copy, read_only=False)) as source:",
    ): "nothing is written to it",
    (
        "store/columns.py",
        "_LARGEST_KEY: Final = 2**63 - 1",
        "_LARGEST_KEY: Final = 2**63 - (0)",
    ): "SQLite has no such whole number",
    (
        "store/file_guard.py",
        "self._wal.unlink(missing_ok=True)",
        "self._wal.unlink(missing_ok=False)",
    ): "it was there a moment before",
    (
        "store/annotations.py",
        "return cursor.lastrowid or 0",
        "return cursor.lastrowid or 1",
    ): "there is a last row, and none is 0",
    (
        "store/importer.py",
        "self._durable(False)",
        "self._durable(True)",
    ): "an import that waits for the disk more often is only slower",
    (
        "store/search.py",
        "text = texts[0][0]",
        "text = texts[0][(-1)]",
    ): "there is one column",
    (
        "store/wrong_values.py",
        "if _are_sound(table, name, values) or told[name] >= _MOST:",
        "if (_are_sound(table, name, values) and told[name] >= _MOST):",
    ): "sound values are looked at once more, one by one",
    (
        "core/annotation.py",
        "elif found != id_:",
        "elif (found == id_):",
    ): "each id then lies in a set of its own, and a second one is added to it",
    (
        "core/annotation.py",
        "return item._replace(seconds=0) if isinstance(item, Head) else item",
        "return item._replace(seconds=1) if isinstance(item, Head) else item",
    ): "what is compared has the same number",
    (
        "core/annotation.py",
        "return item._replace(seconds=0) if isinstance(item, Head) else item",
        "return item._replace(seconds=(-1)) if isinstance(item, Head) else item",
    ): "what is compared has the same number",
    (
        "core/edits/entities.py",
        "return relabel_entity(annotation, entities[0].id, label, title)",
        "return relabel_entity(annotation, entities[(-1)].id, label, title)",
    ): "there is only one",
    (
        "formats/brat.py",
        "yield from self._text_bound(group[0].label.capitalize(), group)",
        "yield from self._text_bound(group[(-1)].label.capitalize(), group)",
    ): "all of a group have one role",
    (
        "formats/conll.py",
        "self._break = False",
        "self._break = True",
    ): "before the first word of a text it is not asked for",
    (
        "store/backups.py",
        "with closing(sqlite3.connect(uri, uri=True)) as connection:",
        "with closing(sqlite3.connect(uri, uri=False)) as connection:",
    ): _URI,
    (
        "store/database.py",
        'file_uri(self.path, "ro"), uri=True, isolation_level=None, timeout=0',
        'file_uri(self.path, "ro"), uri=False, isolation_level=None, timeout=0',
    ): _URI,
    ("store/database.py", "uri=True,", "uri=False,"): _URI,
    (
        "store/file_guard.py",
        "with closing(sqlite3.connect(uri, uri=True)) as connection:",
        "with closing(sqlite3.connect(uri, uri=False)) as connection:",
    ): _URI,
    (
        "store/generations.py",
        "self._connection = sqlite3.connect(self._uri, uri=True, isolation_level=None)",
        "self._connection = sqlite3.connect(self._uri, uri=False, isolation_level=None)",
    ): _URI,
    (
        "store/recovery.py",
        "connection = sqlite3.connect(uri, uri=True, isolation_level=None)",
        "connection = sqlite3.connect(uri, uri=False, isolation_level=None)",
    ): _URI,
    (
        "store/merging.py",
        "if other is None or _knowledge(one.version) > _knowledge(other.version):",
        "if other is None or (_knowledge(one.version) >= _knowledge(other.version)):",
    ): "those that know the same say the same",
    (
        "store/integrity_check.py",
        "\"AND d.state = 'done' AND d.pk > u.pk JOIN annotation n ON n.pk = u.annotation \"",
        "\"AND d.state = 'done' AND d.pk >= u.pk JOIN annotation n ON n.pk = u.annotation \"",
    ): "no edit is both done and undone",
    (
        "store/file_guard.py",
        "file = self._reader.read(anew=anew or pause > 0)",
        "file = self._reader.read(anew=anew or (pause >= 0))",
    ): "the file is read anew where it need not be",
    (
        "store/item_rows.py",
        "connection.execute(_UPSERTS[table], rows[table][0])",
        "connection.execute(_UPSERTS[table], rows[table][(-1)])",
    ): "there is only one",
    (
        "store/reviews.py",
        "if review is not None and (here is None or _rank(review) > _rank(here)):",
        "if review is not None and (here is None or (_rank(review) >= _rank(here))):",
    ): "it is the same one then",
    ("store/generations.py", "layout: int = 0", "layout: int = (-1)"): "none is below 1",
    ("formats/tokens.py", "start = 0", "start = (-1)"): "a search from before the text is from it",
    (
        "formats/labelstudio.py",
        "article = records[0].article",
        "article = records[(-1)].article",
    ): "all of a group are of one article",
    ("formats/uima.py", "element.clear()", "pass"): "it only keeps the memory small",
    (
        "store/file_guard.py",
        "if not thoroughly and times == self._times and time.monotonic() < self._recheck_at:",
        "if not thoroughly and times == self._times and (time.monotonic() <= self._recheck_at):",
    ): "the file is looked into a moment of the clock later",
    (
        "store/file_guard.py",
        "grown, self._recheck_at = False, math.inf",
        "grown, self._recheck_at = True, math.inf",
    ): "the file is read anew where it need not be",
    (
        "store/database.py",
        "if sys.version_info >= (3, 12):  # older ones cannot ask for it",
        "if (sys.version_info > (3, 12)):  # older ones cannot ask for it",
    ): "no version is (3, 12) without anything behind it",
    (
        "store/trash_serialization.py",
        'if content["article"][0].get("id") != id_:',
        'if content["article"][(-1)].get("id") != id_:',
    ): "there is only one",
    (
        "store/merging.py",
        "if record.annotation is None or record.annotator is None:",
        "if (record.annotation is None and record.annotator is None):",
    ): "a record has both or neither",
    (
        "store/wrong_values.py",
        'return (printable(found[0]) if found else "", "")',
        'return (shown(found[(-1)]) if found else "", "")',
    ): "the row has one column",
    (
        "store/trash.py",
        'keys = sorted(int(row["pk"] or 0) for row in rows)',
        'keys = sorted(int(row["pk"] or 1) for row in rows)',
    ): "a key is never 0",
    (
        "store/trash.py",
        'keys = sorted(int(row["pk"] or 0) for row in rows)',
        'keys = sorted(int(row["pk"] or (-1)) for row in rows)',
    ): "a key is never 0",
    (
        "store/trash.py",
        "return self._row(cursor.lastrowid or 0)._replace(others=_others(content, by))",
        "return self._row(cursor.lastrowid or (-1))._replace(others=_others(content, by))",
    ): "there is a last row, and none is 0",
    (
        "store/trash.py",
        "return self._row(cursor.lastrowid or 0)._replace(others=_others(content, by))",
        "return self._row(cursor.lastrowid or 1)._replace(others=_others(content, by))",
    ): "there is a last row, and none is 0",
    ("store/trash.py", "return int(key or 0)", "return int(key or (-1))"): "a key is never 0",
    ("store/trash.py", "return int(key or 0)", "return int(key or 1)"): "a key is never 0",
}
"""By module, line and changed line, without the space around them: why it is the same."""


def reason(module: str, source: bytes, change: Change) -> str:
    """Why the change changes nothing, or nothing if it is not known to."""
    before = source[: change.start].rpartition(b"\n")[2]
    after = source[change.end :].partition(b"\n")[0]
    old = (before + source[change.start : change.end] + after).decode().strip()
    new = (before + change.new + after).decode().strip()
    name = module.removeprefix("annotator/")
    return LINES.get((name, old)) or CHANGES.get((name, old, new), "")
