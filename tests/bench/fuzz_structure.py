"""Changes that keep a file's syntax: other values, keys, orders and depths, not other bytes.

A changed byte of JSON or XML mostly says that it is none. What a reader takes for granted about
the *kinds* of what it finds is only reached by files whose syntax is sound.
"""

import csv
import io
import json
import random
import re
import warnings
import zipfile
import zlib
from contextlib import suppress
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_DEEP: Final = 100_000
_BROKEN: Final = (
    ValueError,
    RecursionError,
    ElementTree.ParseError,
    csv.Error,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
)


class Raw(NamedTuple):
    """Something that is written as it is: what no writer of JSON would."""

    words: str


class Pairs(list[tuple[str, Any]]):
    """The keys and values of an object, in which a key may stand twice."""


Tree = Any
"""What JSON holds, with Pairs for objects and Raw."""

_VALUES: Final[tuple[Tree, ...]] = (
    None, True, False, 0, -1, 1, 7, 2**31, 2**53 + 1, 2**63, -(2**63) - 1, 1.5, -0.0, 1e308,
    "", " ", "0", "-1", "x", "\0", "\ud800", "\u202e", "\n", "=1+1", "../../x", "null",
    "e\u0301", "😀", "١", "²", "1" * 5_000, "é" * 70_000,
    Raw("1" + "0" * 5_000), Raw("-" + "9" * 400), Raw("1e999"), Raw("-1e999"), Raw("NaN"),
    Raw("Infinity"), Raw("[" * _DEEP + "]" * _DEEP), Raw('{"a":' * _DEEP + "1" + "}" * _DEEP),
    Raw("[" * 900 + "]" * 900), Raw('{"a":' * 900 + "1" + "}" * 900),
)  # fmt: skip
_WORDS: Final = (
    *(value for value in _VALUES if isinstance(value, str)),
    "1e999", "NaN", "99999999999999999999", "-99999999999999999999", "1.0", "0x10", "[]", "{}",
    '["a"]', "[[", "true", "#", "#x", "q1", "0 99999999999", "urn:x", "http://[",
)  # fmt: skip
_IN_XML: Final = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def restructured(data: bytes, chance: random.Random) -> bytes | None:
    """The file with one to four such changes; None for what has no structure that is known."""
    for way in (_in_zip, _in_docbin, _in_arrow, _in_json, _in_lines_of_json, _in_xml, _in_table):
        with suppress(*_BROKEN):
            made = way(data, chance)
            if made is not None and made != data:
                return made
    return None


# JSON


def _in_json(data: bytes, chance: random.Random) -> bytes | None:
    if data.lstrip()[:1] not in (b"{", b"["):
        return None
    return _dumped(_changed(_loaded(data), chance)).encode("utf-8", "surrogatepass")


def _in_lines_of_json(data: bytes, chance: random.Random) -> bytes | None:
    if data.lstrip()[:1] != b"{":
        return None
    lines = data.splitlines()
    at = chance.randrange(len(lines))
    made = _dumped(_changed(_loaded(lines[at]), chance))
    lines[at] = made.encode("utf-8", "surrogatepass")
    if chance.random() < 0.1:
        chance.shuffle(lines)
    return b"\n".join(lines) + b"\n"


def _loaded(data: bytes | str) -> Tree:
    return json.loads(data, object_pairs_hook=Pairs)


def _dumped(tree: Tree) -> str:
    if isinstance(tree, Raw):
        return tree.words
    if isinstance(tree, Pairs):
        return "{" + ", ".join(f"{json.dumps(k)}: {_dumped(v)}" for k, v in tree) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(_dumped, tree)) + "]"
    return json.dumps(tree)


def _changed(tree: Tree, chance: random.Random) -> Tree:
    for _ in range(chance.choice((1, 1, 2, 4))):
        places = _places(tree)
        if not places:
            return chance.choice(_VALUES)
        holder, at = chance.choice(places)
        _change_there(holder, at, places, chance)
    return tree


