"""Messages: English with values, equal by value, the same after a way through JSON or pickle."""

import ast
import pickle
import re
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import annotator
from annotator.core.errors import AnnotatorError
from annotator.core.message import Message, as_message, count_message, message, verbatim
from annotator.core.message_json import message_from_json, message_to_json

TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]))
LEAVES: Final = TEXTS | st.integers(-(2**53), 2**53)
MESSAGES: Final = st.recursive(
    TEXTS.map(verbatim),
    lambda inner: st.one_of(
        st.builds(message, st.sampled_from(["a {1}", "{2} of {1}"]), LEAVES | inner, inner),
        st.builds(count_message, st.integers(0, 9), st.just("{1} x"), st.just("{1} {2}s"), inner),
        st.builds(message, st.just("all: {1}"), st.lists(TEXTS | inner, min_size=1, max_size=3)),
        st.builds(Message.with_hint, inner, st.just("; see: annotator --help")),
    ),
    max_leaves=5,
)


def test_a_message_is_its_english_with_values_in_their_places() -> None:
    inner = message("{1} times", 1234)
    whole = message("Mark {2} as {1} {3}", "{1}", Path("a/b"), inner)
    assert str(whole) == "Mark a/b as {1} 1,234 times"
    assert str(message("Set {1}", ["a", message("quotes")])) == "Set a, quotes"
    assert str(message("no value {1}")) == "no value {1}"


def test_a_count_has_the_form_of_its_number() -> None:
    def of(count: int) -> str:
        return str(count_message(count, "{1} page of {2}", "{1} pages of {2}", "a"))

    assert [of(count) for count in (0, 1, 2, 1000)] == [
        *("0 pages of a", "1 page of a", "2 pages of a", "1,000 pages of a"),
    ]


def test_a_hint_is_for_the_command_line_alone() -> None:
    inner = message("{1} exists already", "a").with_hint("; replace it with --force")
    whole = message("{1}: {2}", "p", inner)
    assert str(whole) == "p: a exists already; replace it with --force"
    assert whole.without_hints() == "p: a exists already"
    assert whole.hints() == "; replace it with --force"


def test_what_cannot_be_encoded_is_escaped() -> None:
    for made in (message("{1}", "\udc80"), verbatim("\udc80"), message("{1}", ["\udc80"])):
        assert str(made) == "\\udc80"
    assert str(AnnotatorError("\udc80")) == "\\udc80"


def test_an_error_has_a_message_and_is_its_english() -> None:
    error = AnnotatorError(message("{1} is damaged", "p").with_hint("; see: annotator check"))
    assert str(error) == "p is damaged; see: annotator check"
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.message) == (str(error), error.message)
    assert AnnotatorError("as it is").message == verbatim("as it is") == as_message("as it is")


@given(MESSAGES)
def test_json_and_pickle_give_back_the_same_message(one: Message) -> None:
    for again in (message_from_json(message_to_json(one)), pickle.loads(pickle.dumps(one))):
        assert again == one
        assert hash(again) == hash(one)
        assert str(again) == str(one)


@pytest.mark.parametrize(
    "stored",
    [
        "",
        "Mark “x” as PERSON",
        "{1}",
        '{"id":"Mark {1} as {2}","values":["x"]}',
        '{"id":""}',
        '{"id":"\\u0000"}',
        '{"id":"\\ud800"}',
        '{"id":1}',
        '{"id":"a","more":1}',
        '{"id":"{1}","values":[true]}',
        '{"id":"{1}","values":[1.5]}',
        '{"id":"{1}","values":[99999999999999999999]}',
        '{"id":"{1} x","one":"{1} y","values":["1"]}',
        '{"id":"{1}","values":[[1]]}',
        '{"id":"a","hint":null}',
        '{"id":' * 9000,
    ],
)
def test_a_title_that_is_no_message_is_shown_as_it_is(stored: str) -> None:
    assert message_from_json(stored) == verbatim(stored)
    assert str(message_from_json(stored)) == stored


@given(st.text() | st.text().map(lambda text: f'{{"id":{text}'))
def test_any_title_can_be_shown(stored: str) -> None:
    made = message_from_json(stored)
    assert str(made) is not None
    assert message_from_json(message_to_json(made)) == made


_PLAIN: Final = ("cli", "formats", "core/errors.py", "core/message.py", "ui/screenshot.py")
"""Where an error may be a str: what only the command line says, and what is wrong in a file."""
_CLASS: Final = re.compile(r"^ *class (\w+)\(([^)]*)\)", re.MULTILINE)
_NAME: Final = re.compile(r"[\w.]+")


def bare_errors(sources: dict[str, str]) -> list[str]:
    """Where an error is made of a bare text, in the sources by the names of their modules."""
    classes = [found for source in sources.values() for found in _CLASS.findall(source)]
    errors = {"AnnotatorError"}
    while more := {name for name, bases in classes if errors & set(_NAME.findall(bases))} - errors:
        errors |= more
    checked = errors - {"FormatError", "ReaderBug", "UnknownFormat", "TooLarge"}
    # To take each module apart is slow; without a text there is nothing to find.
    of_text = re.compile(rf"""\b(?:{"|".join(sorted(checked))})\((?:[\s(]|#.*\n)*[a-zA-Z]*["']""")
    return [
        f"{name}:{node.lineno}"
        for name, source in sources.items()
        if of_text.search(source)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        if ast.unparse(node.func) in checked
        if node.args and isinstance(node.args[0], ast.Constant | ast.JoinedStr)
    ]


def test_an_error_that_the_window_shows_is_made_of_a_message() -> None:
    root = Path(annotator.__file__).parent
    names = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*.py"))}
    sources = {name: path.read_text(encoding="utf-8") for name, path in names.items()}
    assert [one for one in bare_errors(sources) if not one.startswith(_PLAIN)] == []
    wrong = {"a": "class Own(AnnotatorError): pass", "b": "raise Own(f'{path} is gone')"}
    assert bare_errors(wrong) == ["b:1"]


def test_what_many_lines_advise_is_said_once() -> None:
    lines = [message("line {1}", n).with_hint("; say it with --offsets utf-16") for n in (1, 2, 3)]
    whole = message("{1}", message("{1}: {2}", "news.jsonl", lines))
    assert whole.hints() == "; say it with --offsets utf-16"
