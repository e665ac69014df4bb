"""Set up and run Annotator: python3 dev.py COMMAND [ARGUMENTS].

Commands: run, test, bench, check, release-check, lock, translations, pictures, golden, audit,
licences.

Only the standard library is used. The first call makes .venv from the hash-locked
requirements; later calls find it ready and start at once.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
RUNTIME_LOCK = ROOT / "requirements.lock"
DEV_LOCK = ROOT / "requirements-dev.lock"
EXTRA_LOCKS = ROOT / "requirements"
# Extras that the runtime lock holds, so that the window imports and exports them at once.
RUNTIME_EXTRAS = ("articles", "excel")
# Extras that are not installed unless they are asked for; each has a lock of its own.
EXTRAS = ("cluster", "endpoint", "gamma", "parquet", "spacy", "uima")
OLDEST_PYTHON = (3, 11)

# Debian and Ubuntu packages, each checked to be necessary by removing it.
QT_PACKAGES = (
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libgl1",
    "libglib2.0-0",
    "libxkbcommon0",
)
X11_PACKAGES = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-shape0",
    "libxkbcommon-x11-0",
)
WAYLAND_PACKAGES = ("libwayland-cursor0",)
# The fonts that come with the program have no emoji, and news has.
FONT_PACKAGES = ("fonts-noto-color-emoji",)
# The display of its own on which the tests' robot works; without it those tests are skipped.
ROBOT_PACKAGES = (*X11_PACKAGES, "openbox", "xvfb")
# Those that take minutes and look for faults instead of measuring speed.
LONG_BENCHES = ("examples", "faults", "fuzz", "growth", "mutants", "robot", "soak", "values")
# What `check` measures the coverage of, with the tests that concern it, and the least of it:
# lines and branches together, in per cent.
COVERED = ("core", "store", "formats")
LEAST_COVERAGE = 95
# What /dev/shm must have left if the tests are to put their files there.
MEMORY_FOR_TESTS = 2 << 30
QT_LIBRARIES = "libEGL libGL libX11 libxkbcommon libfontconfig libfreetype libdbus-1 libglib-2.0"


class SetupError(Exception):
    """What the person at the terminal has to know or do before we can go on."""


# System libraries


def has_display() -> bool:
    """Say whether a window can be shown, or a Qt platform was asked for by name."""
    if sys.platform != "linux":
        return True
    return any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def window_packages() -> tuple[str, ...]:
    """Name the packages for Qt, for emoji, and for the kind of display there is."""
    packages: tuple[str, ...] = QT_PACKAGES + FONT_PACKAGES
    if os.environ.get("DISPLAY"):
        packages += X11_PACKAGES
    if os.environ.get("WAYLAND_DISPLAY"):
        packages += WAYLAND_PACKAGES
    return packages


def is_debian_like() -> bool:
    """Say whether system packages are managed by dpkg and apt-get."""
    return sys.platform == "linux" and all(map(shutil.which, ("dpkg-query", "apt-get")))


def installed_packages(packages: tuple[str, ...]) -> set[str]:
    """Pick those of the packages that are installed, be it under their 64-bit-time name."""
    query = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\n"]
    names = [name + suffix for name in packages for suffix in ("", "t64")]
    answer = subprocess.run(query + names, capture_output=True, text=True, check=False)
    lines = (line.split() for line in answer.stdout.splitlines())
    return {words[0].removesuffix("t64") for words in lines if words[1:] == ["ii"]}


def missing_packages(packages: tuple[str, ...]) -> list[str]:
    """List what apt-get still has to install, python3-venv among it."""
    installed = installed_packages(packages) if packages else set()
    missing = [name for name in packages if name not in installed]
    return missing if can_make_venv() else [*missing, "python3-venv"]


def can_make_venv() -> bool:
    """Say whether this Python can make a virtual environment with pip in it."""
    importlib.invalidate_caches()
    specs = map(importlib.util.find_spec, ("venv", "ensurepip"))
    return all(spec is not None and spec.origin is not None for spec in specs)


def root_prefix() -> list[str] | None:
    """Give the words to put before a command to run it as root; None if we may not."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if shutil.which("sudo") and quiet([*sudo, "true"]).returncode == 0:
        return sudo
    return None


