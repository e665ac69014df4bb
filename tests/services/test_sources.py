"""Folders, zip files, duplicates and near duplicates, on a real project."""

import json
import os
import stat
import sys
import zipfile
from pathlib import Path

import pytest

from annotator.core.models import Article
from annotator.core.record import Record
from annotator.core.similarity import resemblance, runs, words_of
from annotator.formats import Columns
from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.store import Project
from tests.formats.articles.writers import PARAGRAPHS, TEXT, epub, page, pdf, warc, zipped


@pytest.fixture
def project(tmp_path):
    with Project.create(tmp_path / "news.annotator", find_scheme("news")) as made:
        yield made


def put(folder: Path, **texts: str) -> Path:
    """Make files in a folder; `__` in a name is a slash, the last `_` a dot."""
    for name, text in texts.items():
        path = folder / ".".join(name.replace("__", "/").rsplit("_", 1))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def held(project: Project) -> dict[str, str]:
    return {record.article.id: record.article.text for record in project.records(bare=True)}


def names(report) -> list[str]:
    return [file.path.name for file in report.files]


# Folders


def test_a_folder_is_read_with_all_below_it_in_the_order_of_names(project, tmp_path):
    folder = put(tmp_path / "in", b_txt="B.", a__2_txt="Two.", a__1_md="One.", c__d__e_txt="E.")
    report = import_files(project, [folder])
    assert held(project) == {"a/1": "One.", "a/2": "Two.", "b": "B.", "c/d/e": "E."}
    assert names(report) == ["1.md", "2.txt", "b.txt", "e.txt"]
    again = import_files(project, [folder])
    assert [file.unchanged for file in again.files] == [1, 1, 1, 1]


def test_hidden_files_pictures_and_what_a_browser_saves_beside_a_page_are_passed_over(
    project, tmp_path
):
    folder = put(
        tmp_path / "in", page_html=page().decode(), page_files__ad_html=page().decode(),
        page_files__x_css="x", photo_jpg="x",
    )  # fmt: skip
    put(folder / ".git", config_txt="Hidden.")
    (folder / ".hidden.txt").write_text("Hidden.")
    report = import_files(project, [folder])
    assert list(held(project)) == ["page"]
    assert [path.name for path in report.passed_over] == ["photo.jpg"]
    assert report.failed == ()


def test_the_text_of_a_brat_annotation_is_read_with_it_and_not_again(project, tmp_path):
    folder = put(tmp_path / "in", a_txt="Ann Lee won.", a_ann="T1\tPERSON 0 7\tAnn Lee\n")
    report = import_files(project, [folder], annotator="ada")
    assert [file.path.name for file in report.files] == ["a.ann"]
    assert list(held(project).values()) == ["Ann Lee won."]


def test_files_that_differ_only_in_their_suffix_keep_it_in_their_ids(project, tmp_path):
    import_files(project, [put(tmp_path / "in", a_txt="One.", a_md="Two.", b_txt="Three.")])
    assert held(project) == {"a.md": "Two.", "a.txt": "One.", "b": "Three."}


def test_a_fault_in_one_file_of_a_folder_lets_the_others_in(project, tmp_path):
    folder = put(tmp_path / "in", a_pdf="%PDF-no", b_txt="Fine.", c_csv="x,y\n1,2\n")
    report = import_files(project, [folder])
    assert held(project) == {"b": "Fine."}
    assert [str(file.error).split(": ")[0] for file in report.failed] == [
        str(folder / "a.pdf"),
        str(folder / "c.csv"),
    ]


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may all")
def test_a_folder_that_may_not_be_read_is_told(project, tmp_path):
    folder = put(tmp_path / "in", a_txt="One.")
    folder.chmod(0)
    report = import_files(project, [folder])
    folder.chmod(stat.S_IRWXU)
    assert "in: Permission denied" in str(report.failed[0].error)


