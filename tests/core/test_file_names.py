"""Names of files: whatever articles and people are called, any system takes what is made of it."""

import unicodedata
from pathlib import Path

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from annotator.core.file_names import FileNames, safe_stem, shortened, temporary_name

ODD = (
    *("CON", "nul", "aux.txt", "COM1", "com¹", "LPT9.tar.gz", "-rf", ".hidden", "..", "...", ""),
    *(" ", "a.", "a ", "a\0b", "a/b\\c", 'a<b>c:d"e|f?g*h', "\u202eevil", "e\u0301", "字" * 100),
    *("𠀀" * 100, "नमस्ते" * 30, "\U0001f468\u200d\U0001f469" * 40, "x" * 300, "\ud800", "\u0301"),
    *("a" + "\u0301" * 400, "ﬁ", "ẞ", "İ", "a\u200db", "con\u200b", "ＣＯＮ", "conin$", "a\n\tb"),
    *("~", "$HOME", "%PATH%"),
)
NAMES = st.one_of(
    st.sampled_from(ODD), st.text(max_size=150), st.text("aAéÉ-. _\u0301", max_size=8)
)
DEVICES = regex.compile(
    r"(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", regex.I
)


def refused_by(name: str) -> list[str]:
    """Which systems would not take a file of this name, or would make something else of it."""
    found = []
    if not name or len(name.encode()) > 143:
        found.append("encrypted folders: length")
    if any(character in '<>:"/\\|?*' or ord(character) < 32 for character in name):
        found.append("Windows: characters")
    if DEVICES.fullmatch(name) or name[-1:] in ". ":
        found.append("Windows: devices and ends")
    if name[:1] in ".-~":
        found.append("shells: hidden, or an option")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in name):
        found.append("people: signs that nobody sees")
    if unicodedata.category(name[:1] or "a").startswith("M"):
        found.append("people: a mark on nothing")
    if unicodedata.normalize("NFC", name) != name:
        found.append("macOS: another form of it")
    return found


@given(st.lists(NAMES, min_size=1, max_size=3))
@example(["CON"])
@example(["con", "ada"])
@example(["字" * 100, "ada"])
def test_a_name_of_any_words_is_taken_by_every_system(words):
    stem = FileNames().stem(*words)
    for suffix in ("", ".xmi", ".json", ".losses.jsonl", ".annotator-journal"):
        assert refused_by(f"{stem}{suffix}") == []


@given(st.lists(NAMES, max_size=30))
@example(["é", "e\u0301", "É", "E\u0301", "a/b", "A/B", "a_b", "ﬁ", "fi", "ß", "ss", "ẞ"])
@example(["a", "a", "a-2", "A", "a-3", "a-2"])
@example(["İ", "i", "I", "ı"])
def test_no_two_names_are_one_file_anywhere(words):
    names = FileNames()
    stems = [names.stem(word) for word in words]
    for alike in (
        str.casefold,
        str.upper,
        str.lower,
        lambda name: unicodedata.normalize("NFD", name).casefold(),
        lambda name: unicodedata.normalize("NFKC", name).casefold(),
    ):
        assert len({alike(stem) for stem in stems}) == len(stems)
    assert all(refused_by(stem) == [] for stem in stems)


@given(NAMES, st.integers(1, 300))
@example("\ud800" * 9, 8)
def test_a_name_that_is_shortened_ends_between_two_characters(name, most):
    kept = shortened(name, most)
    assert name.startswith(kept)
    assert (
        len(kept.encode("utf-8", "surrogateescape" if "\ud800" not in name else "replace")) <= most
    )
    clusters = regex.findall(r"\X", name)
    assert kept in {"".join(clusters[:count]) for count in range(len(clusters) + 1)}


def test_letters_of_all_scripts_stay_with_the_marks_on_them():
    for name in ("é", "नमस्ते", "Straße", "القاهرة", "サッカー", "Việt", "שָׁלוֹם", "สวัสดี"):
        assert safe_stem(name) == unicodedata.normalize("NFC", name)
    assert safe_stem("e\u0301") == "é"
    assert safe_stem("../../etc/passwd") == "etc_passwd"
    assert safe_stem("नमस्ते" * 30).encode() == safe_stem("नमस्ते" * 30).encode()[:100]


def test_ten_thousand_things_of_one_name_are_told_apart_at_once():
    names = FileNames()
    assert len({names.stem("same") for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize("name", ["字" * 80 + ".annotator", "x" * 250, "a.jsonl"])
def test_the_hidden_name_of_what_becomes_a_file_fits_as_well(name, tmp_path: Path):
    (tmp_path / temporary_name(name, "12345678.partial")).write_bytes(b"")
