"""Files as other tools write them, and ours at the edges of each format, word for word."""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.record import Record
from annotator.formats import Context, Format, FormatError, find_format, formats, tei
from annotator.formats.tokens import Token, sentences, spaced_tokens, tokens

ABILITIES = {
    # name: reads, writes, bare, plain, folder
    "native": (1, 1, 1, 0, 0),
    "prodigy": (1, 1, 0, 0, 0),
    "doccano": (1, 1, 1, 0, 0),
    "labelstudio": (1, 1, 1, 0, 1),
    "brat": (1, 1, 1, 0, 1),
    "conll": (1, 1, 0, 0, 0),
    "w3c": (1, 1, 1, 0, 0),
    "tei": (1, 1, 1, 0, 0),
    "uima": (1, 1, 1, 0, 1),
    "uima-json": (1, 1, 1, 0, 1),
    "csv": (1, 1, 0, 0, 0),
    "tsv": (1, 1, 0, 0, 0),
    "xlsx": (1, 1, 0, 0, 0),
    "html-copy": (0, 1, 1, 0, 0),
    "instruct": (0, 1, 0, 0, 0),
    "text": (1, 0, 0, 1, 0),
}


def read(name: str, data: str | bytes, **more: Any) -> tuple[list[Record], list[str]]:
    context = Context(Path("some.file"), **more)
    source = io.BytesIO(data.encode() if isinstance(data, str) else data)
    return [found.record for found in find_format(name).read(source, context)], context.remarks


def written(format_: Format, *records: Record) -> str:
    out = io.BytesIO()
    format_.write(iter(records), out)
    return out.getvalue().decode()


def said(record: Record) -> tuple[list[tuple[str, str]], list[list[tuple[str, str]]]]:
    """Label and words of each mention, role and words of each part of each quote."""
    on = record.annotation
    assert on is not None
    names = [(on.entities[m.entity_id].label, m.text) for m in on.ordered_mentions()]
    return names, [[(s.role, s.text) for s in quote.spans] for quote in on.ordered_quotes()]


@pytest.mark.parametrize("name", ABILITIES)
def test_what_each_format_can_do(name: str) -> None:
    f = find_format(name)
    assert (f.reads, f.writes, f.bare, f.plain, f.folder) == tuple(map(bool, ABILITIES[name]))
    if name in ("csv", "tsv", "xlsx"):
        assert f.with_options({"texts": "yes"}).bare


HEADS = {
    "doccano": [
        b'{"text": "x", "label": [[0, 1, "A"]]}', b'{"text": "x", "label":[]}\n{"spans"',
        b'{"data": "x", "entities": [{"start_offset": 0}]}', b'{"id": 1, "text": "x", "labels": 5}',
    ],
    "labelstudio": [
        b'[{"annotations": [], "data": {}}]', b' \n{"annotations": [{"from_name": "label"}]}',
    ],
    "w3c": [b'{"@context": "http://www.w3.org/ns/anno.jsonld"}', b'\n["www.w3.org/ns/anno.jsonld"'],
    "tei": [b'<TEI xmlns="http://www.tei-c.org/ns/1.0">'],
    "uima-json": [b' {"%TYPES": {}}'],
    "native": [b'\xef\xbb\xbf\n{"format" : "annotator/1"}'],
    "conll": [b"-DOCSTART- -X- O O\n"],
    "csv": [b"\xef\xbb\xbfarticle,title,source,published,annotator,status,layer,id,label,role,name,"
            b"link,start,end,text,note\r\nmore"],
}  # fmt: skip
NOBODYS = [
    b'{"text": "x"}', b'{"label": [[0, 1, "A"]]}', b'{"spans": [], "text": "x", "label": []}',
    b'{"annotations": []}', b'x[{"annotations": [], "data"', b'{"data": {}, "from_name": ""}',
    b'{"@context": "www.w3.org"}',
    b'x{"www.w3.org/ns/anno.jsonld"}', b"<TEI>", b'["%TYPES"]', b'{"TYPES": {}}', b"DOCSTART",
    b"article,title\n", b'"format": 5', b"",
]  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_a_format_knows_its_own_files_by_their_beginning_and_no_others(name: str) -> None:
    format_ = find_format(name)
    for head in HEADS[name]:
        assert format_.recognises(head) is True
    for other, heads in HEADS.items():
        if other != name:
            assert not any(map(format_.recognises, heads))
    assert not any(map(format_.recognises, NOBODYS))
    ours = b'{"text": "x", "label": [], "format": "annotator/1'
    assert bool(format_.recognises(ours)) is (name == "native")


