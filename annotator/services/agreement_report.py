"""Agreement reports as text, JSON, CSV and HTML."""

import csv
import html
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any, Final

from annotator.core.agreement.coefficients import NOT_TWICE, Figure
from annotator.core.agreement.report import Agreement, LayerReport, PairReport
from annotator.core.agreement.trends import LAYERS, Person, Week
from annotator.core.errors import AnnotatorError
from annotator.core.message import message, tr_later
from annotator.services.atomic_output import atomic_file

FIGURES: Final = {
    "exact": tr_later("F1 exact"),
    "overlap": tr_later("F1 overlapping"),
    "cohen": tr_later("Cohen's κ"),
    "fleiss": tr_later("Fleiss' κ"),
    "alpha": tr_later("Krippendorff's α"),
    "unitized": tr_later("α unitized"),
}
NOTES: Final = (
    tr_later(
        "F1 exact asks for the same span and label; of quotes for the same letters and digits of "
        "the content, apart from a leading “that”. F1 overlapping pairs what meets, one to one; "
        "of quotes it asks that they share half of their letters."
    ),
    tr_later(
        "κ and α on tokens compare with what chance would do. Most tokens belong to nothing, on "
        "which everybody agrees: read F1 first. κ punishes categories that are rare, and on "
        "things that were matched beforehand it may look perfect."
    ),
    tr_later(
        "α unitized is on characters and knows how far edges lie apart. Type and speaker are "
        "compared on quotes that two people have. In brackets: 95 % of {samples} draws of "
        "articles."
    ),
)


class ReportError(AnnotatorError):
    """A report that cannot be written; no file was changed."""


def as_lines(found: Agreement) -> list[str]:
    """Return the figures as lines of text, a block for each layer."""
    names = ", ".join(found.annotators)
    lines = [f"{names}; articles annotated by two or more: {found.articles:,}"]
    if not found.layers:
        lines.append(str(Figure(None, NOT_TWICE).words()))
    for name, layer in found.layers.items():
        lines.append(f"{name} ({layer.marked:,} marked)")
        for key, figure in figures_of(layer):
            lines.append(f"  {FIGURES[key]:<17} {figure.words()}")
    return lines


def as_data(found: Agreement) -> dict[str, Any]:
    """Return the figures for JSON; an undefined value is null, and `why` gives the reason."""
    return {
        "annotators": list(found.annotators),
        "articles": found.articles,
        "samples": found.samples,
        "layers": {name: _layer_data(layer) for name, layer in found.layers.items()},
        "weeks": [_week_data(week) for week in found.weeks],
        "people": [_person_data(person) for person in found.people],
    }


def _week_data(week: Week) -> dict[str, Any]:
    figures = {name: figure.value for name, figure in week.figures.items()}
    return {"week": week.start, "articles": week.articles, "overlap": figures}


def _person_data(person: Person) -> dict[str, Any]:
    return {
        "annotator": person.name,
        "articles": person.articles,
        "exact": {name: figure.value for name, figure in person.exact.items()},
        "overlap": {name: figure.value for name, figure in person.overlap.items()},
    }


def write_report(found: Agreement, out: Path) -> None:
    """Write the report as HTML or CSV, by the suffix of `out`; an existing file is replaced.

    Raises ReportError for another suffix, and OSError.
    """
    writers = {".html": as_html, ".htm": as_html, ".csv": as_csv}
    writer = writers.get(out.suffix.lower())
    if writer is None:
        raise ReportError(
            message("{1}: a report is written as .html or .csv; name one of these", out)
        )
    with atomic_file(out) as part:
        part.write_text(writer(found), encoding="utf-8", newline="")