def test_a_link_that_leads_back_to_its_own_folder_is_not_followed(project, tmp_path):
    folder = put(tmp_path / "in", a_txt="One.")
    try:
        (folder / "loop").symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("this system makes no links")
    import_files(project, [folder])
    assert list(held(project)) == ["a"]


def linked(link: Path, target: Path) -> Path:
    try:
        link.symlink_to(target, target_is_directory=target.is_dir())
    except OSError:
        pytest.skip("this system makes no links")
    return link


def test_links_to_folders_are_not_followed_wherever_they_lead(project, tmp_path):
    put(tmp_path / "elsewhere", secret_txt="Secret.", deep__b_txt="Deep.")
    folder = put(tmp_path / "in", a_txt="One.", sub__b_txt="Two.")
    linked(folder / "out", tmp_path / "elsewhere")
    linked(folder / "again", folder / "sub")
    report = import_files(project, [folder])
    assert held(project) == {"a": "One.", "sub/b": "Two."}
    assert report.failed == ()


def test_a_link_to_a_file_counts_in_its_folder_and_is_told_outside_of_it(project, tmp_path):
    put(tmp_path / "elsewhere", secret_txt="Secret.")
    folder = put(tmp_path / "in", a_txt="One.", sub__b_txt="Two.")
    linked(folder / "c.txt", tmp_path / "elsewhere" / "secret.txt")
    linked(folder / "d.txt", folder / "sub" / "b.txt")
    linked(folder / "gone.txt", folder / "nowhere.txt")
    report = import_files(project, [folder])
    assert held(project) == {"a": "One.", "d": "Two."}
    (failed,) = report.failed
    assert str(failed.error) == (
        f"{folder / 'c.txt'}: this is a link to a file outside of the folder; "
        "import that file by its name"
    )
    import_files(project, [folder / "c.txt"])
    assert held(project)["c"] == "Secret."


def test_a_named_link_to_a_folder_is_that_folder(project, tmp_path):
    put(tmp_path / "in", a_txt="One.", sub__b_txt="Two.")
    report = import_files(project, [linked(tmp_path / "link", tmp_path / "in")])
    assert held(project) == {"a": "One.", "sub/b": "Two."}
    assert report.failed == ()


def test_a_folder_may_be_nested_deeper_than_calls_may_be(project, tmp_path, monkeypatch):
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    depth = sys.getrecursionlimit() + 100
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    Path("a.txt").write_text("Deep.", "utf-8")
    os.chdir(tmp_path)
    report = import_files(project, [Path("in")])
    assert [str(file.error) for file in report.failed] == []
    assert list(held(project).values()) == ["Deep."]
    # By calls that nest, as pytest clears up, it could not be deleted.
    inner = "in" + "/d" * depth
    os.unlink(f"{inner}/a.txt")  # noqa: PTH108  # a Path would be taken apart each time
    for level in range(depth, 0, -1):
        os.rmdir("in" + "/d" * level)  # noqa: PTH106


# What is no file


def refusal(project: Project, path: Path, **options: str) -> str:
    (file,) = import_files(project, [path], **options).files
    assert file.error is not None
    return str(file.error)


posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no such files")


@posix
@pytest.mark.parametrize("named", [True, False])
def test_a_pipe_is_refused_and_never_waited_for(project, tmp_path, named):
    (tmp_path / "in").mkdir()
    pipe = tmp_path / "in" / "a.txt"
    os.mkfifo(pipe)
    if named:
        assert refusal(project, pipe, format="text").startswith(f"{pipe}: this is a pipe")
    else:
        assert import_files(project, [tmp_path / "in"]).files == ()


