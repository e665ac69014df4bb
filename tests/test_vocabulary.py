"""The words that CONTEXT.md avoids are in no name, docstring, comment or page of the
documentation.
"""

import ast
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEADING = "## Avoided everywhere"
CODE = sorted((ROOT / "annotator").rglob("*.py"))
PAGES = sorted(
    page
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
    if page.name != "CONTEXT.md"
)


def avoided() -> list[str]:
    """The words before the parentheses in the last section of CONTEXT.md."""
    section = (ROOT / "CONTEXT.md").read_text("utf-8").partition(HEADING)[2]
    return re.findall(r"([a-z][a-z ]*?) \(", " ".join(section.split()))


ANYWHERE = "(?:" + "|".join(map(re.escape, avoided())) + ")"
WORDS = re.compile(rf"(?<![a-z]){ANYWHERE}s?(?![a-z])", re.IGNORECASE)
LETTERS = re.compile(ANYWHERE, re.IGNORECASE)
"""Where a module has none of these letters there is nothing to find: to take it apart is slow."""


def said_in(path: Path) -> Iterator[tuple[int, str]]:
    """The names, comments and docstrings of a module, by line; not what people see of it."""
    source = path.read_text("utf-8")
    if not LETTERS.search(source.replace("_", " ")):
        return
    with path.open("rb") as file:
        for token in tokenize.tokenize(file.readline):
            if token.type in (tokenize.NAME, tokenize.COMMENT):
                yield token.start[0], token.string.replace("_", " ")
    for node in ast.walk(ast.parse(source)):
        value = node.value if isinstance(node, ast.Expr) else None
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.lineno, value.value


def test_the_list_of_avoided_words_is_read() -> None:
    assert {"deed", "furniture", "at hand", "shall"} <= set(avoided())
    assert WORDS.search("the deeds of an annotator")
    assert not WORDS.search("indeed, a handle")


@pytest.mark.parametrize("package", sorted({p.relative_to(ROOT).parts[1] for p in CODE}))
def test_no_avoided_word_is_in_the_code(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {match[0]}"
        for path in CODE
        if path.relative_to(ROOT).parts[1] == package
        for line, text in said_in(path)
        for match in WORDS.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_no_avoided_word_is_in_the_documentation(page: Path) -> None:
    found = [
        f"{number}: {match[0]}"
        for number, line in enumerate(page.read_text("utf-8").splitlines(), start=1)
        for match in WORDS.finditer(line)
    ]
    assert found == []
