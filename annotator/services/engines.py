"""Where partitions of a corpus are suggested for: in this process, in others, or on a cluster."""

import copy
import os
import pickle
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any, Final, Protocol

from annotator.core.errors import AnnotatorError
from annotator.core.message import verbatim
from annotator.services.child_processes import ProcessPool, process_pool
from annotator.services.partitions import Outcome, Partition, Target, suggest_partition
from annotator.suggest import Suggester
from annotator.suggest.base import library

_QUEUED: Final = 2
"""The number of partitions for each worker: the one it does, and the next."""
_BETWEEN_COUNTS_S: Final = 1.0
"""A cluster may grow or shrink, so its workers are counted again after so many seconds."""
_DASK_LOG: Final = "distributed.admin.low-level-log-length"
_LOGGED: Final = 8
_GO_ON: Final = "the same command goes on behind what is done"


class Pending(Protocol):
    """A submitted partition, as in `concurrent.futures`."""

    def add_done_callback(self, function: Callable[[Any], object], /) -> object:
        """Have the function called, in any thread, when it is done."""


class Workers(Protocol):
    """Processes, or this one, that run one suggester on partitions."""

    def capacity(self) -> int:
        """Return how many partitions should be submitted and not yet done at the moment.

        Raises AnnotatorError if there are no workers any more.
        """

    def submit(self, partition: Partition, annotator: str, target: Target) -> Pending:
        """Have `suggest_partition` called."""

    def result(self, pending: Any) -> Outcome:
        """Return what came of it.

        Raises what `suggest_partition` raises, and AnnotatorError if the worker has gone.
        """

    def abandon(self, pending: Sequence[Any]) -> None:
        """Stop these partitions as soon as possible: nobody waits for them."""


Engine = Callable[[Suggester], AbstractContextManager[Workers]]
"""Starts what runs the suggester until the end of the block."""


def on_this_machine(processes: int | None = None) -> Engine:
    """Return an engine with that many processes, by default one for each core."""
    count = processes or os.cpu_count() or 1

    @contextmanager
    def start(suggester: Suggester) -> Iterator[Workers]:
        if count == 1 or suggester.slow:
            yield _ThisProcess(suggester)
            return
        pool = process_pool(count)
        try:
            yield _Processes(pool, pickle.dumps(suggester), count)
        finally:
            pool.shutdown(cancel_futures=True)

    return start


class _ThisProcess(Workers):
    def __init__(self, suggester: Suggester) -> None:
        self._suggester = suggester

    def capacity(self) -> int:
        return 1

    def submit(self, partition: Partition, annotator: str, target: Target) -> Pending:
        done: Future[Outcome] = Future()
        done.set_result(suggest_partition(self._suggester, partition, annotator, target))
        return done

    def result(self, pending: Any) -> Outcome:
        outcome: Outcome = pending.result()
        return outcome

    def abandon(self, pending: Sequence[Any]) -> None:
        """Do nothing: what was submitted is done."""


class _Processes(Workers):
    def __init__(self, pool: ProcessPool, suggester: bytes, count: int) -> None:
        self._pool = pool
        self._suggester = suggester
        self._count = count

    def capacity(self) -> int:
        return _QUEUED * self._count

    def submit(self, partition: Partition, annotator: str, target: Target) -> Pending:
        try:
            return self._pool.submit(_by_pickled, self._suggester, partition, annotator, target)
        except BrokenExecutor as error:
            raise _process_has_gone() from error

    def result(self, pending: Any) -> Outcome:
        try:
            outcome: Outcome = pending.result()
        except BrokenExecutor as error:
            raise _process_has_gone() from error
        return outcome

    def abandon(self, pending: Sequence[Any]) -> None:
        if pending:
            self._pool.kill()


def _process_has_gone() -> AnnotatorError:
    return AnnotatorError(
        verbatim(f"a process that suggests was ended, perhaps for want of memory; {_GO_ON}")
    )


def _by_pickled(suggester: bytes, partition: Partition, annotator: str, target: Target) -> Outcome:
    return suggest_partition(_unpickled(suggester), partition, annotator, target)