@posix
def test_a_socket_is_refused(project, tmp_path, monkeypatch):
    import socket

    monkeypatch.chdir(tmp_path)  # its address may only be short
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("s.txt")
        assert "s.txt: this is a socket" in refusal(project, Path("s.txt"), format="text")


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_refused(project, tmp_path, device):
    if not Path(device).exists():
        pytest.skip("there is no such device here")
    words = f"{device}: this is a device and no file; save what it gives as a file"
    assert refusal(project, Path(device), format="text") == words
    link = linked(tmp_path / "a.txt", Path(device))
    assert "this is a device" in refusal(project, link)


@pytest.mark.skipif(not Path("/proc/version").is_file(), reason="this system has no /proc")
def test_a_file_that_the_system_makes_up_is_refused(project):
    assert "made by the system" in refusal(project, Path("/proc/version"), format="text")


@posix
def test_no_command_waits_for_a_pipe_that_is_named_as_a_file(tmp_path, capsys):
    from annotator.cli import main

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    project = tmp_path / "p.annotator"
    assert main(["new", str(project), "--scheme", str(pipe)]) == 1
    assert main(["new", str(project)]) == 0
    for command in (
        ["import", str(project), str(pipe), "--format", "native"],
        ["merge", str(project), str(pipe)],
        ["evaluate", str(pipe)],
        ["export", str(project), str(tmp_path / "o"), "--format", "instruct",
         "--option", f"question=@{pipe}"],
    ):  # fmt: skip
        assert main(command) in (1, 2), command
    told = capsys.readouterr().err.splitlines()
    assert all(line.startswith("annotator: ") and "bug" not in line for line in told)


def test_a_project_that_is_open_is_not_read_as_a_file(project, tmp_path):
    assert "it is a project that is open here" in refusal(project, project.path)


# Names


@pytest.mark.skipif(os.name != "posix", reason="names are bytes only there")
@pytest.mark.parametrize("name", [b"caf\xe9.txt", b"\xff\xfe.txt", b"a\xed\xa0\x80.txt"])
def test_a_name_that_is_no_text_gives_an_id_that_is(project, tmp_path, name):
    folder = tmp_path / "in"
    folder.mkdir()
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("One.", "utf-8")
    except OSError:
        pytest.skip("this system takes no such names")
    for paths in ([folder], [Path(os.fsdecode(os.fsencode(folder) + b"/" + name))]):
        report = import_files(project, paths)
        assert report.failed == ()
    (id_,) = held(project)
    id_.encode()
    assert id_.startswith(("caf\\xe9", "\\xff\\xfe", "a\\xed"))


# Sizes


def grown(path: Path, start: bytes, size: int) -> Path:
    """A file that begins like this and is very large, without taking any room."""
    with path.open("wb") as file:
        file.write(start)
        file.truncate(size)
    return path


@pytest.mark.parametrize(
    ("name", "start", "format_"),
    [
        ("a.txt", b"Ann won.\n", "text"),
        ("a.md", b"Ann won.\n", "markdown"),
        ("a.csv", b"text\n", "csv-articles"),
        ("a.jsonl", b'{"text": "', "jsonl-articles"),
        ("a.jsonl", b'{"format": "annotator/1"', "native"),
        ("a.jsonl", b'{"text": "", "spans": "', "prodigy"),
        ("a.json", b"[", "labelstudio"),
        ("a.conll", b"-DOCSTART- -X- O O\n\nAnn", "conll"),
        ("a.mbox", b"From ann\nSubject: x\n\n", "mbox"),
        ("a.eml", b"Subject: x\n\n", "eml"),
        ("a.html", b"<html>", "html"),
        ("a.xml", b"<TEI>", "tei"),
        ("a.warc", b"WARC/1.0\r\nX: ", "warc"),
        ("a.pdf", b"%PDF-1.4", "pdf"),
    ],
)
def test_a_file_of_100_gb_is_refused_without_being_read_to_its_end(
    project, tmp_path, name, start, format_
):
    path = grown(tmp_path / name, start, 100 << 30)
    words = refusal(project, path, format=format_)
    assert words.startswith(f"{path}: ")
    assert "bug" not in words


