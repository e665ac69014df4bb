"""The real libraries load our files and find the same spans."""

import json
import re
import warnings
from pathlib import Path

import pytest

from annotator.core.native_reader import parse
from annotator.core.record import Record
from annotator.formats import find_format
from tests.examples import examples

GOLDEN = Path(__file__).parents[1] / "golden"


@pytest.fixture
def given() -> list[Record]:
    lines = (GOLDEN / "native.jsonl").read_bytes().splitlines()
    return [parse(line) for line in lines]


def file_of(name: str, given: list[Record], folder: Path) -> Path:
    format_ = find_format(name)
    path = folder / f"out{format_.suffixes[0]}"
    with path.open("xb") as out:
        format_.write(iter(given), out)
    return path


def folder_of(name: str, given: list[Record], folder: Path) -> Path:
    format_ = find_format(name)
    format_.write_folder(iter(given), folder)
    format_.write_cover(folder, [])
    return folder


def mention_spans(record: Record) -> list:
    annotation = record.annotation
    return sorted(
        (m.start, m.end, annotation.entities[m.entity_id].label)
        for m in (annotation.mentions.values() if annotation else ())
    )


def part_spans(record: Record) -> list:
    quotes = record.annotation.quotes.values() if record.annotation else ()
    return sorted((s.start, s.end, s.role.upper()) for quote in quotes for s in quote.spans)


def test_spacy_loads_the_docbin_and_finds_every_span(given, tmp_path):
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import Doc, DocBin

    path = file_of("spacy", given, tmp_path)
    docs = list(DocBin().from_disk(path).get_docs(spacy.blank("en").vocab))
    assert [doc.text for doc in docs] == [record.article.text for record in given]
    for doc, record in zip(docs, given, strict=True):
        for key, wanted in (("mentions", mention_spans(record)), ("quotes", part_spans(record))):
            spans = [(s.start_char, s.end_char, s.label_) for s in doc.spans[key]]
            assert sorted(spans) == wanted
        ents = [(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents]
        assert ents == mention_spans(record)
    Doc.set_extension("quotes", default=None, force=True)
    assert [list(quote["speakers"]) for quote in docs[0]._.quotes] == [["Ann Lee"], [], ["Ann Lee"]]
    assert docs[0].ents[0].kb_id_ == "Q1"


def test_a_spacy_pipeline_is_trained_on_the_docbin(given, tmp_path):
    spacy = pytest.importorskip("spacy")
    from spacy.tokens import DocBin
    from spacy.training import Example

    nlp = spacy.blank("en")
    recogniser = nlp.add_pipe("ner")
    path = file_of("spacy", given, tmp_path)
    docs = list(DocBin().from_disk(path).get_docs(nlp.vocab))
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in docs]
    nlp.initialize(lambda: examples)
    assert {"PERSON", "ORG"} <= set(recogniser.labels)
    assert nlp.update(examples)["ner"] > 0