@lru_cache(maxsize=1)  # a process works for one job, and models take seconds to load
def _unpickled(suggester: bytes) -> Suggester:
    made: Suggester = pickle.loads(suggester)
    return made


@contextmanager
def on_cluster(address: str | None = None) -> Iterator[Engine]:
    """Provide an engine on the Dask cluster at `address`, or on a new one on this machine.

    Raises SuggestError naming the extra if Dask is missing, and AnnotatorError if no scheduler
    answers at the address.
    """
    distributed = library("distributed", "cluster")
    with _cluster(distributed, address) as client:
        yield engine_of(client)


def engine_of(client: Any) -> Engine:
    """Return an engine on the cluster of a Dask client."""

    @contextmanager
    def start(suggester: Suggester) -> Iterator[Workers]:
        yield _Cluster(client, suggester)

    return start


@contextmanager
def _cluster(distributed: Any, address: str | None) -> Iterator[Any]:
    if address is not None:
        with _client(distributed, address) as client:
            yield client
        return
    # Dask keeps its last messages to each worker, with the articles in them.
    with library("dask", "cluster").config.set({_DASK_LOG: _LOGGED}):
        # Dask's dashboard uses any free port: its default one may be in use.
        made = distributed.Client(
            n_workers=os.cpu_count() or 1,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            set_as_default=False,
        )
    with made as client:
        yield client


def _client(distributed: Any, address: str) -> AbstractContextManager[Any]:
    try:
        made: AbstractContextManager[Any] = distributed.Client(
            address, set_as_default=False, timeout="10s"
        )
    except (OSError, ValueError) as error:
        raise AnnotatorError(
            verbatim(
                f"no Dask scheduler answers at {address}; start one there, or leave --cluster out"
            )
        ) from error
    return made


class _Cluster(Workers):
    def __init__(self, client: Any, suggester: Suggester) -> None:
        self._client = client
        # A task and no scattered data: workers that come later get it too, and if the one that
        # has it is lost, it is made again.
        self._suggester = client.submit(_PerThread, suggester, pure=False)
        self._threads = 1
        self._count_at = 0.0

    def capacity(self) -> int:
        now = time.monotonic()
        if now >= self._count_at:
            try:
                self._threads = sum(self._client.nthreads().values())
            except (OSError, CancelledError) as error:
                raise _cluster_has_gone() from error
            self._count_at = now + _BETWEEN_COUNTS_S
        return _QUEUED * max(1, self._threads)

    def submit(self, partition: Partition, annotator: str, target: Target) -> Pending:
        pending: Pending = self._client.submit(
            _by_thread, self._suggester, partition, annotator, target, pure=False
        )
        return pending

    def result(self, pending: Any) -> Outcome:
        from distributed import KilledWorker

        try:
            outcome: Outcome = pending.result()
        except KilledWorker as error:
            raise AnnotatorError(
                verbatim(
                    "the cluster lost every worker that tried one part of the articles, perhaps "
                    f"for want of memory; {_GO_ON}"
                )
            ) from error
        except CancelledError as error:
            raise _cluster_has_gone() from error
        return outcome

    def abandon(self, pending: Sequence[Any]) -> None:
        self._client.cancel(list(pending))


def _cluster_has_gone() -> AnnotatorError:
    return AnnotatorError(verbatim(f"the Dask cluster does not answer any more; {_GO_ON}"))


class _PerThread:
    """A suggester for each thread of a process, as one is used in one thread at a time."""

    def __init__(self, suggester: Suggester) -> None:
        self._suggester = suggester
        self._own = threading.local()

    def __reduce__(self) -> tuple[type["_PerThread"], tuple[Suggester]]:
        return _PerThread, (self._suggester,)

    def get(self) -> Suggester:
        """Return the one of this thread."""
        if not hasattr(self._own, "suggester"):
            self._own.suggester = copy.copy(self._suggester)
        made: Suggester = self._own.suggester
        return made


def _by_thread(
    suggester: _PerThread, partition: Partition, annotator: str, target: Target
) -> Outcome:
    return suggest_partition(suggester.get(), partition, annotator, target)