def test_a_small_web_archive_of_endless_headers_is_refused(project, tmp_path):
    import zlib

    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    data = packer.compress(b"WARC/1.0\r\nX: ") + packer.compress(b"a" * (64 << 20))
    path = tmp_path / "a.warc.gz"
    path.write_bytes(data + packer.flush())
    assert "longer than any; it is damaged" in refusal(project, path)


# What changes meanwhile


def test_a_file_that_changes_while_it_is_read_is_not_taken(project, tmp_path):
    path = tmp_path / "a.jsonl"
    lines = [json.dumps({"id": str(n), "text": f"Number {n}."}) + "\n" for n in range(50)]
    path.write_text("".join(lines), "utf-8")

    def write_more(done: int, _total: int | None, _words: str) -> None:
        if done:
            with path.open("a", encoding="utf-8") as file:
                file.write('{"id": "new", "text": "New."}\n')

    (file,) = import_files(project, [path], progress=write_more).files
    assert "it changed while it was read; nothing of it was taken" in str(file.error)
    assert held(project) == {}


def test_a_file_that_vanishes_before_its_turn_is_told(project, tmp_path):
    folder = put(tmp_path / "in", a_txt="One.", b_txt="Two.")

    def remove(_done: int, _total: int | None, words: str) -> None:
        if words == "a.txt":
            (folder / "b.txt").unlink(missing_ok=True)

    report = import_files(project, [folder], progress=remove)
    assert held(project) == {"a": "One."}
    assert str(report.failed[0].error).startswith(f"{folder / 'b.txt'}: ")


def test_an_empty_folder_gives_no_report(project, tmp_path):
    (tmp_path / "in").mkdir()
    assert import_files(project, [tmp_path / "in"]).files == ()


# Zip files


def zip_at(path: Path, parts: dict[str, bytes]) -> Path:
    path.write_bytes(zipped(parts))
    return path


def test_a_zip_file_is_read_like_a_folder(project, tmp_path):
    inner = zipped({"deep.txt": b"Deep."})
    path = zip_at(
        tmp_path / "in.zip",
        {
            "b.txt": "B ق 😀\r\n".encode(),
            "a/1.md": b"One.",
            "book.epub": epub(f"<p>{PARAGRAPHS[0]}</p>"),
            "more.zip": inner,
            ".hidden.txt": b"no",
            "__MACOSX/a/._1.md": b"no",
            "pic.png": b"\x89PNG",
        },
    )
    report = import_files(project, [path])
    assert held(project) == {
        "a/1": "One.", "b": "B ق 😀\n", "book-002": PARAGRAPHS[0], "deep": "Deep.",
    }  # fmt: skip
    assert report.failed == ()
    assert [str(file.path.relative_to(tmp_path)) for file in report.files] == [
        "in.zip/a/1.md", "in.zip/b.txt", "in.zip/book.epub", "in.zip/more.zip/deep.txt",
    ]  # fmt: skip


def test_a_zip_file_is_opened_two_deep_and_no_deeper(project, tmp_path):
    deepest = zipped({"x.txt": b"X."})
    path = zip_at(tmp_path / "in.zip", {"1.zip": zipped({"2.zip": deepest}), "a.txt": b"A."})
    report = import_files(project, [path])
    assert list(held(project)) == ["a"]
    assert "2.zip: a zip file in a zip file in a zip file is not opened" in str(
        report.failed[0].error
    )


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil.txt", "a/../../evil.txt", "..\\evil.txt"]
)
def test_a_zip_file_that_names_a_place_outside_is_not_opened(project, tmp_path, name):
    path = zip_at(tmp_path / "in.zip", {"a.txt": b"A.", name: b"evil"})
    (file,) = import_files(project, [path]).files
    assert "names a place outside of it" in str(file.error)
    assert held(project) == {}