@pytest.fixture
def datasets(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_DISABLE_PROGRESS_BARS", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the library says of itself while it loads
        return pytest.importorskip("datasets")


def assert_rows(rows, given: list[Record]) -> None:
    assert [row["text"] for row in rows] == [record.article.text for record in given]
    for row, record in zip(rows, given, strict=True):
        mentions = [
            (m["start"], m["end"], entity["label"])
            for entity in row["entities"] or ()
            for m in entity["mentions"]
        ]
        parts = [
            (s["start"], s["end"], s["role"].upper())
            for quote in row["quotes"] or ()
            for s in quote["spans"]
        ]
        assert (sorted(mentions), sorted(parts)) == (mention_spans(record), part_spans(record))


@pytest.mark.slow
def test_datasets_loads_the_directory_with_its_features(given, tmp_path, datasets):
    found = datasets.load_from_disk(str(folder_of("datasets", given, tmp_path)))
    assert_rows(found, given)
    spans = found.features["quotes"].feature["spans"].feature
    assert (spans["role"].dtype, spans["start"].dtype) == ("string", "int64")


@pytest.mark.slow
def test_datasets_loads_the_parquet_folder_as_the_hub_would(given, tmp_path, datasets):
    folder = tmp_path / "data"
    folder.mkdir()
    folder_of("parquet", given, folder)
    cache = str(tmp_path / "cache")
    found = datasets.load_dataset(str(folder), cache_dir=cache)
    assert list(found) == ["train"]
    assert_rows(found["train"], given)
    file = str(folder / "data.parquet")
    assert_rows(datasets.load_dataset("parquet", data_files=file, cache_dir=cache)["train"], given)


def test_cassis_checks_the_cas_against_its_type_system(given, tmp_path):
    cassis = pytest.importorskip("cassis")
    folder = folder_of("uima", given, tmp_path)
    with (folder / "TypeSystem.xml").open("rb") as source:
        types = cassis.load_typesystem(source)
    with (folder / "news-1.ada.xmi").open("rb") as source:
        cas = cassis.load_cas_from_xmi(source, typesystem=types)
    assert list(cas.typecheck()) == []
    mentions = [(m.begin, m.end, m.label) for m in cas.select("webanno.custom.Mention")]
    parts = [(p.begin, p.end, p.role.upper()) for p in cas.select("webanno.custom.QuotePart")]
    assert (sorted(mentions), sorted(parts)) == (mention_spans(given[0]), part_spans(given[0]))
    assert '"begin":3' not in cas.to_json()  # the file counts UTF-16 units, cassis code points


def test_openpyxl_reads_the_workbook_and_no_cell_is_a_formula(given, tmp_path):
    openpyxl = pytest.importorskip("openpyxl")
    annotation = given[0].annotation
    annotation.entities["e1"] = annotation.entities["e1"]._replace(name='=HYPERLINK("x")')
    book = openpyxl.load_workbook(file_of("xlsx", given, tmp_path))
    assert book.sheetnames == ["entities", "quotes"]
    rows = list(book["entities"].iter_rows(min_row=2))
    assert [row[14].value for row in rows] == ["Ann Lee", "She", "ACME"]
    assert (rows[0][10].value, rows[0][10].data_type) == ('=HYPERLINK("x")', "s")
    assert book["quotes"].max_row == 1 + len(part_spans(given[0]))


LINES = {
    "T": r"T\d+\t[\w-]+ \d+ \d+(;\d+ \d+)*\t.+",
    "E": r"E\d+\t[\w-]+:T\d+( [\w-]+:[TE]\d+)*",
    "A": r"A\d+\t\w+ [TE]\d+( \S+)?",
    "N": r"N\d+\tReference T\d+ \w+:\S+\t.+",
    "#": r"#\d+\t\w+ [TE]\d+\t.*",
    "*": r"\*\tEquiv T\d+( T\d+)+",
}
"""brat.nlplab.org/standoff.html, as far as we write it."""


def test_brat_finds_only_lines_it_knows_and_texts_that_match(given, tmp_path):
    folder = folder_of("brat", given, tmp_path)
    files = list(folder.rglob("*.ann"))
    assert len(files) == 3
    for path in files:
        text = path.with_suffix(".txt").read_bytes().decode()
        seen: set[str] = set()
        for line in path.read_bytes().decode().splitlines():
            assert re.fullmatch(LINES[line[0]], line), line
            id_, _, rest = line.partition("\t")
            assert id_ == "*" or id_ not in seen
            seen.add(id_)
            if line[0] == "T":
                place, _, said = rest.partition("\t")
                pairs = [pair.split() for pair in place.split(" ", 1)[1].split(";")]
                assert " ".join(text[int(a) : int(b)] for a, b in pairs) == said
            assert all(target in seen for target in re.findall(r":(T\d+)", rest))


@pytest.fixture
def bratly():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what pydantic says of its classes
        return pytest.importorskip("bratly.io")


def assert_bratly_reads(bratly, given: list[Record], folder: Path) -> None:
    """Its grammar takes each line, and each stretch of text is where the line says."""
    found = {}
    for path in folder_of("brat", given, folder).rglob("*.txt"):
        document = bratly.read_and_load_txt_file(
            str(path),
            str(path.with_suffix(".ann")),
            ann_no_duplicates=False,
            ann_sorting=False,
            ann_renumerotize=False,
        )
        assert document.check_ann_compatibility_with_txt()
        (read,) = document.annotation_collections
        written = path.with_suffix(".ann").read_bytes().decode().splitlines()
        assert len(read.annotations) == len(written)
        facts = json.loads(path.with_suffix(".json").read_bytes())
        found[facts["article"], facts.get("annotator")] = read.annotations
    assert set(found) == {(record.article.id, record.annotator) for record in given}
    for record in given:
        events = [one for one in found[record.article.id, record.annotator] if one.id[0] == "E"]
        quotes = list(record.annotation.quotes.values()) if record.annotation else []
        for event, quote in zip(events, quotes, strict=True):
            assert event.label.startswith("Attribution")
            said = " ".join(part.content for role, part in event.args.items() if "Content" in role)
            assert said.split() == " ".join(s.text for s in quote.parts("content")).split()


def test_a_brat_library_reads_every_line_and_event(bratly, given, tmp_path):
    assert_bratly_reads(bratly, given, tmp_path)


@pytest.mark.examples
def test_a_brat_library_reads_a_news_corpus(bratly, shared, tmp_path):
    lines = (shared / "corpora" / "polnear_dev.jsonl").read_bytes().splitlines()
    lines = lines[:: max(1, 4 // examples(1))]
    assert_bratly_reads(bratly, [parse(line) for line in lines], tmp_path)


def test_label_studio_finds_every_region_and_control_in_the_configuration(given, tmp_path):
    from defusedxml.ElementTree import parse as parse_xml

    folder = folder_of("labelstudio", given, tmp_path)
    config = parse_xml(folder / "config.xml").getroot()
    controls = {c.get("name"): c.tag for c in config.iter() if c.get("toName") == "text"}
    labels = {label.get("value") for label in config.iter("Label")}
    tags = {"labels": "Labels", "choices": "Choices", "textarea": "TextArea"}
    for task in json.loads((folder / "tasks.json").read_bytes()):
        text = task["data"]["text"]
        for annotation in task["annotations"]:
            regions = {r["id"] for r in annotation["result"] if r["type"] == "labels"}
            for result in annotation["result"]:
                if result["type"] == "relation":
                    assert {result["from_id"], result["to_id"]} <= regions
                    continue
                assert controls[result["from_name"]] == tags[result["type"]]
                value = result["value"]
                if result["type"] == "labels":
                    assert text[value["start"] : value["end"]] == value["text"]
                    assert set(value["labels"]) <= labels


def test_doccano_counts_utf_16_units_and_resolves_every_relation(given, tmp_path):
    for line in file_of("doccano", given, tmp_path).read_bytes().splitlines():
        row = json.loads(line)
        wide = row["text"].encode("utf-16-le")
        ids = {entity["id"] for entity in row.get("entities", ())}
        found = [
            wide[2 * e["start_offset"] : 2 * e["end_offset"]].decode("utf-16-le")
            for e in row.get("entities", ())
        ]
        assert all(found)
        for relation in row.get("relations", ()):
            assert {relation["from_id"], relation["to_id"]} <= ids


@pytest.mark.parametrize("shape", ["relations", "plain"])
def test_doccano_gets_the_same_columns_in_every_line(given, tmp_path, shape):
    format_ = find_format("doccano").with_options({"shape": shape})
    with (tmp_path / "out.jsonl").open("w+b") as out:
        format_.write(iter(given), out)
        out.seek(0)
        rows = [json.loads(line) for line in out]
    labels = {"entities", "relations", "label"}
    columns = [row.keys() - labels for row in rows]
    assert columns == [columns[0]] * len(given)
    assert not any(value is None for row in rows for value in row.values())


def test_the_selectors_of_web_annotations_agree(given, tmp_path):
    page = json.loads(file_of("w3c", given, tmp_path).read_bytes())
    texts = {
        item["target"]: item["body"]["value"]
        for item in page["items"]
        if item["motivation"] == "describing"
    }
    marks = [item for item in page["items"] if item["motivation"] == "tagging"]
    assert len(marks) == 14
    for item in marks:
        place, quote = item["target"]["selector"]
        text = texts[item["target"]["source"]]
        assert text[place["start"] : place["end"]] == quote["exact"]
        assert quote["prefix"] + quote["exact"] + quote["suffix"] in text
