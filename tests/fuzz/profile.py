"""How often a fuzz test tries: a little in `make test`, a lot in `make reliability`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, settings

from tests.reliability.figures import note

MORE = "RELIABILITY_TRIES"  # so many times more


def tries(count: int) -> Callable[[Any], Any]:
    """So many examples, or many more; each is counted.

    The few are the same ones every time: who changes something else shall not stumble over them.
    """
    examples = max(10, int(count * float(os.environ.get(MORE, "0.2"))))
    made = settings(
        max_examples=examples,
        derandomize=MORE not in os.environ,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )

    def decorate(test: Any) -> Any:
        note("fuzzing", tried=0)
        return made(_counted(test))

    return decorate


def _counted(test: Any) -> Any:
    inner = test.hypothesis.inner_test

    def counting(*given: Any, **named: Any) -> Any:
        note("fuzzing", tried=1)
        return inner(*given, **named)

    test.hypothesis.inner_test = counting
    return test
