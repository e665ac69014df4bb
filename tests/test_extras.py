"""What a message says to install can be installed, and is never a package of somebody else."""

import os
import re
import shlex
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import dev
from annotator.extras import install_command

ROOT = Path(__file__).parents[1]
HINTED = ["articles", "cluster", "endpoint", "excel", "gamma", "parquet", "spacy", "uima"]
OUR_NAMES = re.compile(r"\bpip install\b[^\n`]*\bannotator\b")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment where the built wheel is installed, beside our packages."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    assert wheel.name.startswith("news_annotator-")
    venv.create(folder / "env", symlinks=os.name != "nt")
    python = folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    where = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = Path(subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip())
    shared = [path for path in sys.path if path.endswith("site-packages")]
    (own / "beside.pth").write_text("".join(f"{path}\n" for path in shared), "utf-8")
    install = [sys.executable, "-m", "uv", "pip", "install", "--python", python]
    install += ["--offline", "--no-deps", "--no-cache", wheel]
    subprocess.run(install, check=True, capture_output=True)
    return python


@pytest.fixture(scope="module")
def hints(installed: Path) -> dict[str, list[str]]:
    """What the installed program says to install, by extra."""
    ask = f"""
from annotator.extras import install_command
for extra in {HINTED!r}:
    print(install_command(extra))
"""
    done = subprocess.run(
        [installed, "-c", ask], capture_output=True, text=True, check=True, cwd=installed.parent
    )
    return dict(zip(HINTED, map(shlex.split, done.stdout.splitlines()), strict=True))


def looked_for(python: Path, wanted: list[str]) -> subprocess.CompletedProcess[str]:
    """What pip would do for the hint of an installed program, without doing it."""
    looking = {**os.environ, "PIP_DRY_RUN": "1", "PIP_NO_DEPS": "1", "PIP_RETRIES": "0"}
    return subprocess.run(
        [python, "-m", "pip", "install", *wanted],
        capture_output=True, text=True, check=False, cwd=python.parent, env=looking,
    )  # fmt: skip


@pytest.mark.parametrize("extra", HINTED)
def test_the_hint_of_an_installed_program_names_no_stranger(
    extra: str, installed: Path, hints: dict[str, list[str]]
) -> None:
    command = hints[extra]
    assert command[:4] == [str(installed), "-m", "pip", "install"]
    wanted = command[4:]
    assert wanted
    assert not [need for need in wanted if "annotator" in need]


def test_the_hints_of_an_installed_program_run(
    installed: Path, hints: dict[str, list[str]]
) -> None:
    """All that the packages of the tests can answer, together: each start of pip is a second."""
    wanted = [need for extra in HINTED if extra != "gamma" for need in hints[extra][4:]]
    done = looked_for(installed, wanted)
    assert done.returncode == 0, done.stderr
    assert "news-annotator" not in done.stdout


def test_the_hint_of_gamma_runs(installed: Path, hints: dict[str, list[str]]) -> None:
    done = looked_for(installed, hints["gamma"][4:])
    if done.returncode:
        pytest.skip("it is not among the packages of the tests, and no index can be asked")
    assert "news-annotator" not in done.stdout


def test_a_missing_package_is_answered_with_that_hint(
    installed: Path, hints: dict[str, list[str]], tmp_path: Path
) -> None:
    (tmp_path / "spacy.py").write_text("raise ImportError('not here')\n", "utf-8")
    line = [installed, "-m", "annotator", "evaluate", str(tmp_path / "none.jsonl")]
    done = subprocess.run(
        [*line, "--suggester", "spacy:any"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert shlex.join(hints["spacy"]) in done.stderr


@pytest.mark.parametrize("extra", HINTED)
def test_the_hint_of_a_checkout_is_its_own_run_with_an_extra_that_it_knows(extra: str) -> None:
    script, *options = shlex.split(install_command(extra))
    assert Path(script) == ROOT / "run"
    extras, rest = dev.split_extras([*options, "new", "--with", "p"])
    assert rest == ["new", "--with", "p"]
    assert all((ROOT / "requirements" / f"{name}.lock").is_file() for name in extras)
    assert extras == [extra] or extra in dev.RUNTIME_EXTRAS


def test_an_extra_that_nobody_knows_is_refused_with_the_known_ones() -> None:
    for options in (["--with", "spcay"], ["--with"], ["--with=x"]):
        with pytest.raises(dev.SetupError, match="spacy"):
            dev.split_extras(options)


def test_nothing_that_is_shipped_tells_anyone_to_install_the_other_annotator() -> None:
    shipped = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("annotator/**/*.py")]
    telling = [path for path in shipped if OUR_NAMES.search(path.read_text("utf-8"))]
    assert not telling