def test_a_bomb_costs_itself_and_not_its_neighbours(project, tmp_path):
    path = zip_at(tmp_path / "in.zip", {"a.txt": b"A.", "bomb.txt": b" " * (64 << 20)})
    report = import_files(project, [path])
    assert list(held(project)) == ["a"]
    assert "bomb.txt: it unpacks to far more than a text does" in str(report.failed[0].error)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda data: data[:-30], "the zip file is damaged"),
        (lambda data: data[:40] + bytes(8) + data[48:], "the zip file is damaged here"),
        (lambda data: b"PK\3\4", "the zip file is damaged"),
    ],
)
def test_a_damaged_zip_file_is_told_in_one_sentence(project, tmp_path, spoil, why):
    path = tmp_path / "in.zip"
    path.write_bytes(spoil(zipped({"a.txt": b"A longer text. " * 20, "b.txt": b"B. " * 50})))
    report = import_files(project, [path])
    assert [why in str(file.error) for file in report.failed] == [True]


def test_a_locked_zip_member_is_told(project, tmp_path):
    path = tmp_path / "in.zip"
    data = bytearray(zipped({"a.txt": b"A."}))
    for mark, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(mark) + at] |= 1
    path.write_bytes(data)
    (file,) = import_files(project, [path]).files
    assert "a.txt: it is locked with a password" in str(file.error)


# Duplicates


def test_a_text_that_is_there_under_another_id_is_reported_and_not_added(project, tmp_path):
    folder = put(tmp_path / "in", a_txt="One text.", b_txt="One text.", c_txt="Another.")
    report = import_files(project, [folder])
    assert list(held(project)) == ["a", "c"]
    assert [(d.article, d.of) for file in report.files for d in file.duplicates] == [("b", "a")]
    rows = [{"id": "x", "text": "Another."}, {"id": "y", "text": "New."}]
    lines = tmp_path / "rows.jsonl"
    lines.write_text("\n".join(map(json.dumps, rows)))
    (file,) = import_files(project, [lines]).files
    assert (file.articles, file.duplicates) == (1, [("x", "c", 1)])


def test_a_report_that_was_changed_a_little_is_added_and_flagged(project, tmp_path):
    other = TEXT.replace("Freitag", "Samstag").replace("a year", "two years")
    put(tmp_path, one_txt=TEXT, two_txt=other, three_txt="Something else. " + PARAGRAPHS[1])
    report = import_files(project, [tmp_path / f"{n}.txt" for n in ("one", "two", "three")])
    ((near_duplicate,),) = [file.near_duplicates for file in report.files if file.near_duplicates]
    assert (near_duplicate.article, near_duplicate.of) == ("two", "one")
    assert near_duplicate.share == pytest.approx(
        resemblance(runs(words_of(TEXT)), runs(words_of(other)))
    )
    metas = {r.article.id: r.article.meta for r in project.records(bare=True)}
    assert metas == {"one": None, "two": {"near_duplicate_of": "one"}, "three": None}
    assert project.check() == []


def test_near_duplicates_within_one_file_are_found(project, tmp_path):
    rows = [{"id": n, "text": f"{TEXT} Fassung {n}.", "meta": {"n": n}} for n in range(3)]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    (file,) = import_files(project, [path]).files
    assert [t.article for t in file.near_duplicates] == ["1", "2"]
    metas = {r.article.id: r.article.meta for r in project.records(bare=True)}
    assert metas["2"]["n"] == 2
    assert metas["2"]["near_duplicate_of"] in ("0", "1")


def test_another_version_of_a_page_gets_an_id_of_its_own(project, tmp_path):
    address = "https://bote.example/x"
    (tmp_path / "1.warc.gz").write_bytes(warc((address, page(), "text/html")))
    later = page().replace(b"Freitag", b"Samstag")
    (tmp_path / "2.warc.gz").write_bytes(warc((address, later, "text/html")))
    paths = [tmp_path / "1.warc.gz", tmp_path / "2.warc.gz"]
    report = import_files(project, paths)
    assert report.failed == ()
    first, second = held(project)
    assert first == address
    assert second.startswith(address + "#")
    again = import_files(project, paths)
    assert held(project).keys() == {first, second}
    assert again.failed == ()