@pytest.mark.parametrize("format_", formats(), ids=lambda f: f.name)
def test_no_format_claims_a_file_that_it_cannot_tell(format_: Format) -> None:
    assert not any(map(format_.recognises, [b"", b"Words.", b"PK\3\4", b"T1\tPER 0 3\tAnn"]))


# CoNLL

CONLL = """-DOCSTART- -X- O O

Ann NNP I-PER
Lee NNP I-PER
Bo NNP B-PER
of IN O
ACME NNP I-ORG
Inc NNP I-ORG

Paris NNP I-LOC
-DOCSTART- -X- O

# article = named
x O
"""


def test_conll_of_others_becomes_texts_with_their_spans() -> None:
    (first, second), _ = read("conll", CONLL)
    assert (first.article.id, second.article.id) == ("some-1", "named")
    assert first.article.text == "Ann Lee Bo of ACME Inc\nParis"
    names = [("PER", "Ann Lee"), ("PER", "Bo"), ("ORG", "ACME Inc"), ("LOC", "Paris")]
    assert said(first)[0] == names
    assert second.article.text == "x"
    assert second.annotation == Annotation(head=Head("done"))
    found = find_format("conll").read(io.BytesIO(CONLL.encode()), Context(Path("c")))
    assert [one.line for one in found] == [1, 11]


@pytest.mark.parametrize(
    ("tags", "words"),
    [
        ("I-A I-A", ["one two"]),
        ("B-A I-A", ["one two"]),
        ("I-A B-A", ["one", "two"]),
        ("B-A B-A", ["one", "two"]),
        ("I-A I-B", ["one", "two"]),
        ("B-A O", ["one"]),
        ("O I-A", ["two"]),
        ("O O", []),
    ],
)
def test_each_way_to_tag_makes_the_spans_it_says(tags: str, words: list[str]) -> None:
    lines = zip(("one", "two"), tags.split(), strict=True)
    ((record,), _) = read("conll", "".join(f"{word} {tag}\n" for word, tag in lines))
    assert [text for _, text in said(record)[0]] == words


@pytest.mark.parametrize("line", ["word", "word X-A", "-X- -X-", "a b c"])
def test_a_line_without_word_and_tag_is_told_with_its_number(line: str) -> None:
    with pytest.raises(FormatError, match=r"line 2: no token and IOB tag: '"):
        read("conll", f"a O\n{line}\nb O\n")


def test_of_overlapping_spans_the_longest_is_written_and_the_others_are_told() -> None:
    text = "Ann Lee Bo, Ek ,"
    spans = [(0, 7), (4, 10), (8, 10), (12, 14), (12, 14), (3, 4), (10, 11), (15, 16)]
    on = Annotation(
        entities=[Entity(f"e{n}", "A B", "x", n) for n in range(len(spans))],
        mentions=[Mention(f"m{n}", f"e{n}", s, e, text[s:e], n) for n, (s, e) in enumerate(spans)],
    )
    given = Record(Article("a  b", text, title="T"), "ada", on)
    format_ = find_format("conll")
    assert written(format_, given) == (
        "-DOCSTART- -X- O O\n\n# article = a b\nAnn -X- O B-A_B\nLee -X- O I-A_B\nBo -X- O B-A_B\n"
        ", -X- O B-A_B\nEk -X- O B-A_B\n, -X- O B-A_B\n\n"
    )
    (loss,) = [loss for loss in format_.losses if "overlap" in loss.words]
    assert [(lost.item, lost.start, lost.end) for lost in loss.find(given)] == [
        ("A B m1", 4, 10),
        ("A B m4", 12, 14),
        ("A B m5", 3, 4),
    ]
    iob1 = written(format_.with_options({"scheme": "IOB1"}), given)
    assert [line.split()[-1] for line in iob1.splitlines()[3:9]] == [
        *("I-A_B", "I-A_B", "B-A_B", "B-A_B", "B-A_B", "B-A_B"),
    ]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"source": "s"},
        {"published": "2024"},
        {"url": "u"},
        {"language": "en"},
        {"meta": {"a": 1}},
    ],
)
def test_conll_tells_that_what_is_known_of_an_article_is_lost(more: dict[str, Any]) -> None:
    (loss,) = [x for x in find_format("conll").losses if "known of articles" in x.words]
    assert [lost.text for lost in loss.find(Record(Article("a", "x", "T", **more)))] == ["T"]
    assert list(loss.find(Record(Article("a", "x")))) == []


