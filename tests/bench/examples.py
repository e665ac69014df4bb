"""Every property of the suite with many more examples, other ones at each run.

    make bench ARGS="examples --times 70"

What else is given goes to pytest: files, or `-k` with words of a name. What fails is printed with
the line that makes it fail again.
"""

import argparse
import os
import sys

import pytest

from tests.examples import MANY


class _OnlyProperties:
    """Leaves out what does not become more by more examples."""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = [
            item for item in items if any(map(item.get_closest_marker, ("hypothesis", "examples")))
        ]


def main() -> int:
    """Run them; the exit code of pytest."""
    parser = argparse.ArgumentParser(prog="make bench ARGS=examples", description=__doc__)
    parser.add_argument("--times", type=int, default=70, help="as many examples as in the suite")
    values, rest = parser.parse_known_args()
    os.environ[MANY] = str(values.times)
    # Hypothesis is imported before pytest could rewrite its plugin, which has no assertions.
    usual = ["-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    return int(pytest.main([*usual, *rest], plugins=[_OnlyProperties()]))


if __name__ == "__main__":
    sys.exit(main())
