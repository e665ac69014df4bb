"""One index finds what a plain reading would find, in every script, for the filter and the search.

The readings here go through the texts letter by letter and share no code with what they check.
"""

import sqlite3
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.core.annotation import Annotation
from annotator.core.index_terms import anchors, terms_of
from annotator.core.models import Article, Head
from annotator.core.record import Record
from annotator.core.scheme import scheme_to_json
from annotator.core.text import text_hash
from annotator.core.text_search import TextQuery
from annotator.store import ArticleFilter, Project, SearchQuery, article_index
from annotator.store.article_index import Gap, gap_of
from annotator.store.database import connect
from annotator.store.migrations import migrate
from annotator.store.schema import LADDER
from tests.store.samples import SCHEME, older_project

_INVISIBLE = "\u00ad\u061c\u0640\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_QUOTES = dict(zip("’‘“”„«»", "''" + '"' * 5, strict=True))
_NO_SPACES = (
    (0xE00, 0xEFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x31FF), (0x3400, 0x9FFF),
    (0xF900, 0xFAFF), (0x20000, 0x3FFFF),
)  # fmt: skip


def folded(text: str) -> str:
    """The text as search sees it: no case, no accents, plain quote marks."""
    found = []
    for char in text:
        if char in _INVISIBLE:
            continue
        if "\uac00" <= char <= "\ud7a3":
            found.append(char)
        elif char in _QUOTES:
            found.append(_QUOTES[char])
        else:
            apart = unicodedata.normalize("NFD", char)
            found.append("".join(c for c in apart if unicodedata.category(c) != "Mn").casefold())
    return "".join(found)


def has_no_spaces(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _NO_SPACES)


def begins_word(text: str, at: int) -> bool:
    if not text[at].isalnum() or has_no_spaces(text[at]) or at == 0:
        return True
    return not text[at - 1].isalnum() or has_no_spaces(text[at - 1])


def words_at(text: str) -> list[tuple[int, int]]:
    """Where the words stand: runs of letters and digits of scripts with spaces, or without."""
    found: list[tuple[int, int]] = []
    for at, char in enumerate(text):
        if not char.isalnum():
            continue
        if found and found[-1][1] == at and has_no_spaces(text[at - 1]) == has_no_spaces(char):
            found[-1] = (found[-1][0], at + 1)
        else:
            found.append((at, at + 1))
    return found


def follow(text: str, wanted: list[str]) -> bool:
    """Whether these words follow one another, the first from its beginning, the last one open."""
    words = [text[start:end] for start, end in words_at(text)]
    for at, first in enumerate(words[: len(words) - len(wanted) + 1]):
        rest = words[at + 1 : at + len(wanted)]
        if has_no_spaces(first[0]):
            begins = first.endswith(wanted[0]) if rest else wanted[0] in first
        else:
            begins = first == wanted[0] if rest else first.startswith(wanted[0])
        if begins and (not rest or (rest[:-1] == wanted[1:-1] and rest[-1].startswith(wanted[-1]))):
            return True
    return False


def fits_filter(typed: str, article: Article) -> bool:
    pieces = folded(typed).split()
    if not pieces:
        return True
    for title in (article.title, article.source or "", article.id):
        if " ".join(pieces) in " ".join(folded(title).split(" ")) or any(
            " ".join(pieces) in " ".join(folded(title)[at:].split()) for at in range(len(title))
        ):
            return True
    text = folded(article.text)
    for piece in pieces:
        words = [piece[start:end] for start, end in words_at(piece)]
        if not (follow(text, words) if words else all(sign in text for sign in piece)):
            return False
    return True


def fits_search(typed: str, text: str, *, whole: bool = False) -> bool:
    """Whether the text has what was typed, with any white space in it, from a word's beginning."""
    wanted, text = " ".join(folded(typed).split()), folded(text)
    for at in range(len(text)):
        place, end = 0, at
        while place < len(wanted) and end < len(text):
            if wanted[place] == " " and text[end].isspace():
                while end < len(text) and text[end].isspace():
                    end += 1
            elif wanted[place] == text[end]:
                end += 1
            else:
                break
            place += 1
        if place < len(wanted) or not begins_word(text, at):
            continue
        around = text[at - 1 : at] + text[end : end + 1]
        if not whole or not any(c.isalnum() or c == "_" for c in around):
            return True
    return not wanted