# Tokens


def test_a_sentence_ends_before_a_capital_at_a_line_break_and_at_the_end() -> None:
    def parts(text: str) -> list[str]:
        found = sentences(text)
        return [" ".join(word for _, words in s for word in words) for s in found]

    assert parts("It is 5 p.m. now. He left.") == ["It is 5 p.m . now .", "He left ."]
    assert parts("One\n\ntwo") == ["One", "two"]
    assert parts("a. “B c.” 12 Days! So") == ["a .", "“ B c . ”", "12 Days !", "So"]
    assert parts("قال. نعم") == ["قال .", "نعم"]
    assert parts("") == parts(" \n") == []


def test_tokens_are_cut_where_spans_begin_and_end() -> None:
    assert [t.text for t in tokens("Anna-Lee’s a.b", [4, 5, 11])] == ["Anna", "-", "Lee’s", "a.b"]
    assert list(tokens("a  b", [1, 2])) == [Token(0, 1, "a"), Token(3, 4, "b")]
    found = spaced_tokens("a b  c\n d ", [(1, 3), (4, 6)])
    assert [*zip(found.texts, found.spaced, strict=True)] == [
        *[("a", False), (" ", False), ("b", True), (" ", False)],
        *[("c", False), ("\n ", False), ("d", True)],
    ]


# doccano


@pytest.mark.parametrize("key", ["label", "labels"])
def test_doccano_of_others_is_read_in_both_of_its_shapes(key: str) -> None:
    row: dict[str, Any] = {"id": 7, "text": "Ann said hi", key: [[0, 3, "PER"], [9, 11, "CONTENT"]]}
    ((record,), _) = read("doccano", json.dumps(row), annotator="ada")
    assert said(record) == ([("PER", "Ann")], [[("content", "hi")]])
    row = {
        "data": "Ann said hi",
        "entities": [
            {"id": 5, "label": "content", "start_offset": 9, "end_offset": 11},
            {"id": 6, "label": "SOURCE", "start_offset": 0, "end_offset": 3},
        ],
        "relations": [{"from_id": 5, "to_id": 6, "type": "x"}],
        "Comments": ["one", "two"],
        "status": "skipped",
    }
    ((record,), _) = read("doccano", json.dumps(row), annotator="ada")
    assert said(record) == ([], [[("content", "hi"), ("source", "Ann")]])
    assert record.annotation is not None
    assert record.annotation.head == Head("skipped", "one\ntwo")


@pytest.mark.parametrize(
    ("row", "who"),
    [
        ({"text": "x"}, None),
        ({"text": "x", "label": []}, None),
        ({"text": "x", "label": [], "annotator": "bob"}, "bob"),
        ({"text": "x", "entities": [], "annotator": "bob"}, "bob"),
        ({"text": "x", "annotator": "bob"}, None),
    ],
)
def test_an_example_without_spans_is_an_annotation_only_of_somebody(row: Any, who: Any) -> None:
    ((record,), _) = read("doccano", json.dumps(row))
    assert (record.annotator, record.annotation is not None) == (who, who is not None)


@pytest.mark.parametrize("label", [[0, 1], [0, 1, "A", 2], "A", 5, ["0", 1, "A"], [True, 1, "A"]])
def test_a_label_of_another_shape_is_told(label: Any) -> None:
    with pytest.raises(FormatError, match="line 1"):
        read("doccano", json.dumps({"text": "xy", "label": [label]}), annotator="ada")


