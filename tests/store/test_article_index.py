"""One index finds what a plain reading would find, in every script, for the filter and the search.

The readings here go through the texts letter by letter and share no code with what they check.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.core.models import Article
from annotator.core.record import Record
from annotator.core.text_search import TextQuery
from annotator.store import Project, SearchQuery
from tests.store.samples import SCHEME

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
