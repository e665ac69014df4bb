"""The example project, and the schemes that travel with the program."""

import sys
from pathlib import Path

import pytest

from annotator.core.scheme import SchemeError
from annotator.resources import resource
from annotator.services.example import example_files, example_location, make_example
from annotator.services.presets import find_scheme, preset_names
from annotator.services.user import annotator_name
from annotator.store import Project, StoreError


@pytest.fixture
def example(tmp_path):
    make_example(tmp_path / "deep" / "example.annotator", "nora")
    with Project.open(tmp_path / "deep" / "example.annotator") as project:
        yield project


def test_the_example_has_the_seed_article_half_annotated_and_others_to_do(example):
    records = list(example.records(bare=True))
    annotated = [record for record in records if record.annotation is not None]
    (seed,) = annotated
    assert seed.annotator == "nora"
    assert seed.annotation.head.status == "doing"
    assert (seed.article.published, seed.article.source) == ("2023-02-26", "Shafaq News")
    assert len(records) == len(example_files()) - 1 >= 4
    assert example.check() == []


def test_the_example_annotates_the_first_six_paragraphs_with_whole_quotes(example):
    (seed,) = example.records(annotators=["nora"])
    seventh = seed.article.text.index('"Past experiences')
    annotation = seed.annotation
    spans = [*annotation.mentions.values()]
    spans += [span for quote in annotation.quotes.values() for span in quote.spans]
    assert max(span.end for span in spans) < seventh
    assert [quote.type for quote in annotation.ordered_quotes()] == [
        "mixed", "direct", "indirect", "mixed", "direct",
    ]  # fmt: skip
    for quote in annotation.quotes.values():
        assert {span.role for span in quote.spans} == {"content", "cue", "source"}
        assert [annotation.entities[id_].name for id_ in quote.speakers] == [
            "Mohammad Reza Ashtiani"
        ]


def test_every_label_of_the_example_is_in_its_scheme(example):
    (seed,) = example.records(annotators=["nora"])
    known = {label.name for label in example.scheme.labels}
    assert {entity.label for entity in seed.annotation.entities.values()} <= known


def test_the_short_articles_show_other_scripts_split_quotes_and_emoji():
    texts = [path.read_text(encoding="utf-8") for path in example_files() if path.suffix == ".txt"]
    assert any("„" in text and "“, sagte" in text for text in texts)
    assert any("«" in text and "قالت" in text for text in texts)
    assert any(character > "\uffff" for text in texts for character in text)


def test_an_example_is_never_made_over_a_file(tmp_path):
    path = tmp_path / "example.annotator"
    path.write_text("precious", encoding="utf-8")
    with pytest.raises((StoreError, OSError)):
        make_example(path, "nora")
    assert path.read_text(encoding="utf-8") == "precious"


@pytest.mark.skipif(sys.platform != "linux", reason="the place differs by system")
def test_the_example_lies_in_the_folder_for_data(monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert example_location() == Path("/data/annotator/example.annotator")
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/nora")
    assert example_location() == Path("/home/nora/.local/share/annotator/example.annotator")


def test_a_computer_without_user_names_still_has_an_annotator(monkeypatch):
    def nobody():
        raise OSError("no username set in the environment")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert annotator_name() == "annotator"


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_can_be_read_and_carries_its_own_name(name):
    assert find_scheme(name).name == name


def test_a_scheme_is_read_from_a_file(tmp_path):
    path = tmp_path / "mine.json"
    path.write_bytes(resource("resources", "schemes", "conll.json").read_bytes())
    assert find_scheme(str(path)).name == "conll"


def test_an_unknown_scheme_is_answered_with_the_known_ones(tmp_path):
    with pytest.raises(SchemeError, match="known are conll, news"):
        find_scheme("nows")


@pytest.mark.parametrize("data", [b"{}", b"\xff\xfe\x80", b'{"name": "x"}'])
def test_a_file_that_is_no_scheme_is_named(tmp_path, data):
    path = tmp_path / "mine.json"
    path.write_bytes(data)
    with pytest.raises(SchemeError, match=r"mine\.json: "):
        find_scheme(str(path))