def install_packages(packages: list[str]) -> None:
    """Install system packages, or say which line does it."""
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    sudo = "" if os.geteuid() == 0 else "sudo "
    line = f"{sudo}apt-get update && {sudo}{' '.join(install)}"
    prefix = root_prefix()
    if prefix is None:
        raise SetupError(
            f"Some system packages are missing. Paste this line, then try again:\n{line}"
        )
    say(f"Installing system packages: {' '.join(packages)}")
    finish_earlier = ["dpkg", "--configure", "-a"]
    for command in (finish_earlier, ["apt-get", "update"], install):
        done = quiet([*prefix, "env", "DEBIAN_FRONTEND=noninteractive", *command])
        if done.returncode:
            raise SetupError(f"{done.stdout}\nSystem packages could not be installed by:\n{line}")


def ensure_system(packages: tuple[str, ...]) -> None:
    """Have the packages installed where apt-get does that; elsewhere trust the system."""
    if not is_debian_like():
        return
    stamp = VENV / ".packages"
    if stamp.is_file() and set(packages) <= set(stamp.read_text(encoding="utf-8").split()):
        return
    missing = missing_packages(packages)
    if missing:
        install_packages(missing)


def offer_packages(packages: tuple[str, ...]) -> None:
    """Install what only some tests need where apt-get may, or go on without it.

    What could not be installed is not tried again in this environment.
    """
    stamp = VENV / ".packages-tried"
    tried = set(stamp.read_text(encoding="utf-8").split()) if stamp.is_file() else set()
    if not is_debian_like() or set(packages) <= tried:
        return
    missing = sorted(set(packages) - installed_packages(packages))
    if missing and root_prefix() is not None:
        try:
            install_packages(missing)
        except SetupError as error:
            say(f"{error}\nThe tests go on without them, and skip what needs them.")
    stamp.write_text(" ".join(sorted(tried | set(packages))), encoding="utf-8")


# The virtual environment


def venv_path(kind: str) -> Path:
    """Give a directory of the virtual environment: its scripts or its purelib."""
    base = {"base": str(VENV), "platbase": str(VENV)}
    return Path(sysconfig.get_path(kind, "venv", base))


def venv_python() -> Path:
    """Give the interpreter of the virtual environment."""
    return venv_path("scripts") / ("python.exe" if os.name == "nt" else "python")


def fingerprint(lock: Path) -> str:
    """Tell an environment made from this lock, by this Python, in this place, from others."""
    made_by = f"{sys.version}\n{sys.base_prefix}\n{ROOT}\n"
    return hashlib.sha256(made_by.encode() + lock.read_bytes()).hexdigest()


def stamp_of(lock: Path) -> Path:
    """Name the file that is written when everything in the lock is installed."""
    return VENV / f".{lock.name}.sha256"


def is_installed(lock: Path) -> bool:
    """Say whether the environment holds what is in the lock."""
    stamp = stamp_of(lock)
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint(lock)


def ensure_venv(lock: Path) -> None:
    """Make or complete .venv; start afresh unless it only lacks the development part."""
    if is_installed(lock):
        return
    if not is_installed(RUNTIME_LOCK) or stamp_of(lock).exists():
        make_venv()
    for stamp in VENV.glob(".*.sha256"):
        stamp.unlink()
    install_lock(lock)
    link_source()
    check_qt()
    for done in {lock, RUNTIME_LOCK}:  # the development lock holds the other one
        stamp_of(done).write_text(fingerprint(done), encoding="utf-8")


def ensure_extras(extras: list[str]) -> None:
    """Install what these extras need, at locked versions, unless it was installed before."""
    for lock in (EXTRA_LOCKS / f"{extra}.lock" for extra in extras):
        if not is_installed(lock):
            install_lock(lock)
            stamp_of(lock).write_text(fingerprint(lock), encoding="utf-8")