def _places(tree: Tree) -> list[tuple[Any, int]]:
    """Every value but the whole, as what holds it and its position there."""
    found: list[tuple[Any, int]] = []
    todo = [tree]
    while todo:
        holder = todo.pop()
        if isinstance(holder, list):
            for at, entry in enumerate(holder):
                found.append((holder, at))
                todo.append(entry[1] if isinstance(holder, Pairs) else entry)
    return found


def _value(holder: Any, at: int) -> Tree:
    return holder[at][1] if isinstance(holder, Pairs) else holder[at]


def _put(holder: Any, at: int, value: Tree) -> None:
    holder[at] = (holder[at][0], value) if isinstance(holder, Pairs) else value


def _change_there(
    holder: Any, at: int, places: list[tuple[Any, int]], chance: random.Random
) -> None:
    change = chance.randrange(10)
    other, there = chance.choice(places)
    if change == 0:
        del holder[at]
    elif change == 1:
        holder.insert(chance.randrange(len(holder) + 1), holder[at])
    elif change == 2 and isinstance(holder, Pairs):
        keys = [where[n][0] for where, n in places if isinstance(where, Pairs)]
        holder[at] = (chance.choice([*keys, "", "x", "\ud800"]), holder[at][1])
    elif change == 3:
        chance.shuffle(holder)
    elif change == 4:
        value = _value(holder, at)
        _put(holder, at, chance.choice(([value], Pairs([("a", value)]), [value] * 50)))
    elif change == 5:
        _put(holder, at, _copied(_value(other, there)))
    elif change == 6 and isinstance(value := _value(holder, at), int) and value is not True:
        _put(holder, at, value + chance.choice((-1, 1, 2, 10**6)))
    else:
        _put(holder, at, chance.choice(_VALUES))


def _copied(tree: Tree) -> Tree:
    """So that no change makes a value hold itself."""
    if isinstance(tree, Pairs):
        return Pairs((key, _copied(value)) for key, value in tree)
    return [_copied(value) for value in tree] if isinstance(tree, list) else tree


# XML


def _in_xml(data: bytes, chance: random.Random) -> bytes | None:
    if not data.lstrip().startswith((b"<?xml", b"<")) or b"<html" in data[:500].lower():
        return None
    for prefix, name in re.findall(rb'xmlns:(\w+)="([^"]+)"', data):
        with suppress(ValueError):
            ElementTree.register_namespace(prefix.decode(), name.decode())
    root = ElementTree.fromstring(data)
    for _ in range(chance.choice((1, 1, 2, 4))):
        _change_element(root, chance)
    made: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    if chance.random() < 0.1:
        made = made.replace(b"?>", b"?>" + chance.choice(_DECLARATIONS), 1)
    return made


_DECLARATIONS: Final = (
    b'<!DOCTYPE x [<!ENTITY a "b">]>',
    b'<!DOCTYPE x SYSTEM "file:///dev/zero">',
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///dev/zero">]>',
    b"<?x y?>",
    b"<!-- - -->",
)


def _change_element(root: Element, chance: random.Random) -> None:
    parents = [(parent, child) for parent in root.iter() for child in parent]
    if not parents:
        root.text = _legal(chance.choice(_WORDS))
        return
    parent, child = chance.choice(parents)
    _, other = chance.choice(parents)
    change = chance.randrange(10)
    if change == 0:
        parent.remove(child)
    elif change == 1:
        parent.insert(chance.randrange(len(parent) + 1), child)
    elif change == 2:
        child.tag = chance.choice((other.tag, "x", "{urn:x}y", "{}" + _local(child)))
    elif change == 3:
        parent[:] = chance.sample(list(parent), len(parent))
    elif change == 4:
        child.text = _legal(chance.choice(_WORDS))
    elif change == 5:
        deep = child
        for _ in range(chance.choice((50, 5_000))):
            deep = ElementTree.SubElement(deep, child.tag)
    elif child.attrib:
        name = chance.choice(sorted(child.attrib))
        if change == 6:
            del child.attrib[name]
        elif change == 7:
            child.attrib[chance.choice(sorted(other.attrib) or ["x"])] = child.attrib[name]
        elif change == 8 and other.attrib:
            child.attrib[name] = chance.choice(sorted(other.attrib.values()))
        else:
            child.attrib[name] = _legal(chance.choice(_WORDS))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _legal(words: str) -> str:
    return _IN_XML.sub("\ufffd", words)


