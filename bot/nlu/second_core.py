"""Part of the learning on a second core, in a process of its own.

The threads of one process share one interpreter, and the solver's random numbers.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

WORTH_IT = 1_000
"""Texts from which on a process costs less than it saves."""


def helper(texts: int) -> Executor:
    """Does what is submitted beside us, or at once where that cannot be or is not worth it.

    Results are the same either way. A forked process has all modules loaded already; elsewhere
    than on Linux forking is not safe once libraries have started threads.
    """
    if texts >= WORTH_IT and sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1:
        return ProcessPoolExecutor(1, get_context("fork"))
    return AtOnce()


class AtOnce(Executor):
    """An executor that does what is submitted before it returns."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do the work; what it raises is raised here."""
        done: Future[Any] = Future()
        done.set_result(work(*args, **kwargs))
        return done