# Label Studio


def task(*results: dict[str, Any], **more: Any) -> str:
    entry = {"data": {"text": "Ann said hi"}, "annotations": [{"result": [*results], **more}]}
    return json.dumps([entry])


def region(id_: str, start: int, end: int, label: str, kind: str = "labels") -> dict[str, Any]:
    value = {"start": start, "end": end, "labels": [label]}
    return {"id": id_, "type": kind, "from_name": "label", "value": value}


@pytest.mark.parametrize("direction", ["right", "left", "bi"])
def test_label_studio_of_others_is_read_with_its_relations_in_their_direction(
    direction: str,
) -> None:
    ends = ("b", "a") if direction == "left" else ("a", "b")
    tie = {"type": "relation", "from_id": ends[0], "to_id": ends[1], "direction": direction}
    regions = (region("a", 9, 11, "Content"), region("b", 0, 3, "source", "hypertextlabels"))
    notes = {"id": "a", "type": "textarea", "from_name": "note", "value": {"text": ["x", "y"]}}
    ((record,), _) = read("labelstudio", task(*regions, tie, notes, completed_by={"email": "a@b"}))
    assert said(record) == ([], [[("content", "hi"), ("source", "Ann")]])
    assert record.annotator == "a@b"
    assert record.annotation is not None
    assert record.annotation.head == Head("done")
    assert record.annotation.quotes["q1"].note == "x\ny"


def test_a_cancelled_task_was_skipped_and_what_a_model_says_is_nobodys() -> None:
    ((record,), remarks) = read("labelstudio", task(was_cancelled=True), annotator="ada")
    assert record.annotation == Annotation(head=Head("skipped"))
    assert remarks == []
    bare = json.dumps({"data": {"text": "x"}, "annotations": [], "predictions": [{}]})
    ((record,), remarks) = read("labelstudio", bare)
    assert (record.annotation, record.article.id) == (None, "some-1")
    assert remarks == ["predictions, which are nobody's annotation"]


@pytest.mark.parametrize("name", ["labelstudio", "prodigy", "doccano", "w3c"])
def test_what_is_no_object_is_told(name: str) -> None:
    with pytest.raises(FormatError):
        read(name, "[5]")


# Tables


@pytest.mark.parametrize(
    ("text", "formula", "long"),
    [
        ("plain", 0, 0),
        ("=1", 1, 0),
        ("+1", 1, 0),
        ("-1", 1, 0),
        ("@x", 1, 0),
        ("\tx", 1, 0),
        ("x=1", 0, 0),
        ("x" * 32_767, 0, 0),
        ("x" * 32_768, 0, 1),
    ],
)
def test_a_table_tells_of_cells_that_do_not_fit(text: str, formula: int, long: int) -> None:
    on = Annotation(
        entities=[Entity("e1", "A", "x", 1, link="=2", note="=3")],
        mentions=[Mention("m1", "e1", 0, len(text), text, 1)],
    )
    record = Record(Article("=a", text, "=t"), "ada", on)

    def lost(name: str, words: str) -> list[str]:
        (loss,) = [loss for loss in find_format(name).losses if words in loss.words]
        return [f"{lost.item} {lost.text}" for lost in loss.find(record)]

    assert lost("csv", "formula") == [f"entity e1 {text}"] * formula
    assert lost("xlsx", "longer than a cell") == [f"entity e1 {text[:99]}"] * long


# brat


def brat(folder: Path, text: str, *spans: RoleSpan, **more: Any) -> list[str]:
    quote = Quote("q1", 1, spans, **more)
    record = Record(Article("a", text), "ada", Annotation(quotes=[quote]))
    find_format("brat").write_folder(iter([record]), folder)
    return (folder / "ada" / "a.ann").read_text(encoding="utf-8").splitlines()