def as_csv(found: Agreement) -> str:
    """Return CSV with one row for each figure, of all annotators together and of each pair."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(("layer", "annotators", "figure", "value", "low", "high", "undefined because"))
    for name, layer in found.layers.items():
        for key, figure in figures_of(layer):
            writer.writerow((name, "all", key, *_cells(figure)))
        for (left, right), pair in layer.pairs.items():
            for key, figure in _pair_figures(layer, pair):
                writer.writerow((name, f"{left} / {right}", key, *_cells(figure)))
    return out.getvalue()


def as_html(found: Agreement) -> str:
    """Return a self-contained page with figures, pairs, and which types are confused."""
    body = "".join(_layer_html(name, layer) for name, layer in found.layers.items())
    notes = "".join(f"<p>{html.escape(n.format(samples=found.samples))}</p>" for n in NOTES)
    names = html.escape(", ".join(found.annotators))
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Agreement</title>"
        f"<style>{_STYLE}</style></head><body><h1>Agreement</h1>"
        f"<p>{names} · articles annotated by two or more: {found.articles:,}</p>"
        f"{notes}{_people_html(found)}{body}{_weeks_html(found)}</body></html>\n"
    )


def _people_html(found: Agreement) -> str:
    """Return the table of each annotator against the others."""
    head = "".join(f"<th>{name}, {how}</th>" for how in ("exact", "overlapping") for name in LAYERS)
    rows = ""
    for person in found.people:
        figures = [side[name] for side in (person.exact, person.overlap) for name in LAYERS]
        cells = "".join(f"<td>{html.escape(str(figure.words()))}</td>" for figure in figures)
        name = html.escape(person.name)
        rows += f"<tr><th>{name}</th><td>{person.articles:,}</td>{cells}</tr>"
    return (
        "<h2>Annotators <small>F1 of each against the others</small></h2>"
        f"<table><tr><th></th><th>articles</th>{head}</tr>{rows}</table>"
    )


def _weeks_html(found: Agreement) -> str:
    """Return the table of F1 of overlapping spans by week of the last change of the articles."""
    head = "".join(f"<th>{name}</th><th></th>" for name in LAYERS)
    rows = ""
    for week in found.weeks:
        figures = [week.figures[name] for name in LAYERS]
        cells = "".join(
            f"<td>{_bar(f)}</td><td>{html.escape(str(f.words()))}</td>" for f in figures
        )
        rows += f"<tr><th>{week.start}</th><td>{week.articles:,}</td>{cells}</tr>"
    return (
        "<h2>By week <small>F1 overlapping</small></h2>"
        f"<table><tr><th></th><th>articles</th>{head}</tr>{rows}</table>"
        if rows
        else ""
    )


def _layer_html(name: str, layer: LayerReport) -> str:
    rows = "".join(
        f"<tr><th>{FIGURES[key]}</th><td>{_bar(figure)}</td>"
        f"<td>{html.escape(str(figure.words()))}</td></tr>"
        for key, figure in figures_of(layer)
    )
    return (
        f"<h2>{html.escape(name)} <small>{layer.marked:,} marked</small></h2>"
        f"<table>{rows}</table>{_pairs_html(layer)}{_confusion_html(layer)}"
    )


def _bar(figure: Figure) -> str:
    """Return the figure as a bar with its interval as a line on it."""
    if figure.value is None:
        return ""
    width = max(0.0, figure.value) * 100
    low, high = (
        max(0.0, bound) * 100 if bound is not None else width for bound in (figure.low, figure.high)
    )
    return (
        f"<div class='bar'><i style='width:{width:.1f}%'></i>"
        f"<b style='left:{low:.1f}%;width:{max(high - low, 0.3):.1f}%'></b></div>"
    )


def _pairs_html(layer: LayerReport) -> str:
    if not layer.pairs:
        return ""
    pairs = [(key, dict(_pair_figures(layer, pair))) for key, pair in layer.pairs.items()]
    keys = list(pairs[0][1])
    head = "".join(f"<th>{FIGURES[key]}</th>" for key in keys)
    rows = "".join(
        f"<tr><th>{html.escape(' / '.join(names))}</th>"
        + "".join(f"<td>{html.escape(str(figures[key].words()))}</td>" for key in keys)
        + "</tr>"
        for names, figures in pairs
    )
    return (
        "<details><summary>By pair</summary>"
        f"<table><tr><th></th>{head}</tr>{rows}</table></details>"
    )


def _confusion_html(layer: LayerReport) -> str:
    if not layer.confusion:
        return ""
    names = sorted({name for pair in layer.confusion for name in pair})
    head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
    rows = ""
    for one in names:
        cells = (layer.confusion.get((min(one, o), max(one, o)), 0) for o in names)
        inner = "".join(f"<td>{count:,}</td>" for count in cells)
        rows += f"<tr><th>{html.escape(one)}</th>{inner}</tr>"
    return (
        "<details><summary>Which are taken for which</summary>"
        f"<table><tr><th></th>{head}</tr>{rows}</table></details>"
    )


def figures_of(layer: LayerReport) -> Iterator[tuple[str, Figure]]:
    """Yield the figures that are defined for the layer, with their keys in `FIGURES`."""
    for key in FIGURES:
        figure = getattr(layer, key)
        if figure is not None:
            yield key, figure


def _pair_figures(layer: LayerReport, pair: PairReport) -> Iterator[tuple[str, Figure]]:
    if layer.exact is not None:
        yield "exact", pair.exact
    if layer.overlap is not None:
        yield "overlap", pair.overlap
    if layer.cohen is not None:
        yield "cohen", pair.kappa


def _layer_data(layer: LayerReport) -> dict[str, Any]:
    return {
        "items": layer.items,
        "marked": layer.marked,
        **{key: figure.row() for key, figure in figures_of(layer)},
        "pairs": [
            {
                "annotators": list(names),
                **pair.counts._asdict(),
                "figures": {key: f.row() for key, f in _pair_figures(layer, pair)},
            }
            for names, pair in layer.pairs.items()
        ],
        "confusion": [[*pair, count] for pair, count in layer.confusion.items()],
    }


def _cells(figure: Figure) -> tuple[Any, ...]:
    return figure.value, figure.low, figure.high, str(figure.why or "")


_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color: #1c1917; background: #fffefb; }
h2 { margin: 2rem 0 .3rem; } small { color: #6b6560; font-weight: 400; }
table { border-collapse: collapse; } th { text-align: left; font-weight: 500; }
th, td { padding: .2rem .9rem .2rem 0; font-variant-numeric: tabular-nums; }
.bar { position: relative; width: 16rem; height: .7rem; background: #e7e5e4; border-radius: 4px; }
.bar i, .bar b { position: absolute; top: 0; height: 100%; border-radius: 4px; }
.bar i { background: #8b85f5; } .bar b { top: 35%; height: 30%; background: #312e81; }
summary { color: #4f46e5; cursor: pointer; }
@media (prefers-color-scheme: dark) { body { color: #eceae6; background: #191a1d; }
  .bar { background: #34373c; } .bar b { background: #eceae6; } summary { color: #8b85f5; } }
"""
