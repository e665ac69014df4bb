"""Validation of a CRFsuite model before the library reads it, which validates nothing itself.

The library follows every offset and number in the file, so a malicious model could make it read
and write anywhere. A model that passes has exactly the layout that the library writes, so that
no step of reading it leaves the bytes:

    header, 48 bytes | FEAT, the features | CQDB, the labels | CQDB, the attributes
    | LFRF, the transitions from each label | AFRF, the features of each attribute

Every number is four bytes, little-endian, and every weight a double.
"""

import struct
import sys
from array import array
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    Numbers = array[int]
else:
    Numbers = array  # which is not generic before Python 3.12

_HEADER: Final = struct.Struct("<4sI4s9I")
_CHUNK: Final = struct.Struct("<4sII")
_FEATURE: Final = struct.Struct("<IIId")
_DATABASE: Final = struct.Struct("<4s5I")
_TABLES: Final = 256
_RECORDS_AT: Final = _DATABASE.size + _TABLES * 8
_ORDER: Final = 0x62445371
_VERSION: Final = 100
_LARGEST: Final = 256 << 20
"""Bytes. A model of 840 articles has 5 MB."""
_MOST_LABELS: Final = 1024
"""The library uses a multiple of its square in memory, and in time for each token."""
_HEAVIEST: Final = 1e6
"""Sums of heavier weights could overflow, and then the library looks up label -1."""
_STATE, _TRANSITION = 0, 1
_EDGES: Final = 2
"""References for the begin and the end of a sequence, which the library leaves empty."""
_MASK: Final = 0xFFFFFFFF


class ModelFault(ValueError):
    """An error in a model, described in a few words."""


class _Features(NamedTuple):
    kinds: Numbers
    sources: Numbers
    targets: Numbers
    seen: bytearray
    """Whether each feature has been referenced so far."""


def check_model(model: bytes) -> tuple[str, ...]:
    """Return the labels of the model.

    Raises ModelFault unless the library can read these bytes as a model and tag with it.
    """
    if not _HEADER.size <= len(model) <= _LARGEST:
        raise ModelFault("it is no model, or far too large for one")
    magic, size, kind, version, _, labels, attributes, *offsets = _HEADER.unpack_from(model)
    if (magic, kind, version) != (b"lCRF", b"FOMC", _VERSION) or size != len(model):
        raise ModelFault("its header is damaged, or it is cut off")
    if not 0 < labels <= _MOST_LABELS:
        raise ModelFault("it has no labels, or too many")
    features_at, labels_at, attributes_at, from_labels_at, from_attributes_at = offsets
    if features_at != _HEADER.size:
        raise ModelFault("its parts are out of place")
    features, end = _features(model, features_at)
    _expect(labels_at, end)
    names, end = _names(model, labels_at, labels)
    label_texts = _checked_labels(model, labels_at, names)
    _expect(attributes_at, end)
    _, end = _names(model, attributes_at, attributes)
    _expect(from_labels_at, _aligned(model, end))
    end = _references(model, from_labels_at, labels, features, _TRANSITION)
    _expect(from_attributes_at, _aligned(model, end))
    end = _references(model, from_attributes_at, attributes, features, _STATE)
    _expect(len(model), end)
    if not all(features.seen):
        raise ModelFault("a feature in it belongs to nothing")
    if features.targets and max(features.targets) >= labels:
        raise ModelFault("a feature in it is for a label that is not there")
    return label_texts


def _expect(found: int, expected: int) -> None:
    if found != expected:
        raise ModelFault("its parts are out of place")


