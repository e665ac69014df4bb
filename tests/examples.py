"""How many examples hypothesis makes: few in the suite, many in `make bench ARGS=examples`.

They are the same in every run of the suite, whatever its order.
"""

import os

from hypothesis import HealthCheck, settings

MANY = "ANNOTATOR_EXAMPLES"
"""The variable that says how many times as many."""
_USUAL = 15


def examples(few: int) -> int:
    """So many in the suite, and as many times more as is asked for."""
    return few * int(os.environ.get(MANY, "1"))


def load() -> None:
    """Take these settings for every test of this process that has none of its own."""
    many = MANY in os.environ
    settings.register_profile(
        "annotator",
        deadline=None,
        database=None,
        derandomize=not many,
        max_examples=examples(_USUAL),
        print_blob=many,
        suppress_health_check=[HealthCheck.too_slow],  # how slow is the machine's affair
    )
    settings.load_profile("annotator")
