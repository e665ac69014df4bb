"""The golden records in every format, byte for byte; `make golden` writes them."""

from pathlib import Path

import pytest

from tests import golden_files
from tests.golden_files import BINARY, NAMES, kept, written


@pytest.mark.parametrize("name", NAMES)
def test_the_golden_records_look_as_they_always_did(name: str) -> None:
    found, wanted = written(name), kept(name)
    assert set(found) == set(wanted), "run make golden"
    for path, data in found.items():
        assert data.decode() == wanted[path].decode(), path


def test_golden_files_that_are_missing_or_differ_are_written_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "native.jsonl").write_bytes((golden_files.GOLDEN / "native.jsonl").read_bytes())
    wanted = {name: kept(name) for name in ("conll", "prodigy", "brat")}
    monkeypatch.setattr(golden_files, "GOLDEN", tmp_path)
    (tmp_path / "prodigy.jsonl").write_text("{}")
    assert golden_files.main(["conll", "prodigy"]) == 0
    assert {name: kept(name) for name in ("conll", "prodigy")} == {
        name: wanted[name] for name in ("conll", "prodigy")
    }
    assert golden_files.main(["conll", "brat"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "written: conll",
        "written: prodigy",
        "written: brat",
    ]
    assert golden_files.main(["no-such-format"]) == 2


@pytest.mark.parametrize("name", sorted(BINARY))
def test_a_format_without_a_golden_file_is_read_by_its_client(name: str) -> None:
    tests = (Path(__file__).parent / "test_clients.py").read_text("utf-8")
    assert f'"{name}"' in tests
