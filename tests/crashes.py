"""Hooks of pytest: a process of the tests that crashes at its exit, after them, is a failure."""

import signal
from collections.abc import Iterator
from typing import Any

import pytest

_CRASHES = {-n for n in (signal.SIGABRT, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV)}
_WORKERS = pytest.StashKey[list[Any]]()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodeready(node: Any) -> None:
    """Remember a process of the tests, to see later how it ended."""
    node.config.stash.setdefault(_WORKERS, []).append(node.gateway)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """A process of the tests that crashes at its exit, after them, is a failure all the same."""
    result = yield
    ends = [(g.id, g._io.wait()) for g in session.config.stash.get(_WORKERS, [])]
    crashed = [(id_, code) for id_, code in ends if code in _CRASHES]
    if crashed:
        pytest.exit(f"a process of the tests crashed at its exit: {crashed}", returncode=1)
    return result
