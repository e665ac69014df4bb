"""The child process: what goes wrong in it costs one file and is told in one sentence."""

import os
import signal
import sys
import time

import pytest

from annotator.core.errors import AnnotatorError
from annotator.services.sandbox import Sandbox


def double(text: str) -> list[str]:
    return [text, text]


def fail(words: str) -> None:
    raise AnnotatorError(words)


def break_down() -> None:
    raise KeyError("what")


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def grow() -> int:
    return len(bytearray(8 << 30))


def process() -> int:
    return os.getpid()


def deepen() -> None:
    deepen()


@pytest.fixture(scope="module")
def isolation():
    with Sandbox(lambda: None, seconds=20) as made:
        yield made


def test_a_result_comes_back_from_another_process(isolation):
    assert isolation.call(double, "ق 😀\ud800") == ["ق 😀\ud800"] * 2
    assert isolation.call(process) not in (os.getpid(), isolation.call(os.getppid))


def test_one_process_serves_many_calls(isolation):
    assert len({isolation.call(process) for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("function", "arguments", "words"),
    [
        (fail, ("it is locked",), "^it is locked$"),
        (break_down, (), "it is broken or not what it seems .KeyError: 'what'.$"),
        (deepen, (), "it is broken or not what it seems .RecursionError"),
    ],
)
def test_what_a_function_raises_comes_as_words_and_the_process_lives_on(
    isolation, function, arguments, words
):
    before = isolation.call(process)
    with pytest.raises(AnnotatorError, match=words):
        isolation.call(function, *arguments)
    assert isolation.call(process) == before


@pytest.mark.skipif(sys.platform == "win32", reason="has no signals")
def test_a_crash_is_told_and_the_next_call_gets_a_new_process(isolation):
    with pytest.raises(AnnotatorError, match="took the reader down"):
        isolation.call(crash)
    assert isolation.call(double, "a") == ["a", "a"]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit memory this way")
def test_a_call_that_takes_all_memory_is_stopped(isolation):
    with pytest.raises(AnnotatorError, match=r"not what it seems .MemoryError|reader down"):
        isolation.call(grow)


def test_a_call_that_takes_too_long_is_given_up():
    given_up = pytest.raises(AnnotatorError, match=r"takes longer than 0.2 seconds")
    with Sandbox(lambda: None, seconds=0.2) as isolation, given_up:
        isolation.call(sleep, 60)


def test_whoever_looks_in_may_end_a_call():
    class Enough(Exception):
        pass

    def look() -> None:
        raise Enough

    started = time.monotonic()
    with Sandbox(look) as isolation, pytest.raises(Enough):
        isolation.call(sleep, 60)
    assert time.monotonic() - started < 30