def test_the_event_of_a_quote_is_about_its_cue_else_about_its_first_part(tmp_path: Path) -> None:
    text = "Ann: hi and ho, then"
    hi, ho = RoleSpan("content", 5, 7, "hi"), RoleSpan("content", 12, 14, "ho")
    source, cue = RoleSpan("source", 0, 3, "Ann"), RoleSpan("cue", 16, 20, "then")
    cases: list[tuple[tuple[RoleSpan, ...], str]] = [
        ((hi, ho, cue, source), "Attribution 16 20\tthen"),
        ((hi, ho, source), "Attribution 5 7\thi"),
        ((hi, ho), "Attribution-no-source 5 7\thi"),
        ((source,), "Attribution 0 3\tAnn"),
    ]
    for number, (spans, expected) in enumerate(cases):
        folder = tmp_path / str(number)
        folder.mkdir()
        lines = brat(folder, text, *spans)
        triggers = [line.partition("\t")[2] for line in lines if "\tAttribution" in line]
        assert triggers[0] == expected
        assert len(triggers) == 2


def test_the_contents_of_a_quote_are_one_unless_a_line_break_or_another_content_parts_them(
    tmp_path: Path,
) -> None:
    def contents(text: str, *places: tuple[int, int]) -> list[str]:
        folder = tmp_path / f"{text!r} {places}".replace("/", "")
        folder.mkdir()
        spans = [RoleSpan("content", s, e, text[s:e]) for s, e in places]
        return [line.split("\t")[1] for line in brat(folder, text, *spans) if "\tContent" in line]

    assert contents("hi and ho", (0, 2), (7, 9)) == ["Content 0 2;7 9"]
    assert contents("hiho", (0, 2), (2, 4)) == ["Content 0 2;2 4"]
    assert contents("hiho", (0, 3), (2, 4)) == ["Content 0 3", "Content 2 4"]
    assert contents("hi\nho", (0, 2), (3, 5)) == ["Content 0 2", "Content 3 5"]
    assert contents("hi\nho", (0, 5)) == ["Content 0 2;3 5"]
    assert contents("\n\nho", (0, 1), (2, 4)) == ["Content 2 4"]


def test_brat_tells_of_line_breaks_at_the_ends_of_spans_and_of_letters_of_labels() -> None:
    text = "Ann\nsaid\nhi"
    on = Annotation(
        entities=[Entity(f"e{n}", label, "x", n) for n, label in enumerate(("A-1_b", "Ä", "a b"))],
        mentions=[
            Mention(f"m{n}", "e0", s, e, text[s:e], n)
            for n, (s, e) in enumerate(((0, 3), (0, 4), (3, 8), (0, 8)))
        ],
        quotes=[
            Quote("q1", 1, (RoleSpan("content", 9, 11, "hi"), RoleSpan("cue", 3, 9, text[3:9])))
        ],
    )
    found = {loss.words: [*loss.find(Record(Article("a", text), "ada", on))]
             for loss in find_format("brat").losses}  # fmt: skip
    assert [lost.item for lost in found["line breaks at the ends of spans"]] == [
        *("mention m1", "mention m2", "cue of quote q1"),
    ]
    (spelt,) = [lost for words, lost in found.items() if words.startswith("letters of labels")]
    assert [lost.item for lost in spelt] == ["entity e1", "entity e2"]


def test_brat_writes_what_is_said_on_one_line_each(tmp_path: Path) -> None:
    entity = Entity("e1", "PER", "Ann Lee", 1, "Q42", "a  b")
    entities = [entity, entity._replace(id="e2", name="", link="http://x", note='"q"'),
                entity._replace(id="e3", name="Bo", link="Q1x", note="plain words")]  # fmt: skip
    mentions = [Mention(f"m{n}", f"e{n}", 4 * n - 4, 4 * n - 1, "abc", n) for n in (1, 2, 3)]
    record = Record(
        Article("a", "abc abc abc"), "ada", Annotation(entities=entities, mentions=mentions)
    )
    find_format("brat").write_folder(iter([record]), tmp_path)
    lines = (tmp_path / "ada" / "a.ann").read_text(encoding="utf-8").splitlines()
    assert lines[3:] == [
        "N1\tReference T1 Wikidata:Q42\tAnn Lee",
        '#1\tentity_note T1\t"a  b"',
        "#2\tname T2\t",
        "#3\tlink T2\thttp://x",
        '#4\tentity_note T2\t"\\"q\\""',
        "#5\tname T3\tBo",
        "#6\tlink T3\tQ1x",
        "#7\tentity_note T3\tplain words",
    ]