_WORDS = (
    "the", "The", "THEME", "th", "e", "E", "a", "said", "as well", "straße", "STRASSE", "naïve",
    "nai\u0308ve", "Œuvre", "ﬁn", "İstanbul", "istanbul", "ǅ", "Ångström", "K", "co\u00adop",
    "x_y", "don’t", "don't", "u.s.", "U.S", "c++", "l’été", "café", "2026", "①", "½", "٣",
    "قال", "قَالَ", "إن", "ان", "آن", "أحمد", "احمد", "الـعربية", "العربية", "ال", "می‌خواهم",
    "Москва", "ёлка", "елка", "Ἀθῆναι", "αθηναι", "ΣΟΦΟΣ", "σοφός", "שָׁלוֹם", "שלום",
    "한국어", "한국", "हिन्दी", "हिंदी", "भारत", "국", "国", "中国", "国防部", "国防", "防部", "の",
    "カタカナ", "ｶﾀｶﾅ", "ประเทศไทย", "ไทย", "ที่", "ລາວ", "ខ្មែរ", "မြန်မာ", "𠀀", "ꯃ", "𞤀", "ⅷ",
    "ᎣᏏᏲ", "ꭰ", "x" * 130, "x" * 131, "d" * 17 + "e", "国" * 45,
)  # fmt: skip
"""Words of many scripts, some longer than the index has them."""
_SIGNS = (
    " ", " ", " ", " ", "\n", "\n\n", "\u00a0", "\u3000", ", ", ". ", "-", "—", "“", "”", '"',
    "。", "、", "%", "_", "*", "👍", "👍🏽", "\ue000", "\ue025", "\u200b", "\u200d", "\u0301",
    "\u064b", "'", "/", "#", "$", "€", "†", "\x01", "", "",
)  # fmt: skip
"""What may stand between words and inside them."""
_Text = st.lists(st.sampled_from(_WORDS + _SIGNS) | st.text(max_size=2), max_size=9).map("".join)


def _typeable(text: str) -> str:
    return text.encode("utf-8", "ignore").decode().replace("\0", "")


_TEXTS = _Text.map(_typeable).filter(bool)


@st.composite
def typed(draw: Any, texts: list[str]) -> str:
    """A part of a text, as somebody would type it, or anything else."""
    if draw(st.booleans()):
        return draw(_Text)
    text = draw(st.sampled_from(texts))
    start = draw(st.integers(0, len(text)))
    part = text[start : start + draw(st.integers(1, 6))]
    return draw(st.sampled_from((part, part.upper(), part.lower(), part.swapcase())))


@contextmanager
def project_of(texts: list[str]) -> Iterator[tuple[Project, list[Article]]]:
    articles = [
        Article(f"a{number}", text, title=texts[-1 - number], source=f"Wire {number}")
        for number, text in enumerate(texts)
    ]
    with (
        TemporaryDirectory() as folder,
        Project.create(Path(folder) / "p.annotator", SCHEME) as project,
    ):
        with project.importing() as target:
            for article in articles:
                target.add(Record(article))
        keys = project.article_keys(annotator="ada")
        yield project, [project.article(key) for key in keys]


def unindexed(project: Project) -> None:
    """Make it a project whose articles have not been indexed yet."""
    with project._database.writing() as connection:
        connection.execute("INSERT INTO article_index (article_index) VALUES ('delete-all')")
        connection.execute("INSERT INTO project SELECT 'index_gap', '0 ' || max(pk) FROM article")


def filtered(project: Project, words: str) -> list[str]:
    keys = project.article_keys(annotator="ada", text=words)
    return [project.article(key).id for key in keys]


def searched(project: Project, words: str, **how: bool) -> list[str]:
    wanted = SearchQuery(TextQuery(words, **how), "ada")
    return [project.article(hit.key).id for hit in project.search(wanted).page(999, 60).hits]


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_filter_and_search_find_what_a_plain_reading_finds(data: Any) -> None:
    texts = data.draw(st.lists(_TEXTS, min_size=1, max_size=4))
    with project_of(texts) as (project, articles):
        parts = typed([article.text for article in articles]).map(_typeable)
        asked = [data.draw(parts) for _ in range(4)]
        for in_index in (True, False):
            for words in asked:
                case = (words, [(one.text, one.title) for one in articles], in_index)
                expected = [one.id for one in articles if fits_filter(words, one)]
                assert (case, filtered(project, words)) == (case, expected)
                for whole in (False, True):
                    expected = [
                        one.id for one in articles if fits_search(words, one.text, whole=whole)
                    ]
                    found = searched(project, words, whole=whole)
                    assert (case, whole, found) == (case, whole, expected)
            if in_index:
                assert project.check() == []
                unindexed(project)


