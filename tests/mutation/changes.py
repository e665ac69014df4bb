"""Small changes of a module's text, and where each of them takes effect."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from typing import Final, NamedTuple


class Change(NamedTuple):
    """The bytes from `start` to `end` of a source become `new`."""

    line: int
    start: int
    end: int
    new: bytes
    kind: str

    def applied(self, source: bytes) -> bytes:
        return source[: self.start] + self.new + source[self.end :]


class Place(NamedTuple):
    """Where a change takes effect: the lines that run it, or, for what runs only once in a
    program, the names by which the rest of the program uses it. `attributes` get a value there."""

    lines: range
    names: frozenset[str]
    attributes: frozenset[str] = frozenset()


_COMPARISONS: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_SWAPPED: Final = {"min": "max", "max": "min"}
_SQL: Final = re.compile(r"\b(SELECT|UPDATE|DELETE FROM|INSERT|WHERE|ORDER BY|AND|OR|SET)\b")
_SQL_WORDS: Final = (
    (re.compile(r"\bDESC\b"), "ASC"),
    (re.compile(r"\bASC\b"), "DESC"),
    (re.compile(r"\bAND\b"), "OR"),
    (re.compile(r"\bOR\b(?! (IGNORE|REPLACE|ABORT|FAIL|ROLLBACK))"), "AND"),
    (re.compile(r"<="), "<"),
    (re.compile(r">="), ">"),
    (re.compile(r"<(?![=>])"), "<="),
    (re.compile(r"(?<!<)>(?!=)"), ">="),
    (re.compile(r"<>"), "="),
    (re.compile(r"\bmax\("), "min("),
    (re.compile(r"\bmin\("), "max("),
    (re.compile(r"\bIS NOT NULL\b"), "IS NULL"),
    (re.compile(r"\bIS NULL\b"), "IS NOT NULL"),
    (re.compile(r"\bNOT IN\b"), "IN"),
    (re.compile(r"\bDISTINCT "), ""),
    (re.compile(r"\+ 1\b"), "+ 2"),
)


def changes_of(source: bytes) -> list[Change]:
    """All small changes of a module, in the order of its text; every one of them still parses."""
    tree = ast.parse(source)
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = [*_of_tree(tree, starts), *_of_sql(tree, source, starts)]
    return sorted(one for one in found if _parses(source, one))


def _parses(source: bytes, change: Change) -> bool:
    try:
        ast.parse(change.applied(source))
    except SyntaxError:
        return False
    return True


def _of_tree(tree: ast.AST, starts: list[int]) -> Iterator[Change]:
    for node in _mutable(tree):
        if isinstance(node, ast.expr | ast.stmt):
            assert node.end_lineno is not None
            assert node.end_col_offset is not None
            start = starts[node.lineno - 1] + node.col_offset
            end = starts[node.end_lineno - 1] + node.end_col_offset
            for new, kind in _variants(node):
                yield Change(node.lineno, start, end, new.encode(), kind)


def _mutable(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below this one, without types, and without what is inside f-strings: in Python
    3.11 those do not know where they stand. `strict` of `zip` says what is so anyway."""
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr | ast.Raise):
                yield child
                yield from _mutable(child)


def _variants(node: ast.expr | ast.stmt) -> Iterator[tuple[str, str]]:
    """What could stand in place of the node, and what kind of change that is."""
    match node:
        case ast.Compare(left=left, ops=ops, comparators=others):
            for at, operator in enumerate(ops):
                turned = [*ops[:at], _COMPARISONS[type(operator)](), *ops[at + 1 :]]
                yield f"({ast.unparse(ast.Compare(left, turned, others))})", "comparison"
        case ast.BoolOp(op=operator, values=values):
            other = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield f"({ast.unparse(ast.BoolOp(other, values))})", "boolean operator"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield f"({ast.unparse(operand)})", "removed not"
        case ast.Constant(value=bool(value)):
            yield str(not value), "constant"
        case ast.Constant(value=int(value)):
            yield f"{value + 1}", "constant"
            yield f"({value - 1})", "constant"
        case ast.Call(func=ast.Name(id=name)) if name in _SWAPPED:
            yield (
                ast.unparse(ast.Call(ast.Name(_SWAPPED[name]), node.args, node.keywords)),
                "min and max",
            )
        case ast.Expr(value=ast.Call()):
            yield "pass", "removed call"


def _of_sql(tree: ast.AST, source: bytes, starts: list[int]) -> Iterator[Change]:
    docs = {
        (node.value.lineno, node.value.col_offset)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for token in tokenize.tokenize(io.BytesIO(source).readline):
        name = tokenize.tok_name[token.type]
        if name not in ("STRING", "FSTRING_MIDDLE") or token.start in docs:
            continue
        if token.start[0] != token.end[0] or not _SQL.search(token.string):
            continue
        before = len(token.line[: token.start[1]].encode())
        for pattern, word in _SQL_WORDS:
            for match in pattern.finditer(token.string):
                start = starts[token.start[0] - 1] + before
                start += len(token.string[: match.start()].encode())
                end = start + len(match.group().encode())
                if source[start:end] == match.group().encode():
                    yield Change(token.start[0], start, end, word.encode(), "SQL")


# Where it takes effect

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_CACHES: Final = {"cache", "lru_cache"}


def place_of(tree: ast.Module, line: int) -> Place:
    """Where a change in this line takes effect."""
    around = _statements_around(tree, line)
    inner = around[-1]
    lines = range(inner.lineno, _last_line_of_head(inner) + 1)
    if line not in lines:  # in a case of a match
        lines = range(line, line + 1)
    if isinstance(inner, _Function):  # a default of it, which its body uses
        lines = range(inner.body[0].lineno, (inner.end_lineno or 0) + 1)
    functions = [one for one in around if isinstance(one, _Function)]
    once = [one for one in functions if _CACHES & {*_names(one.decorator_list)}]
    if functions and not once:
        return Place(lines, frozenset(), frozenset(_attributes(inner)))
    names = {one.name for one in once} or {
        *(one.name for one in around if isinstance(one, ast.ClassDef)),
        *_targets(inner),
    }
    return Place(lines, frozenset(names))


def _statements_around(tree: ast.Module, line: int) -> list[ast.stmt]:
    """The statements that hold the line, the outermost first."""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return sorted(found, key=lambda node: (node.lineno, -(node.end_lineno or 0)))


def _last_line_of_head(node: ast.stmt) -> int:
    body = getattr(node, "body", None)
    if isinstance(node, ast.Match):
        return node.lineno
    assert node.end_lineno is not None
    return max(node.lineno, body[0].lineno - 1) if body else node.end_lineno


def _attributes(node: ast.stmt) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    for part in (part for target in targets if target for part in ast.walk(target)):
        if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
            yield part.attr


def _targets(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.Assign):
        yield from _names(node.targets)
    elif isinstance(node, ast.AnnAssign):
        yield from _names([node.target])


def _names(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        yield from (one.id for one in ast.walk(node) if isinstance(one, ast.Name))