# Web annotations


def test_a_web_annotation_has_thirty_two_letters_around_its_words_and_its_first_place_counts() -> (
    None
):
    for before, after in ((31, 31), (32, 32), (33, 33), (0, 0)):
        text = "b" * before + "Ann" + "a" * after
        on = Annotation(entities=[Entity("e1", "PER", "Ann", 1)],
                        mentions=[Mention("m1", "e1", before, before + 3, "Ann", 1)])  # fmt: skip
        page = json.loads(written(find_format("w3c"), Record(Article("a", text), "ada", on)))
        (place, words) = page["items"][1]["target"]["selector"]
        assert (words["prefix"], words["suffix"]) == ("b" * min(before, 32), "a" * min(after, 32))
        other = {**place, "start": 0, "end": 1}
        page["items"][1]["target"]["selector"] = [words, place, other, {**words, "exact": "b"}]
        ((record,), _) = read("w3c", json.dumps(page))
        assert said(record)[0] == [("PER", "Ann")]


def test_the_tag_of_a_web_annotation_is_its_first_body_that_is_one() -> None:
    on = Annotation(entities=[Entity("e1", "PER", "Ann", 1)],
                    mentions=[Mention("m1", "e1", 0, 3, "Ann", 1)])  # fmt: skip
    page = json.loads(written(find_format("w3c"), Record(Article("a", "Ann"), "ada", on)))
    bodies: list[tuple[list[dict[str, str]], str]] = [
        ([{"purpose": "commenting", "value": "no"}, {"value": "A"}, {"value": "B"}], "A"),
        ([{"purpose": "tagging", "value": "C"}], "C"),
        ([{"purpose": "commenting", "value": "no"}], ""),
    ]
    for body, label in bodies:
        page["items"][1]["body"] = body
        ((record,), _) = read("w3c", json.dumps(page))
        assert said(record)[0] == [(label, "Ann")]


def test_a_page_without_the_texts_of_articles_says_so() -> None:
    with pytest.raises(FormatError, match="without the text no span can be placed"):
        read("w3c", json.dumps({"items": [{"motivation": "describing", "target": "x"}]}))


# Texts in tables


def test_a_long_text_lies_in_cells_of_sixteen_thousand_letters() -> None:
    format_ = find_format("csv").with_options({"texts": "yes"})
    for length, pieces in ((1, 1), (16_000, 1), (16_001, 2), (32_001, 3)):
        lines = written(format_, Record(Article("a", "x" * length))).splitlines()[1:]
        cells = [line.split(",") for line in lines]
        assert [int(c[12]) for c in cells] == [16_000 * n for n in range(pieces)]
        assert [int(c[13]) for c in cells] == [min(16_000 * (n + 1), length) for n in range(pieces)]


# UIMA


def cas_of_ours(name: str, folder: Path) -> Path:
    """A CAS as this program writes it, in that folder."""
    on = Annotation(entities=[Entity("e1", "PER", "Ann", 1)],
                    mentions=[Mention("m1", "e1", 0, 3, "Ann", 1)])  # fmt: skip
    format_ = find_format(name)
    folder.mkdir()
    format_.write_folder(iter([Record(Article("a", "Ann said hi"), "ada", on)]), folder)
    (path,) = format_.members(folder)[:1] if name == "uima-json" else folder.glob("*.xmi")
    return path


def add_other_layers(name: str, path: Path) -> None:
    """What other tools might add to a CAS: layers of their own, and links to nothing."""
    cassis = pytest.importorskip("cassis")
    beside = path.with_name("TypeSystem.xml")
    if name == "uima":
        cas = cassis.load_cas_from_xmi(path, typesystem=cassis.load_typesystem(beside))
    else:
        cas = cassis.load_cas_from_json(path.read_text())
    link = cas.typesystem.get_type("webanno.custom.Link")
    (mention,) = cas.select("webanno.custom.Mention")
    cas.add_all([link(begin=0, end=3, Governor=mention, relation="x"),
                 link(begin=0, end=3, Dependent=mention, relation="x")])  # fmt: skip
    other = cas.typesystem.create_type("other.Token", "uima.tcas.Annotation")
    cas.typesystem.create_type("other.Unused", "uima.tcas.Annotation")
    cas.add_all([other(begin=0, end=3), other(begin=4, end=8)])
    if name == "uima":
        cas.typesystem.to_xml(beside)
        cas.to_xmi(path)
    else:
        cas.to_json(path)


