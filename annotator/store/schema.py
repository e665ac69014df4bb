"""The tables, as the statements of each migration step. A released step is never edited."""

import sqlite3
from collections.abc import Callable
from typing import Final, NamedTuple

from annotator.core.scheme import SchemeError, scheme_from_json, scheme_to_json

APPLICATION_ID: Final = 0x416E6E74
"""The value of `PRAGMA application_id` in a project: "Annt" in ASCII."""


class Migration(NamedTuple):
    """One migration step: a name that is never used again, and plain SQL.

    `convert` changes content after that, and neither tables, views nor triggers.
    """

    name: str
    statements: tuple[str, ...] = ()
    convert: Callable[[sqlite3.Connection], None] | None = None


_FIRST_TABLES: Final = (
    "CREATE TABLE project (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # `record_extra`: unknown top-level keys of a record that came without an annotation.
    """
    CREATE TABLE article (
        pk INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        title TEXT NOT NULL DEFAULT '',
        language TEXT,
        source TEXT,
        published TEXT,
        url TEXT,
        meta TEXT,
        extra TEXT,
        record_extra TEXT,
        text_sha256 TEXT NOT NULL,
        length INTEGER NOT NULL,
        imported_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX article_text_sha256 ON article (text_sha256)",
    # Long texts in the rows of a list would make each list slow.
    """
    CREATE TABLE article_text (
        article INTEGER PRIMARY KEY REFERENCES article (pk) ON DELETE CASCADE,
        text TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TRIGGER article_text_never_changes BEFORE UPDATE ON article_text
    BEGIN SELECT RAISE(ABORT, 'the text of an article never changes'); END
    """,
    # Filled by the import, because SQLite runs no triggers that use FTS5 while trusted_schema
    # is off.
    """
    CREATE VIRTUAL TABLE article_fts USING fts5 (
        text, content = 'article_text', content_rowid = 'article',
        tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
    "CREATE TABLE annotator (pk INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
    """
    CREATE TABLE annotation (
        pk INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES article (pk) ON DELETE CASCADE,
        annotator INTEGER NOT NULL REFERENCES annotator (pk) ON DELETE CASCADE,
        status TEXT NOT NULL DEFAULT 'todo'
            CHECK (status IN ('todo', 'doing', 'done', 'skipped')),
        notes TEXT NOT NULL DEFAULT '',
        flags TEXT,
        seconds INTEGER NOT NULL DEFAULT 0,
        extra TEXT,
        updated TEXT,
        revision INTEGER NOT NULL DEFAULT 0,
        UNIQUE (article, annotator)
    ) STRICT
    """,
    "CREATE INDEX annotation_status ON annotation (annotator, status, article)",
)

_FIRST_ITEMS: Final = (
    """
    CREATE TABLE entity (
        annotation INTEGER NOT NULL REFERENCES annotation (pk) ON DELETE CASCADE,
        id TEXT NOT NULL,
        label TEXT NOT NULL,
        name TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        link TEXT,
        note TEXT NOT NULL DEFAULT '',
        flags TEXT,
        extra TEXT,
        PRIMARY KEY (annotation, id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX entity_label ON entity (label)",
    # Deferred: within one edit an entity may be deleted before its mentions, or added after them.
    """
    CREATE TABLE mention (
        annotation INTEGER NOT NULL REFERENCES annotation (pk) ON DELETE CASCADE,
        id TEXT NOT NULL,
        entity TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        text TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        kind TEXT NOT NULL DEFAULT 'name',
        note TEXT NOT NULL DEFAULT '',
        flags TEXT,
        extra TEXT,
        PRIMARY KEY (annotation, id),
        FOREIGN KEY (annotation, entity) REFERENCES entity (annotation, id)
            DEFERRABLE INITIALLY DEFERRED
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE quote (
        annotation INTEGER NOT NULL REFERENCES annotation (pk) ON DELETE CASCADE,
        id TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        type TEXT NOT NULL DEFAULT 'unknown',
        type_set INTEGER NOT NULL DEFAULT 1,
        speakers TEXT,
        speaker_status TEXT NOT NULL DEFAULT 'identified',
        addressees TEXT,
        parent TEXT,
        note TEXT NOT NULL DEFAULT '',
        flags TEXT,
        attributes TEXT,
        extra TEXT,
        PRIMARY KEY (annotation, id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE quote_span (
        annotation INTEGER NOT NULL,
        quote TEXT NOT NULL,
        position INTEGER NOT NULL,
        role TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        text TEXT NOT NULL,
        extra TEXT,
        PRIMARY KEY (annotation, quote, position),
        FOREIGN KEY (annotation, quote) REFERENCES quote (annotation, id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID
    """,
)

_FIRST_HISTORY: Final = (
    """
    CREATE TABLE edit (
        pk INTEGER PRIMARY KEY,
        annotation INTEGER NOT NULL REFERENCES annotation (pk) ON DELETE CASCADE,
        title TEXT NOT NULL,
        changes TEXT NOT NULL,
        made_at TEXT NOT NULL,
        undone_at TEXT,
        state TEXT NOT NULL DEFAULT 'done' CHECK (state IN ('done', 'undone', 'dropped'))
    ) STRICT
    """,
    "CREATE INDEX edit_state ON edit (annotation, state)",
    """
    CREATE TABLE imported (
        annotation INTEGER NOT NULL REFERENCES annotation (pk) ON DELETE CASCADE,
        digest TEXT NOT NULL,
        PRIMARY KEY (annotation, digest)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE VIEW labelled_span (article, annotator, layer, label, id, start, "end", text) AS
    SELECT a.id, r.name, 'entity', e.label, m.id, m.start, m."end", m.text
    FROM mention m
    JOIN entity e ON e.annotation = m.annotation AND e.id = m.entity
    JOIN annotation n ON n.pk = m.annotation
    JOIN annotator r ON r.pk = n.annotator
    JOIN article a ON a.pk = n.article
    UNION ALL
    SELECT a.id, r.name, 'quote', s.role, s.quote, s.start, s."end", s.text
    FROM quote_span s
    JOIN annotation n ON n.pk = s.annotation
    JOIN annotator r ON r.pk = n.annotator
    JOIN article a ON a.pk = n.article
    """,
)

_REVIEW: Final = (
    """
    CREATE TABLE decision (
        annotation INTEGER NOT NULL REFERENCES annotation (pk) ON DELETE CASCADE,
        id TEXT NOT NULL,
        ordinal INTEGER NOT NULL,
        kind TEXT NOT NULL,
        outcome TEXT NOT NULL,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        members TEXT,
        sources TEXT,
        item TEXT,
        decided_by TEXT NOT NULL DEFAULT '',
        decided_at TEXT NOT NULL DEFAULT '',
        rule TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        note TEXT NOT NULL DEFAULT '',
        flags TEXT,
        extra TEXT,
        PRIMARY KEY (annotation, id)
    ) STRICT, WITHOUT ROWID
    """,
    # Versions that a merge found and did not make the annotation: `content` is NULL for one that
    # others grew out of, and `updated`, `steps` are then those of the last of these.
    """
    CREATE TABLE version (
        annotation INTEGER NOT NULL REFERENCES annotation (pk) ON DELETE CASCADE,
        digest TEXT NOT NULL,
        updated TEXT NOT NULL,
        steps INTEGER NOT NULL,
        content TEXT,
        history TEXT,
        PRIMARY KEY (annotation, digest)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE review (
        annotation INTEGER PRIMARY KEY REFERENCES annotation (pk) ON DELETE CASCADE,
        status TEXT NOT NULL CHECK (status IN ('returned', 'accepted')),
        decided_by TEXT NOT NULL DEFAULT '',
        decided_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE remark (
        id TEXT PRIMARY KEY,
        annotation INTEGER NOT NULL REFERENCES annotation (pk) ON DELETE CASCADE,
        start INTEGER NOT NULL,
        "end" INTEGER NOT NULL,
        text TEXT NOT NULL,
        author TEXT NOT NULL,
        made_at TEXT NOT NULL,
        done_at TEXT
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX remark_annotation ON remark (annotation)",
    """
    CREATE TABLE assignment (
        article INTEGER NOT NULL REFERENCES article (pk) ON DELETE CASCADE,
        annotator TEXT NOT NULL,
        PRIMARY KEY (article, annotator)
    ) STRICT, WITHOUT ROWID
    """,
)

# `content` holds every row of the article as JSON, so that queries of the live tables can ignore
# the trash; it comes last, or reading the other columns would read it too.
_TRASH: Final = (
    """
    CREATE TABLE trash (
        pk INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL,
        title TEXT NOT NULL,
        deleted_at TEXT NOT NULL,
        deleted_by TEXT NOT NULL,
        annotations INTEGER NOT NULL,
        text_sha256 TEXT NOT NULL,
        content_sha256 TEXT NOT NULL,
        content TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX trash_id ON trash (id)",
    "CREATE INDEX trash_text_sha256 ON trash (text_sha256)",
)

# See `store.generations`. The first row distinguishes two projects that have not been written to
# yet, and the id finds the backups of a project that was moved; copies of it have the same id.
_GENERATION: Final = (
    """
    CREATE TABLE generation (
        writer INTEGER PRIMARY KEY,
        number INTEGER NOT NULL,
        base INTEGER NOT NULL
    ) STRICT
    """,
    "INSERT INTO generation VALUES ((random() & 4611686018427387903) | 1, 1, 0)",
    "INSERT OR IGNORE INTO project VALUES ('id', lower(hex(randomblob(16))))",
)


def _state_people(connection: sqlite3.Connection) -> None:
    """Have the scheme say which labels are of people, which their names said until then.

    A scheme that cannot be read is left alone: opening the project reports it.
    """
    row = connection.execute("SELECT value FROM project WHERE key = 'scheme'").fetchone()
    if row is None:
        return
    try:
        scheme = scheme_from_json(row[0])
    except (SchemeError, RecursionError):
        return
    connection.execute(
        "UPDATE project SET value = ? WHERE key = 'scheme'", (scheme_to_json(scheme),)
    )


# Terms and gap: see `store.article_index`. The indexes hold only what has a flag or a note.
_SEARCH: Final = (
    "DROP TABLE article_fts",
    """
    CREATE VIRTUAL TABLE article_index USING fts5 (
        terms, content = '', columnsize = 0, tokenize = 'ascii'
    )
    """,
    "INSERT INTO project SELECT 'index_gap', '0 ' || last "
    "FROM (SELECT max(pk) AS last FROM article) WHERE last IS NOT NULL",
    "CREATE INDEX annotation_marker ON annotation (annotator, article, flags, notes) "
    "WHERE flags IS NOT NULL OR notes <> ''",
    *(
        f"CREATE INDEX {table}_marker ON {table} (annotation, flags, note) "
        "WHERE flags IS NOT NULL OR note <> ''"
        for table in ("entity", "mention", "quote")
    ),
)


_COUNTERS: Final = (
    """
    CREATE TABLE counter (
        annotator INTEGER NOT NULL,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,
        hidden INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (annotator, kind, name, hidden)
    ) STRICT, WITHOUT ROWID
    """,
    "ALTER TABLE article ADD COLUMN sort_title TEXT NOT NULL DEFAULT ''",
    # `tie` tells entries of equal value apart: the article's key, or that below zero.
    """
    CREATE TABLE article_order (
        ordering INTEGER NOT NULL,
        value ANY NOT NULL,
        tie INTEGER NOT NULL,
        PRIMARY KEY (ordering, value, tie)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE article_block (
        pk INTEGER PRIMARY KEY,
        ordering INTEGER NOT NULL,
        value ANY NOT NULL,
        tie INTEGER NOT NULL,
        entries INTEGER NOT NULL,
        hidden INTEGER NOT NULL,
        UNIQUE (ordering, value, tie)
    ) STRICT
    """,
    "CREATE INDEX article_block_large ON article_block (pk) WHERE entries > 512",
)


def _count_all(connection: sqlite3.Connection) -> None:
    """Fill the tables of `store.counters` and `store.positions`."""
    from annotator.store.counters import rebuild_counters
    from annotator.store.positions import rebuild_positions

    rebuild_counters(connection)
    rebuild_positions(connection)


LADDER: Final[tuple[Migration, ...]] = (
    Migration("first_tables", _FIRST_TABLES + _FIRST_ITEMS + _FIRST_HISTORY),
    Migration("m0003_review", _REVIEW),
    # Counting a million mentions by label takes a seventh of the time with it.
    Migration("m0004_scheme", ("CREATE INDEX mention_entity ON mention (annotation, entity)",)),
    Migration("m0005_trash", _TRASH),
    Migration("m0006_generation", _GENERATION),
    Migration("m0007_people", convert=_state_people),
    # From here on `edit.title` may hold a message as JSON (`core.message`), which older programs
    # would show as it is; titles from before stay as they are.
    Migration("m0008_messages", ()),
    Migration("m0009_counters_and_search", _COUNTERS + _SEARCH, _count_all),
)
"""All steps, oldest first. `PRAGMA user_version` is how many of them were applied to a file."""