def install_lock(lock: Path) -> None:
    """Install every package of a lock file, each checked against its hash."""
    name = lock.relative_to(ROOT)
    say(f"Installing the packages of {name} into .venv (once; this can take a minute)")
    # Twice quiet: errors only, and no warning of an extra whose name its package spells otherwise.
    pip = [str(venv_python()), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    options = ["--no-input", "--only-binary=:all:", "--require-hashes", "-r", str(lock)]
    if subprocess.run(pip + options, check=False).returncode:
        raise SetupError("The packages could not be installed. Is there a network? Then try again.")


def make_venv() -> None:
    """Make an empty virtual environment in place of what may be there."""
    if not can_make_venv():
        raise SetupError(
            "Python cannot make virtual environments. Try: apt-get install python3-venv"
        )
    if VENV.exists():
        shutil.rmtree(VENV)
    say("Making a virtual environment in .venv")
    python = getattr(sys, "_base_executable", sys.executable)
    subprocess.run([python, "-m", "venv", str(VENV)], check=True)


def link_source() -> None:
    """Make the environment import this source tree, and give it an annotator command."""
    (venv_path("purelib") / "annotator-source.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    if os.name == "nt":
        command, text = "annotator.cmd", '@"%~dp0python.exe" -m annotator %*\r\n'
    else:
        command, text = "annotator", f'#!/bin/sh\nexec "{venv_python()}" -m annotator "$@"\n'
    launcher = venv_path("scripts") / command
    launcher.write_text(text, encoding="utf-8", newline="")
    launcher.chmod(0o755)


def check_qt() -> None:
    """Import Qt once, so that missing system libraries are named before anything starts."""
    done = quiet([str(venv_python()), "-c", "import PySide6.QtWidgets"])
    if done.returncode:
        reason = done.stdout.strip().rpartition("\n")[2]
        raise SetupError(f"Qt does not start: {reason}\nIt needs the libraries {QT_LIBRARIES}.")


def prepare(lock: Path, packages: tuple[str, ...]) -> None:
    """Make everything ready for a command."""
    ensure_system(packages)
    ensure_venv(lock)
    stamp = VENV / ".packages"
    known = set(stamp.read_text(encoding="utf-8").split()) if stamp.is_file() else set()
    if not set(packages) <= known:
        stamp.write_text(" ".join(sorted(known | set(packages))), encoding="utf-8")


# Commands


def run(arguments: list[str]) -> int:
    """Open the example project, or pass the arguments to annotator.

    Each `--with EXTRA` before them first installs what that extra needs; see EXTRAS.
    """
    extras, arguments = split_extras(arguments)
    prepare(RUNTIME_LOCK, window_packages())
    ensure_extras(extras)
    if not arguments and not has_display():
        return leave_picture()
    return become([str(venv_python()), "-m", "annotator", *(arguments or ["example"])])


def split_extras(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Part the extras that leading `--with EXTRA` ask for from the program's own arguments."""
    extras, rest = [], list(arguments)
    while rest and rest[0].partition("=")[0] == "--with":
        option, equals, named = rest.pop(0).partition("=")
        if not equals:
            named = rest.pop(0) if rest else ""
        if named not in EXTRAS + RUNTIME_EXTRAS:
            raise SetupError(
                f"{option} takes one of {', '.join(EXTRAS)}, for example: --with spacy"
            )
        if named in EXTRAS:
            extras.append(named)
    return extras, rest


def leave_picture() -> int:
    """Draw the window into a file, for want of a display."""
    picture = ROOT / "annotator.png"
    command = [str(venv_python()), "-m", "annotator", "example", "--screenshot", str(picture)]
    done = quiet(command, {"QT_QPA_PLATFORM": "offscreen"})
    if done.returncode or not picture.is_file():
        say(done.stdout.strip() or "No picture of the window was made.")
        return done.returncode or 1
    say(
        f"There is no display, so a picture of the window was left at {picture.name};"
        " to see the window itself, use a desktop, or start it with QT_QPA_PLATFORM=vnc ./run"
        " and point a VNC viewer at port 5900 (no password)."
    )
    return 0


def test(arguments: list[str]) -> int:
    """Run the tests on every processor; `-n 0` keeps them in one process."""
    prepare(DEV_LOCK, QT_PACKAGES)
    offer_packages(ROBOT_PACKAGES)
    os.chdir(ROOT)
    os.environ.update(test_surroundings())
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        # The tests start hundreds of processes, and none is to compile everything again.
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "pycache"))
    spread = ["-n", "logical", "--dist", "worksteal"]
    return become([str(venv_python()), "-m", "pytest", *spread, *arguments])


def test_surroundings() -> dict[str, str]:
    """What to set for the tests: their passing files lie in memory where there is room.

    What is tested is that a killed program loses nothing, and not the disk: its fsync takes half
    of the time.
    """
    memory = Path("/dev/shm")
    if "PYTEST_DEBUG_TEMPROOT" in os.environ or not (os.name == "posix" and memory.is_dir()):
        return {}
    there = os.statvfs(memory)
    roomy = there.f_bavail * there.f_frsize >= MEMORY_FOR_TESTS
    if not roomy or there.f_flag & os.ST_NOEXEC or not os.access(memory, os.W_OK):
        return {}
    return {"PYTEST_DEBUG_TEMPROOT": str(memory)}


def bench(arguments: list[str]) -> int:
    """Measure speed against the budgets, or with one of LONG_BENCHES first, run that instead."""
    if arguments and arguments[0] in LONG_BENCHES:
        if arguments[0] == "robot":
            prepare(DEV_LOCK, QT_PACKAGES)
            offer_packages(ROBOT_PACKAGES)
        return run_module(f"tests.bench.{arguments[0]}", arguments[1:])
    return run_module("tests.bench", arguments)


def translations(arguments: list[str]) -> int:
    """Bring the texts of the window and their translations together."""
    return run_module("tests.words", arguments)


def pictures(arguments: list[str]) -> int:
    """Draw every screen of the window for the documentation."""
    return run_module("tests.pictures", arguments)


def golden(arguments: list[str]) -> int:
    """Write the golden files of the formats that are named, or of all."""
    return run_module("tests.golden_files", arguments)


def run_module(name: str, arguments: list[str]) -> int:
    """Run a module that needs the development part, and no display."""
    prepare(DEV_LOCK, QT_PACKAGES)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.chdir(ROOT)
    return become([str(venv_python()), "-m", name, *arguments])


def check(arguments: list[str]) -> int:
    """Run the linter, the formatter, the type checker, the import contracts, and coverage.

    It also lists what is not translated, which only `release-check` refuses.
    """
    if arguments:
        raise SetupError("check takes no arguments.")
    return _check("--check")


def release_check(arguments: list[str]) -> int:
    """Run `check`, and fail if a text of the window is not translated."""
    if arguments:
        raise SetupError("release-check takes no arguments.")
    return _check("--release")


def _check(translations_option: str) -> int:
    prepare(DEV_LOCK, QT_PACKAGES)
    scripts = venv_path("scripts")
    tools = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"], ["lint-imports"])
    failed = []
    for tool, *options in tools:
        say(f"== {' '.join([tool, *options])}")
        if subprocess.run([str(scripts / tool), *options], cwd=ROOT, check=False).returncode:
            failed.append(tool)
    say(f"== translations {translations_option}")
    command = [str(venv_python()), "-m", "tests.words", translations_option]
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        failed.append("translations")
    failed += coverage()
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


def coverage() -> list[str]:
    """Run the tests of the packages below the window; name those that are covered too little."""
    os.environ.update(test_surroundings())
    command = [str(venv_python()), "-m", "coverage"]
    tests = [f"tests/{name}" for name in COVERED]
    run = ["run", "-m", "pytest", "-q", "-n", "logical", "--dist", "worksteal", *tests]
    for options in (["erase"], run, ["combine", "--quiet"]):
        say(f"== coverage {' '.join(options)}")
        if subprocess.run([*command, *options], cwd=ROOT, check=False).returncode:
            return [f"coverage {options[0]}"]
    failed = []
    for name in COVERED:
        say(f"== coverage of annotator/{name}")
        report = ["report", f"--include=annotator/{name}/*", f"--fail-under={LEAST_COVERAGE}"]
        if subprocess.run([*command, *report], cwd=ROOT, check=False).returncode:
            failed.append(f"coverage of annotator/{name}")
    return failed


def audit(arguments: list[str]) -> int:
    """Ask PyPI's advisories about every locked package; 2 if they could not be asked."""
    if arguments:
        raise SetupError("audit takes no arguments.")
    prepare(DEV_LOCK, QT_PACKAGES)
    command = [str(venv_path("scripts") / "pip-audit"), "--disable-pip", "--require-hashes"]
    command += ["--progress-spinner", "off", "--format", "json", "-r", DEV_LOCK.name]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    try:
        packages = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        say(f"The advisories could not be asked: {done.stderr.strip().rpartition(chr(10))[2]}")
        return 2
    asked = [package for package in packages if "vulns" in package]
    for package in asked:
        for found in package["vulns"]:
            fixed = ", ".join(found["fix_versions"]) or "nothing yet"
            say(f"{package['name']} {package['version']}: {found['id']}; fixed in {fixed}")
    say(f"{len(asked)} of {len(packages)} locked packages were checked.")
    if len(asked) < len(packages):
        say("The service told nothing of the others: ask again where PyPI itself is reached.")
        return 2
    return 1 if any(package["vulns"] for package in asked) else 0


def licences(arguments: list[str]) -> int:
    """Write docs/licences.md from what the installed packages say of themselves."""
    if arguments:
        raise SetupError("licences takes no arguments.")
    prepare(DEV_LOCK, QT_PACKAGES)
    os.chdir(ROOT)
    return become([str(venv_python()), "-m", "tests.licences"])


def lock(arguments: list[str]) -> int:
    """Write both lock files again; --upgrade moves every package to its newest version."""
    prepare(DEV_LOCK, QT_PACKAGES)
    uv = [str(venv_path("scripts") / "uv"), "pip", "compile", "--quiet", "--universal"]
    uv += ["--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    uv += ["--no-emit-index-url", "--no-emit-find-links", *arguments, "pyproject.toml"]
    runtime = [word for extra in RUNTIME_EXTRAS for word in ("--extra", extra)]
    runtime += ["-o", RUNTIME_LOCK.name]
    dev = ["--extra", "dev", "-c", RUNTIME_LOCK.name, "-o", DEV_LOCK.name]
    versions = ["-c", RUNTIME_LOCK.name, "-c", DEV_LOCK.name]
    locks = {extra: EXTRA_LOCKS / f"{extra}.lock" for extra in EXTRAS}
    extras = [["--extra", name, *versions, "-o", str(lock)] for name, lock in locks.items()]
    EXTRA_LOCKS.mkdir(exist_ok=True)
    for output in (runtime, dev, *extras):
        done = subprocess.run(uv + output, cwd=ROOT, check=False).returncode
        if done:
            return done
    for lock in locks.values():
        leave_out(lock, RUNTIME_LOCK)
    return 0


def leave_out(lock: Path, installed: Path) -> None:
    """Drop from a lock file the entries that another one, always installed before, has too."""
    entries = [
        file.read_text(encoding="utf-8").replace("\\\n", "\0").splitlines()
        for file in (lock, installed)
    ]
    kept = [entry.replace("\0", "\\\n") for entry in entries[0] if entry not in entries[1]]
    lock.write_text("".join(f"{entry}\n" for entry in kept), encoding="utf-8", newline="\n")


# Processes


def say(text: str) -> None:
    """Tell the person at the terminal something, at once."""
    print(text, flush=True)


def quiet(
    command: list[str], more: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command and keep what it prints, errors included, in stdout."""
    return subprocess.run(
        command,
        env={**os.environ, **(more or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )


def become(command: list[str]) -> int:
    """Hand this process over to a command, so that its exit status is ours."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


COMMANDS = {
    "run": run,
    "test": test,
    "bench": bench,
    "check": check,
    "release-check": release_check,
    "lock": lock,
    "translations": translations,
    "pictures": pictures,
    "golden": golden,
    "audit": audit,
    "licences": licences,
}


def main(arguments: list[str]) -> int:
    """Do what the first argument says."""
    if sys.version_info < OLDEST_PYTHON:
        say(f"Annotator needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
        return 1
    if not arguments or arguments[0] not in COMMANDS:
        say(str(__doc__).strip())
        return 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except SetupError as problem:
        print(problem, file=sys.stderr)
    except (OSError, subprocess.SubprocessError) as problem:
        print(f"Setting up failed: {problem}", file=sys.stderr)
    except KeyboardInterrupt:
        print("Interrupted; the next run picks up from here.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