def read_cas(format_: Format, path: Path) -> tuple[object, list[str]]:
    """What is said in it, and the remarks."""
    context = Context(path)
    with path.open("rb") as source:
        ((record, *_),) = format_.read(source, context)
    return said(record), context.remarks


OTHER_LAYERS = ([("PER", "Ann")], []), ["2 annotations of the type other.Token"]
NO_OTHER_LAYERS = ([("PER", "Ann")], []), []


@pytest.mark.parametrize("name", ["uima", "uima-json"])
def test_a_cas_is_read_with_a_remark_on_the_layers_of_other_tools(
    name: str, tmp_path: Path
) -> None:
    path = cas_of_ours(name, tmp_path / "a")
    add_other_layers(name, path)
    assert read_cas(find_format(name), path) == OTHER_LAYERS


@pytest.mark.parametrize("name", ["uima", "uima-json"])
def test_types_are_made_once_for_all_cas_that_have_them_and_anew_for_others(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typesystem = pytest.importorskip("cassis.typesystem")
    plain, other = (cas_of_ours(name, tmp_path / folder) for folder in ("plain", "other"))
    add_other_layers(name, other)
    made = []
    make = typesystem.TypeSystem.__init__

    def make_and_tell(types: object, *given: object, **how: object) -> None:
        made.append(types)
        make(types, *given, **how)

    monkeypatch.setattr(typesystem.TypeSystem, "__init__", make_and_tell)
    format_ = find_format(name)
    for path, wanted in ((plain, NO_OTHER_LAYERS), (other, OTHER_LAYERS), (plain, NO_OTHER_LAYERS)):
        assert read_cas(format_, path) == wanted
        assert made
        made.clear()
        assert read_cas(format_, path) == wanted
        assert made == []


@pytest.mark.parametrize("name", ["csv", "html-copy"])
def test_what_is_written_of_an_article_that_nobody_annotated(name: str) -> None:
    format_ = find_format(name).with_options({"texts": "yes"} if name == "csv" else {})
    out = written(format_, Record(Article("a<", "x & y", source="S", published="2024")))
    if name == "csv":
        assert out.splitlines()[1:] == ["a<,,S,2024,,,article,a<,,,,,0,5,x & y,"]
    else:
        assert '<h1>a&lt;</h1>\n<p class="about">S · 2024</p>\n' in out
        assert '<div class="text" dir="auto">x &amp; y</div>\n</article>' in out
        assert "<h2>Quotes</h2>" not in out


def test_a_reading_copy_says_who_is_quoted_by_name_by_source_or_not_at_all() -> None:
    text = "Ann hi ho"
    hi, ho = RoleSpan("content", 4, 6, "hi"), RoleSpan("content", 7, 9, "ho")
    source = RoleSpan("source", 0, 3, "Ann")
    on = Annotation(
        entities=[Entity("e1", "PER", "A & B", 1), Entity("e2", "PER", "C", 2)],
        quotes=[
            Quote("q1", 1, (hi, ho, source), "free_indirect", speakers=("e1", "e2")),
            Quote("q2", 2, (hi, source)),
            Quote("q3", 3, (ho,)),
        ],
    )
    out = written(find_format("html-copy"), Record(Article("a", text), "ada", on))
    rows = [line for line in out.splitlines() if line.startswith("<tr><td>")]
    assert [row.split("</td>")[0].removeprefix("<tr><td>") for row in rows] == [
        *("A &amp; B, C", "Ann", "—"),
    ]
    assert '<td dir="auto">hi … ho</td><td>free indirect</td>' in rows[0]
    assert '<p class="about">by ada</p>' in out


@pytest.mark.parametrize(
    ("spans", "asked"),
    [
        ((), False),
        ((RoleSpan("content", 4, 6, "hi"),), False),
        ((RoleSpan("source", 0, 3, "Ann"),), False),
        ((RoleSpan("content", 4, 6, "hi"), RoleSpan("source", 0, 3, "Ann")), True),
    ],
)
def test_a_quote_is_asked_for_if_it_has_content_and_source_and_told_as_lost_else(
    spans: tuple[RoleSpan, ...], asked: bool
) -> None:
    record = Record(Article("a", "Ann hi ho"), "ada", Annotation(quotes=[Quote("q1", 1, spans)]))
    format_ = find_format("instruct").with_options(
        {"shape": "qa", "question": "{content} of {title}?"}
    )
    lines = [json.loads(line) for line in written(format_, record).splitlines()]
    assert [line["question"] for line in lines] == ["hi of ?"] * asked
    lost = next(x for x in format_.losses if "to ask for" in x.words).count(record)
    assert lost == (not asked)
    places = [loss for loss in find_format("instruct").losses if "where in the text" in loss.words]
    assert places[0].count(record) == bool(spans)
    assert written(format_, Record(Article("a", "x"))) == ""


# TEI


def test_a_mark_that_others_cut_is_a_chain_of_pieces_in_tei() -> None:
    places = [(0, 5), (3, 7), (6, 9), (1, 8)]
    text = "abcdefghij"
    on = Annotation(
        entities=[Entity(f"e{n}", f"L{n}", "x", n) for n in range(len(places))],
        mentions=[Mention(f"m{n}", f"e{n}", s, e, text[s:e], n) for n, (s, e) in enumerate(places)],
    )
    out = written(find_format("tei"), Record(Article("a", text), "ada", on))
    body = out.partition('<ab xml:space="preserve">')[2].partition("</ab>")[0]
    found = re.findall(r"<name (.*?)>", body)
    pieces = [dict(re.findall(r'([a-z:]+)="(.*?)"', one)) for one in found]
    chains: dict[str, list[dict[str, str]]] = {}
    for piece in pieces:
        chains.setdefault(piece["type"], []).append(piece)
    assert max(map(len, chains.values())) >= 3
    for number, (label, chain) in enumerate(sorted(chains.items()), start=1):
        id_ = f"d1.s{number}"
        ids = [id_, *(f"{id_}.{n}" for n in range(2, len(chain) + 1))]
        assert label == f"L{number - 1}"
        assert [piece["xml:id"] for piece in chain] == ids
        assert [piece.get("prev") for piece in chain] == [None, *(f"#{one}" for one in ids[:-1])]
        assert [piece.get("next") for piece in chain] == [*(f"#{one}" for one in ids[1:]), None]
    ((record,), _) = read("tei", out)
    assert record.annotation is not None
    assert sorted((m.start, m.end) for m in record.annotation.mentions.values()) == sorted(places)


def test_tei_of_others_is_read_by_its_elements() -> None:
    body = (
        '<persName>Ann</persName> <said>"hi"</said> <seg type="cue">said</seg> <q>a</q>'
        '<seg type="other">b</seg><name type="X">c</name> <orgName/><quote>d</quote><hi>e</hi>'
    )
    out = (
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><text><body><ab>{body}</ab></body></text></TEI>'
    )
    ((record,), _) = read("tei", out, annotator="ada")
    assert record.article.text == 'Ann "hi" said abc de'
    assert said(record) == (
        [("PERSON", "Ann"), ("X", "c")],
        [[("content", '"hi"')], [("cue", "said")], [("content", "a")], [("content", "d")]],
    )
    bare = out.replace(body, "words")
    ((record,), _) = read("tei", bare)
    assert (record.annotation, record.article.id) == (None, "some-1")
    with pytest.raises(FormatError, match="document 1: it has no body"):
        read("tei", '<TEI xmlns="http://www.tei-c.org/ns/1.0"/>')


def test_a_document_of_tei_may_be_as_large_as_it_may_be_and_no_larger() -> None:
    bounded = tei._Bounded(io.BytesIO(b"x" * 20), Context(Path("a.xml")))
    bounded.left = 10
    assert bounded.read(4) + bounded.read(6) == b"x" * 10
    with pytest.raises(FormatError, match=r"a\.xml: a document is larger than 256 MB"):
        bounded.read(1)
