"""The schemes that travel with the program, and schemes from files."""

import json
from pathlib import Path

import pytest

from annotator.cli import main
from annotator.core.guidelines import find_heading, headings
from annotator.core.scheme import TONES, Conventions, SchemeError
from annotator.services.presets import find_scheme, preset_names, write_scheme
from annotator.store import Project

PRESETS = preset_names()


def test_presets_for_names_and_for_quotes_are_shipped() -> None:
    assert {"news", "conll", "ontonotes", "polnear", "pdnc"} <= set(PRESETS)
    assert len(find_scheme("ontonotes").labels) == 18
    assert len(find_scheme("conll").labels) == 4


@pytest.mark.parametrize("name", PRESETS)
def test_a_project_is_made_with_each_preset(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "p.annotator"
    assert main(["new", str(path), "--scheme", name]) == 0
    assert capsys.readouterr().out == f"made {path} with the scheme {name}\n"
    with Project.open(path) as project:
        assert project.scheme == find_scheme(name)


@pytest.mark.parametrize("name", PRESETS)
def test_each_preset_has_short_labels_with_keys_and_tones_of_the_themes(name: str) -> None:
    scheme = find_scheme(name)
    assert scheme.name == name
    assert {label.tone for label in scheme.labels} <= set(TONES)
    assert all(label.key and len(label.short) <= 5 for label in scheme.labels)
    assert all(label.description for label in scheme.labels)


@pytest.mark.parametrize("name", PRESETS)
def test_each_label_and_quote_type_of_a_preset_finds_its_section(name: str) -> None:
    scheme = find_scheme(name)
    sections = headings(scheme.guidelines)
    found = {
        label.name: find_heading(sections, [label.section, label.title, label.name])
        for label in scheme.labels
    }
    assert None not in found.values()
    assert len(set(found.values())) == len(found), "two labels share a section"
    for type_ in scheme.quote_types:
        assert find_heading(sections, [type_, "quotes", "content"]) is not None


def test_the_presets_for_quotes_have_the_conventions_of_their_corpora() -> None:
    assert find_scheme("pdnc").conventions == Conventions(marks="out", split="one")
    assert find_scheme("polnear").conventions == Conventions(marks="in", split="one")
    assert [a.name for a in find_scheme("pdnc").attributes_of("entity")] == ["gender", "main"]


def test_a_scheme_written_to_a_file_makes_the_same_project(tmp_path: Path) -> None:
    file, path = tmp_path / "mine.json", tmp_path / "p.annotator"
    write_scheme(find_scheme("pdnc"), file)
    assert main(["new", str(path), "--scheme", str(file)]) == 0
    with Project.open(path) as project:
        assert project.scheme == find_scheme("pdnc")


def test_guidelines_are_taken_from_a_markdown_file_beside_the_scheme(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    label = {"name": "X", "title": "X", "short": "X", "tone": "blue"}
    row = {"name": "mine", "title": "Mine", "labels": [label]}
    file.write_text(json.dumps(row), encoding="utf-8")
    (tmp_path / "mine.md").write_text("# X\n\nMark every X 😀.\n", encoding="utf-8")
    assert find_scheme(str(file)).guidelines == "# X\n\nMark every X 😀.\n"
    file.write_text(json.dumps({**row, "guidelines": "Own."}), encoding="utf-8")
    assert find_scheme(str(file)).guidelines == "Own."


def test_a_markdown_file_is_no_scheme(tmp_path: Path) -> None:
    file = tmp_path / "mine.md"
    file.write_text("# X", encoding="utf-8")
    with pytest.raises(SchemeError, match=r"mine\.md: the scheme cannot be read"):
        find_scheme(str(file))
