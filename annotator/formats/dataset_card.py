"""The dataset card that goes with an export for Hugging Face."""

from collections.abc import Mapping
from typing import Final

_FIELDS: Final = """\
## Fields

One row is one annotator's annotation of one article. Offsets are Unicode code points of `text`,
half-open: `text[start:end] == span["text"]`.

| field | meaning |
|---|---|
| `id`, `title`, `text`, `language`, `source`, `published`, `url` | the article |
| `meta` | further metadata of the article, as JSON |
| `annotator`, `status`, `updated`, `seconds`, `notes`, `flags` | the annotation as a whole |
| `entities` | label, canonical name, link, and the mentions with their kind |
| `quotes` | type, speakers (ids of entities), `spans` with the roles content, cue, source, \
addressee; `attributes` as JSON |

The texts belong to their publishers. State their licence and yours above before you publish this.
"""


def card(rows: Mapping[str, int], paths: Mapping[str, str] | None) -> str:
    """Return a README with the YAML that the hub reads.

    `rows` counts the rows of each part, "" for the whole; `paths` gives the Parquet file of each.
    """
    lines = ["---", "task_categories:", "- token-classification", "tags:", "- quotes", "- news"]
    if paths is not None:
        lines += ["configs:", "- config_name: default", "  data_files:"]
        for part, path in paths.items():
            lines += [f"  - split: {part}", f"    path: {path}"]
    lines += ["---", "", "# Annotated news articles", ""]
    lines += ["Entities and quotes, marked by people with Annotator.", ""]
    lines += [f"- {part or 'all'}: {count:,} annotations" for part, count in rows.items()]
    return "\n".join([*lines, "", _FIELDS])
