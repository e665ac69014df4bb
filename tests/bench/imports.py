"""Importing articles: saved pages from a folder, and looking for near duplicates among many."""

import json
import random
import time
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from annotator.services.importing import import_files
from annotator.services.presets import find_scheme
from annotator.store import Project
from tests.bench.samples import article_text

PAGES = 1_000
ARTICLES = 3_000
_VOCABULARY = 20_000
_PAGE = """<!DOCTYPE html><html lang="en"><head><title>{title}</title>
<meta property="article:published_time" content="2024-05-01"></head><body>
<nav>{links}</nav><article><h1>{title}</h1>{body}</article><footer>{links}</footer></body></html>"""


def pages_per_second(home: Path, runs: int) -> Iterator[float]:
    """The whole way of 1,000 pages of 3 KB of prose, from the folder into a new project."""
    folder = home / "pages"
    folder.mkdir()
    links = "".join(f'<a href="/{n}">Section {n}</a> ' for n in range(60))
    for number in range(PAGES):
        body = "".join(f"<p>{p}</p>" for p in article_text(3_000, seed=number).split("\n\n"))
        page = _PAGE.format(title=f"Report {number}", links=links, body=body)
        (folder / f"{number:04}.html").write_text(page, encoding="utf-8")
    for run in range(runs):
        yield PAGES / _import_seconds(home / f"pages-{run}.annotator", folder)


def rows_per_second(home: Path, runs: int) -> Iterator[float]:
    """3,000 articles of 500 words from one JSONL, each compared with all before it."""
    path = home / "rows.jsonl"
    chance = random.Random(1)
    words = ["".join(chance.choices("aeioulnrstdmpk", k=2 + n % 9)) for n in range(_VOCABULARY)]
    often = list(accumulate(1 / (rank + 3) for rank in range(_VOCABULARY)))  # Zipf's law
    with path.open("w", encoding="utf-8") as lines:
        for number in range(ARTICLES):
            text = " ".join(chance.choices(words, cum_weights=often, k=500))
            lines.write(json.dumps({"id": number, "text": text}) + "\n")
    for run in range(runs):
        yield ARTICLES / _import_seconds(home / f"rows-{run}.annotator", path)


def _import_seconds(project: Path, source: Path) -> float:
    with Project.create(project, find_scheme("news")) as made:
        start = time.perf_counter()
        report = import_files(made, [source])
        seconds = time.perf_counter() - start
    assert not report.failed
    return seconds