# Columns, progress, cancelling, isolation


def test_columns_are_chosen_for_all_files_or_for_each(project, tmp_path):
    put(tmp_path, a_csv="kicker,words\nK,One.\n", b_csv="words,lead\nno,Two.\n")
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    each = {paths[0]: Columns(text="words", title="kicker"), paths[1]: Columns(text="lead")}
    assert import_files(project, paths, columns=each).failed == ()
    assert sorted(held(project).values()) == ["One.", "Two."]
    report = import_files(project, paths, columns=Columns(text="lead"))
    assert [file.path.name for file in report.failed] == ["a.csv"]


def test_a_jsonl_with_unusual_keys_is_read_by_chosen_columns(project, tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"headline": "H", "lede": "One."}\n')
    assert import_files(project, [path]).failed
    assert import_files(project, [path], columns=Columns(text="lede")).failed == ()
    assert list(held(project).values()) == ["One."]


def test_progress_runs_through_folders_and_zip_files_to_the_end(project, tmp_path):
    folder = put(tmp_path / "in", **{f"a{n}_txt": f"Text {n}." * 50 for n in range(5)})
    zip_at(folder / "in.zip", {f"z{n}.txt": f"Zip {n}.".encode() for n in range(5)})
    steps: list[tuple[int, int | None, str]] = []
    import_files(project, [folder], progress=lambda *step: steps.append(step))
    assert len({step[2] for step in steps}) == 2 * 10  # reading and comparing each
    assert [step[0] for step in steps] == sorted(step[0] for step in steps)
    assert {step[1] for step in steps} == {sum(f.stat().st_size for f in folder.iterdir())}
    assert steps[-1][0] <= (steps[-1][1] or 0)


def test_cancelling_while_the_child_process_reads_leaves_nothing_of_that_file(project, tmp_path):
    put(tmp_path / "in", a_txt="First.", b_html=page().decode(), c_txt="Last.")
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 3  # before the first file, in it, before the second one, in it

    report = import_files(project, [tmp_path / "in"], cancelled=cancelled)
    assert report.cancelled
    assert list(held(project)) == ["a"]


def test_pages_and_documents_are_read_in_the_child_process(project, tmp_path):
    folder = put(tmp_path / "in", a_html=page(eol="\r\n").decode())
    (folder / "b.pdf").write_bytes(pdf((PARAGRAPHS[2].replace("\u0301", ""),), head=""))
    report = import_files(project, [folder])
    assert report.failed == ()
    assert held(project)["a"] == f"Brücke gesperrt\n\n{TEXT}"
    assert held(project)["b"].startswith("Critics doubted")


def test_a_zip_file_may_be_written_by_any_method(project, tmp_path):
    path = tmp_path / "in.zip"
    with zipfile.ZipFile(path, "w") as made:
        for number, method in enumerate((zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)):
            made.writestr(f"{number}.txt", f"Text {number}.", method)
    assert import_files(project, [path]).failed == ()
    assert len(held(project)) == 3


def test_the_older_article_that_is_most_alike_is_named_and_no_younger_one(project):
    near = TEXT.replace("Freitag", "Samstag")
    further = near.replace("a year", "two years").replace("the", "a")
    with project.importing() as target:
        for id_, text in (("far", further), ("near", near), ("it", TEXT), ("late", TEXT + " End.")):
            target.add(Record(Article(id_, text)))
        found = [
            None if near_duplicate is None else (near_duplicate.article, near_duplicate.of)
            for near_duplicate in target.near_duplicates()
        ]
    assert found == [None, ("near", "far"), ("it", "near"), ("late", "it")]