def test_words_of_every_script_are_found_as_a_plain_reading_finds_them() -> None:
    texts = [
        f"{one} {two}{three}"
        for one, two, three in zip(
            _WORDS, (*_WORDS[7:], *_WORDS[:7]), (*_WORDS[31:], *_WORDS[:31]), strict=True
        )
    ]
    typed_words = {
        part
        for word in (*_WORDS, "a国", "国a", "as w", "c+", "re 3", "e 3", "-")
        for part in (word, word[1:3])
        if part.strip()
    }
    with project_of(texts) as (project, articles):
        for words in sorted(typed_words)[::8]:
            expected = [one.id for one in articles if fits_filter(words, one)]
            assert (words, filtered(project, words)) == (words, expected)
            expected = [one.id for one in articles if fits_search(words, one.text)]
            assert (words, searched(project, words)) == (words, expected)


def test_chinese_japanese_and_thai_are_found_inside_a_run_by_filter_and_search() -> None:
    texts = [
        "伊朗国防部长访问巴格达。",
        "日本の首相がカタカナで話す",
        "ประเทศไทยมีกรุงเทพ",
        "no such text",
    ]
    found = {"国": 0, "防部": 0, "首相": 1, "カナ": 1, "ไทย": 2, "q": None}
    with project_of(texts) as (project, _):
        for words, number in found.items():
            there = [] if number is None else [number]
            assert searched(project, words) == [f"a{one}" for one in there]
            # The title of each is the text of another one.
            there += [3 - one for one in there]
            assert filtered(project, words) == [f"a{one}" for one in sorted(there)]


def plain(project: Project) -> list[list[int]]:
    wanted = [
        project.article_keys(annotator="ada", text=words)
        for words in ("the", "th", "e", "said", "as well", "ال", "国", "“", "wire 3", "ire 1", "no")
    ]
    words = ("the", "t", "as well", "国防", "“", "قال")
    return [*wanted, *([project.key_of(id_) for id_ in searched(project, one)] for one in words)]


MIXED = [f"The {word} said as well {n}: “قال” 国防部" for n, word in enumerate(_WORDS[:60])]


def test_a_project_of_the_version_before_is_indexed_wherever_that_stopped(tmp_path: Path) -> None:
    path = tmp_path / "old.annotator"
    older_project(path, 7, scheme_to_json(SCHEME))
    with closing(sqlite3.connect(path)) as connection, connection:
        for key, text in enumerate(MIXED * 10, start=1):
            connection.execute(
                "INSERT INTO article (pk, id, source, text_sha256, length, imported_at) "
                "VALUES (?, ?, ?, ?, ?, '2026')",
                (key, f"a{key}", f"Wire {key}", text_hash(text), len(text)),
            )
            connection.execute("INSERT INTO article_text VALUES (?, ?)", (key, text))
    with closing(connect(path)) as database:
        database.durable()
        migrate(database, LADDER)
        assert gap_of(database.connection) == Gap(0, 600)
    with Project.open(path) as project:
        expected = plain(project)
        assert [*map(len, expected)][:2] == [600, 600]
        for _ in range(2):
            steps = iter((True, True, False))
            assert not project.fill_index(lambda steps=steps: next(steps))
            assert plain(project) == expected
            assert project.check() == []
        assert gap_of(project._database.connection) == Gap(400, 600)
        with project.trashing() as trash:  # one that is indexed, and one that is not
            gone = [trash.take(key, "ada") for key in (3, 500)]
        with project.importing() as target:
            target.add(Record(Article("new", "The new one said nothing")))
        with project.trashing() as trash:
            assert [trash.restore(one.number) for one in gone] == [3, 500]
        assert project.check() == []
    with Project.open(path) as project:
        assert all(601 in keys for keys in plain(project)[:4])
        assert [[k for k in keys if k != 601] for keys in plain(project)] == expected
        assert project.fill_index(lambda: True)
        assert not project.has_unindexed_articles()
        assert [[k for k in keys if k != 601] for keys in plain(project)] == expected
        assert project.check() == []


_FILLING = """
import sys, time
from annotator.store import Project
with Project.open(sys.argv[1]) as project:
    print("go", flush=True)
    project.fill_index(lambda: time.sleep(0.02) is None)
"""


