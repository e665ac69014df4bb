"""`python -m tests.bench.projects COUNT FILE`: a project of so many Zipf articles, made once.

Beyond 20,000 articles the same ones come again as other editions, with another id, title and last
sentence. All articles of the first edition are annotated, and one in three of the others, as in a
project that is worked on.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from annotator.core.record import Record
from annotator.services.presets import find_scheme
from annotator.store import Project
from tests.bench.zipf import records

EDITION: Final = 20_000


def project_of(path: Path, count: int) -> Path:
    """The project at `path`, which is made if it is not there."""
    if not path.exists():
        unfinished = path.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with (
            Project.create(unfinished, find_scheme("news")) as project,
            project.importing() as target,
        ):
            for record in _editions(count):
                target.add(record)
        unfinished.rename(path)
    return path


def _editions(count: int) -> Iterator[Record]:
    first = list(records(min(count, EDITION)))
    yield from first
    for number in range(len(first), count):
        edition, place = divmod(number, EDITION)
        record = first[place]
        article = record.article._replace(
            id=f"n{number}",
            title=f"{record.article.title}, edition {edition}",
            text=f"{record.article.text}\n\nEdition {edition} of {place}.",
        )
        annotated = number % 3 == 0
        yield Record(article, record.annotator, record.annotation) if annotated else Record(article)


def main() -> None:
    """Make the project."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.projects", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("file", type=Path)
    chosen = parser.parse_args()
    project_of(chosen.file, chosen.count)


if __name__ == "__main__":
    main()