# Tables


def _in_table(data: bytes, chance: random.Random) -> bytes | None:
    head, _, rest = data.partition(b"\n")
    delimiter = next((sign for sign in "\t,;" if sign.encode() in head), None)
    if delimiter is None or not rest or b"\0" in data:
        return None
    text = data.decode("utf-8-sig")
    csv.field_size_limit(2**31 - 1)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    for _ in range(chance.choice((1, 1, 2, 4))):
        _change_rows(rows, chance)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "surrogatepass")


def _change_rows(rows: list[list[str]], chance: random.Random) -> None:
    row = chance.choice(rows)
    if not row:
        return
    at, change = chance.randrange(len(row)), chance.randrange(9)
    if change == 0:
        del row[at]
    elif change == 1:
        row.insert(at, row[at])
    elif change == 2:
        chance.shuffle(row)
    elif change == 3:
        rows.insert(chance.randrange(len(rows) + 1), list(row))
    elif change == 4:
        for one in rows:
            del one[at : at + 1]
    elif change == 5:
        for one in rows:
            one[at : at + 1] = one[at : at + 1] * 2
    elif change == 6:
        chance.shuffle(rows)
    else:
        row[at] = chance.choice(_WORDS)


# What is packed


def _in_zip(data: bytes, chance: random.Random) -> bytes | None:
    if not data.startswith(b"PK\3\4"):
        return None
    out = io.BytesIO()
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w") as new,
    ):
        warnings.simplefilter("ignore")  # that a name stands in it twice is what is tried
        infos = old.infolist()
        chosen = chance.choice([info for info in infos if info.file_size] or infos)
        change = chance.randrange(12)
        names = [info.filename for info in infos]
        for info in infos:
            content = old.read(info)
            name = info.filename
            if info is chosen:
                if change == 0:
                    continue
                if change == 1:
                    name = chance.choice([*names, "x", "../x", "/x", "a\\b"])
                else:
                    content = restructured(content, chance) or content
            new.writestr(zipfile.ZipInfo(name), content, info.compress_type)
    return out.getvalue()


def _in_docbin(data: bytes, chance: random.Random) -> bytes | None:
    if data[:2] not in (b"\x78\x9c", b"\x78\x01", b"\x78\xda"):
        return None
    from srsly import msgpack_dumps, msgpack_loads

    plain = msgpack_loads(zlib.decompress(data))
    return zlib.compress(msgpack_dumps(_packable(_changed(_in_pairs(plain), chance))))


def _in_pairs(value: Any) -> Tree:
    if isinstance(value, dict):
        return Pairs((key, _in_pairs(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return [_in_pairs(inner) for inner in value]
    return value


def _packable(tree: Tree) -> Any:
    if isinstance(tree, Raw):
        return [[[[]]]]
    if isinstance(tree, Pairs):
        return {key: _packable(value) for key, value in tree}
    if isinstance(tree, list):
        return [_packable(value) for value in tree]
    if isinstance(tree, int) and not -(2**63) <= tree < 2**64:
        return 2**63
    return _legal(tree) if isinstance(tree, str) else tree


def _in_arrow(data: bytes, chance: random.Random) -> bytes | None:
    if not data.startswith((b"PAR1", b"\xff\xff\xff\xff")):
        return None
    import pyarrow
    from pyarrow import parquet

    packed = data.startswith(b"PAR1")
    table = (
        parquet.read_table(io.BytesIO(data)) if packed else pyarrow.ipc.open_stream(data).read_all()
    )
    rows = _packable(_changed(_in_pairs(table.to_pylist()), chance))
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return None
    try:
        made = pyarrow.Table.from_pylist(rows)
    except (pyarrow.ArrowException, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("no table can hold that") from error
    out = io.BytesIO()
    if packed:
        parquet.write_table(made, out)
    else:
        with pyarrow.ipc.new_stream(out, made.schema) as writer:
            writer.write_table(made)
    return out.getvalue()