def _aligned(model: bytes, end: int) -> int:
    at = -(-end // 4) * 4
    if any(model[end:at]):
        raise ModelFault("its parts are out of place")
    return at


def _chunk(model: bytes, at: int, name: bytes) -> tuple[int, int, int]:
    """Return the begin and end of the chunk's content, and its number of entries."""
    if at + _CHUNK.size > len(model):
        raise ModelFault("it is cut off")
    found, size, number = _CHUNK.unpack_from(model, at)
    end = at + size
    if found != name or size < _CHUNK.size or end > len(model):
        raise ModelFault(f"its part {name.decode()} is damaged")
    return at + _CHUNK.size, end, number


def _features(model: bytes, at: int) -> tuple[_Features, int]:
    begin, end, number = _chunk(model, at, b"FEAT")
    if end - begin != number * _FEATURE.size:
        raise ModelFault("its part FEAT is damaged")
    found = _Features(array("I"), array("I"), array("I"), bytearray(number))
    kinds, sources, targets, _ = found
    for kind, source, target, weight in _FEATURE.iter_unpack(memoryview(model)[begin:end]):
        if not -_HEAVIEST <= weight <= _HEAVIEST:  # NaN fails this comparison, too
            raise ModelFault("a weight in it is no number, or far too large")
        kinds.append(kind)
        sources.append(source)
        targets.append(target)
    return found, end


def _references(model: bytes, at: int, number: int, features: _Features, kind: int) -> int:
    """Check the features that each label or attribute refers to; return the end of the part.

    Every feature of the kind has to be referenced once, by its own source.
    """
    name, more = (b"AFRF", 0) if kind == _STATE else (b"LFRF", _EDGES)
    fault = f"its part {name.decode()} is damaged"
    begin, end, found = _chunk(model, at, name)
    if found != number + more or begin + 4 * found > end or end % 4:
        raise ModelFault(fault)
    words = _words(model, begin, end)
    position, last = found, len(words)
    for source in range(number):
        if words[source] != begin + 4 * position or position >= last:
            raise ModelFault(fault)
        first = position + 1
        position = first + words[position]
        if position > last:
            raise ModelFault(fault)
        for feature in words[first:position]:
            _mark_seen(features, feature, kind, source)
    if position != last or any(words[number:found]):
        raise ModelFault(fault)
    return end


def _mark_seen(features: _Features, feature: int, kind: int, source: int) -> None:
    kinds, sources, _, seen = features
    is_new = feature < len(seen) and not seen[feature]
    if not is_new or kinds[feature] != kind or sources[feature] != source:
        raise ModelFault("a feature in it belongs to something else")
    seen[feature] = 1


def _names(model: bytes, at: int, number: int) -> tuple[list[bytes], int]:
    """Return the names in a database, in the order of their ids, and its end."""
    if at + _RECORDS_AT > len(model):
        raise ModelFault("it is cut off")
    magic, size, _, order, backward, backward_at = _DATABASE.unpack_from(model, at)
    end = at + size
    if magic != b"CQDB" or order != _ORDER or size < _RECORDS_AT or end > len(model):
        raise ModelFault("its names are damaged")
    # The backward array has one offset for each name; its header fields are zero without names.
    if backward != number or number * 4 > size or (number and backward_at != size - 4 * number):
        raise ModelFault("its names are damaged")
    if not number and (backward_at or size != _RECORDS_AT):
        raise ModelFault("its names are damaged")
    tables = _words(model, at + _DATABASE.size, at + _RECORDS_AT)
    buckets_at = size - 4 * number - 16 * number
    names, offsets = _records(model, at, number, buckets_at)
    if _words(model, end - 4 * number, end) != offsets:
        raise ModelFault("its names are damaged")
    _check_buckets(_words(model, at + buckets_at, end - 4 * number), tables, buckets_at, offsets)
    return names, end


def _records(model: bytes, at: int, number: int, end: int) -> tuple[list[bytes], Numbers]:
    """Return the names between the header and the tables, and the offset of each."""
    names, offsets = [], array("I")
    position = _RECORDS_AT
    for expected in range(number):
        if position + 8 > end:
            raise ModelFault("its names are damaged")
        found, length = struct.unpack_from("<II", model, at + position)
        begin = at + position + 8
        if found != expected or not length or position + 8 + length > end:
            raise ModelFault("its names are damaged")
        # A comparison ends at the first zero, which has to be the last byte.
        if model.find(b"\0", begin, begin + length) != begin + length - 1:
            raise ModelFault("its names are damaged")
        names.append(model[begin : begin + length - 1])
        offsets.append(position)
        position += 8 + length
    if position != end or len(set(names)) != number:
        raise ModelFault("its names are damaged")
    return names, offsets


def _check_buckets(buckets: Numbers, tables: Numbers, at: int, offsets: Numbers) -> None:
    """Check that each name is in one bucket where a search finds it, and tables are half empty."""
    sizes = tables[1::2]
    starts = accumulate((8 * size for size in sizes), initial=at)
    expected = [start if size else 0 for start, size in zip(starts, sizes, strict=False)]
    if tables[::2].tolist() != expected or sum(sizes) * 2 != len(buckets):
        raise ModelFault("its names are damaged")
    if sorted(offset for offset in buckets[1::2] if offset) != offsets.tolist():
        raise ModelFault("its names are damaged")
    begin = 0
    for number, size in enumerate(sizes):
        end = begin + 2 * size
        if not _is_table(buckets[begin:end:2], buckets[begin + 1 : end : 2], number):
            raise ModelFault("its names are damaged")
        begin = end


def _is_table(hashes: Numbers, slots: Numbers, number: int) -> bool:
    """Return whether half of the table is empty, and no empty slot ends the search for a name."""
    size = len(slots)
    if 2 * slots.count(0) != size:
        return False
    for place, (offset, key) in enumerate(zip(slots, hashes, strict=True)):
        if not offset and not key:
            continue
        first_slot = (key >> 8) % size
        probed = (
            slots[first_slot:place] if first_slot <= place else slots[first_slot:] + slots[:place]
        )
        if not offset or key % _TABLES != number or 0 in probed:
            return False
    return True


def _checked_labels(model: bytes, at: int, names: list[bytes]) -> tuple[str, ...]:
    """Return the labels as text, after checking that the library can look up each of them."""
    try:
        label_texts = tuple(name.decode() for name in names)
    except UnicodeDecodeError as error:
        raise ModelFault("a label in it is no text") from error
    tables = _words(model, at + _DATABASE.size, at + _RECORDS_AT)
    found = set()
    for table in range(_TABLES):
        start, size = tables[2 * table], tables[2 * table + 1]
        buckets = _words(model, at + start, at + start + 8 * size) if size else array("I")
        found |= {(key, place) for key, place in zip(buckets[::2], buckets[1::2], strict=True)}
    position = _RECORDS_AT
    for name in names:
        if (hash_of(name + b"\0"), position) not in found:
            raise ModelFault("its names are damaged")
        position += 8 + len(name) + 1
    return label_texts


def _words(model: bytes, begin: int, end: int) -> Numbers:
    """Return the numbers of four bytes between two offsets."""
    words = array("I", model[begin:end])
    if sys.byteorder == "big":
        words.byteswap()
    return words


def hash_of(key: bytes) -> int:
    """Return the library's hash of a name: Bob Jenkins' lookup3, which is in the public domain."""
    a = b = c = (0xDEADBEEF + len(key)) & _MASK
    while len(key) > 12:
        x, y, z = struct.unpack_from("<III", key)
        a, b, c = _mix((a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK)
        key = key[12:]
    if not key:
        return c
    x, y, z = struct.unpack("<III", key.ljust(12, b"\0"))
    return _final((a + x) & _MASK, (b + y) & _MASK, (c + z) & _MASK)


def _rotated(number: int, bits: int) -> int:
    return (number << bits | number >> (32 - bits)) & _MASK


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for bits in (4, 6, 8, 16, 19, 4):
        a = (a - c) & _MASK ^ _rotated(c, bits)
        c = (c + b) & _MASK
        a, b, c = b, c, a
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    for bits in (14, 11, 25, 16, 4, 14, 24):
        c = ((c ^ b) - _rotated(b, bits)) & _MASK
        a, b, c = b, c, a
    return b