def test_indexing_that_is_killed_goes_on_later(tmp_path: Path) -> None:
    path = tmp_path / "p.annotator"
    with Project.create(path, SCHEME) as project:
        with project.importing() as target:
            for number, text in enumerate(MIXED * 20):
                target.add(Record(Article(f"a{number}", f"{text} {number}")))
        expected = plain(project)
        unindexed(project)
    for _ in range(3):
        with subprocess.Popen(
            [sys.executable, "-c", _FILLING, str(path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"go\n"
            time.sleep(0.1)
            process.kill()
        with Project.open(path) as project:
            assert plain(project) == expected
            assert project.check() == []
    with Project.open(path) as project:
        assert project.fill_index(lambda: True)
        assert plain(project) == expected
        assert project.check() == []


@contextmanager
def counted(project: Project) -> Iterator[list[int]]:
    """Count the instructions of SQLite, and the statements."""
    counts = [0, 0]

    def step() -> int:
        counts[0] += 10
        return 0

    def begin(_statement: str) -> None:
        counts[1] += 1

    connection: sqlite3.Connection = project._database.connection
    connection.set_progress_handler(step, 10)
    connection.set_trace_callback(begin)
    try:
        yield counts
    finally:
        connection.set_progress_handler(None, 0)
        connection.set_trace_callback(None)


def first_page(project: Project, wanted: ArticleFilter | SearchQuery) -> list[int]:
    with counted(project) as counts:
        if isinstance(wanted, ArticleFilter):
            assert len(project.filtered(wanted).page(60, 60).keys) == 60
        else:
            assert len(project.search(wanted).page(60, 60).hits) == 60
    return counts


def test_the_first_page_costs_the_same_in_a_large_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_index, "SHARD_SIZE", 128)
    words = ("the", "th", "t", "said", "as well", "ال", "قا", "国", "国防", "“", "wire")
    wanted: list[ArticleFilter | SearchQuery] = [ArticleFilter("ada", one) for one in words]
    wanted += [SearchQuery(TextQuery(one), "ada") for one in words[:-1] if one != "ال"]
    wanted = [one for one in wanted if one[1] != "ال"]
    wanted += [ArticleFilter("ada", marker="flag"), ArticleFilter("ada", "the", status="todo")]
    costs = []
    for many in (128, 4000):
        with Project.create(tmp_path / f"{many}", SCHEME) as project:
            with project.importing() as target:
                for number in range(many):
                    text = f"The {number} said as well: “قال” 国防部"
                    flagged = Annotation(head=Head("doing", "", ("unsure",)))
                    who = ("ada", flagged) if number < 64 else (None, None)
                    article = Article(f"a{number}", text, source="Wire")
                    target.add(Record(article, *who))
            costs.append([first_page(project, one) for one in wanted])
    small, large = costs
    assert all(steps > 0 and statements > 0 for steps, statements in small)
    for one, before, after in zip(wanted, small, large, strict=True):
        assert after[0] <= 1.2 * before[0] + 200, (one, before, after)
        # The index has a few parts more, each of which is asked.
        assert after[1] <= before[1] + 40, (one, before, after)


def test_what_is_marked_is_found_by_an_index_of_that_alone(project: Project) -> None:
    for marker in ("flag", "note"):
        asked: list[str] = []
        project._database.connection.set_trace_callback(asked.append)
        project.article_keys(annotator="ada", marker=marker)
        project._database.connection.set_trace_callback(None)
        (statement,) = [one for one in asked if " UNION " in one]
        plan = project._database.connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
        read = [line for *_, line in plan if "SCAN" in line or "SEARCH" in line]
        for table in ("annotation", "entity", "mention", "quote"):
            assert any(f"INDEX {table}_marker" in line for line in read), read


def test_terms_are_those_of_a_text_folded_as_a_whole() -> None:
    for words in (*_WORDS, *_SIGNS, "".join(_WORDS), " ".join(_WORDS) * 3):
        assert terms_of(words) == terms_of(folded(words)), words


def test_near_duplicates_share_anchors_and_others_do_not() -> None:
    one = [f"word{n * n % 997}".encode() for n in range(400)]
    changed = [b"other" if n % 40 == 7 else word for n, word in enumerate(one)]
    other = [f"word{n * 31 % 991}".encode() for n in range(400)]
    assert len({*anchors(one)} & {*anchors(changed)}) > 1
    assert {*anchors(one)}.isdisjoint(anchors(other))
    assert len(anchors(one)) == 8
    assert anchors([b"few"]) == []
