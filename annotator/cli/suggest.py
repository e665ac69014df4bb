"""The commands of suggestions: suggest, key, train, evaluate."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import asdict
from getpass import getpass
from typing import TYPE_CHECKING, Any, Final

from annotator.cli import DONE, UsageError
from annotator.cli.output import CommandOutput, counted, progress_bar, stop_requests

if TYPE_CHECKING:
    from annotator.core.message import Message
    from annotator.services.evaluation import Evaluation, Score
    from annotator.store import Project
    from annotator.suggest import Suggester

_SIGNALLED: Final = 128
"""The exit code of a command that a signal has stopped, less the number of the signal."""

_LONG_MINUTES: Final = 2


def suggest(args: Namespace) -> CommandOutput:
    from annotator.cli.commands import opened
    from annotator.services.suggesting import suggest_project

    if args.to is not None:
        return _suggest_files(args)
    if args.engine or args.cluster:
        raise UsageError("--engine and --cluster are for files; say with --to where to write")
    with opened(args.project) as project, progress_bar() as progress:
        errors: list[Message] = []
        suggester = _suggester(project, args, errors.append)
        report = suggest_project(project, suggester, args.name, progress=progress)
    lines = [
        *_fallback_lines(suggester, errors),
        f"suggested {counted(report.quotes, 'quote')} and {counted(report.mentions, 'mention')} "
        f"in {counted(report.articles, 'article')}, as {report.annotator}",
    ]
    if report.replaced:
        lines.append(f"in {report.replaced:,} of them instead of older suggestions")
    if report.skipped:
        lines.append(f"{counted(report.skipped, 'article')} had suggestions already")
    data = {"suggester": suggester.name, "version": suggester.version, **asdict(report)}
    lines += _unusable_lines(suggester, data)
    return CommandOutput(tuple(lines), _with_errors(data, errors))


def _fallback_lines(suggester: "Suggester", errors: "list[Message]") -> list[str]:
    """Return the messages that the rules replace a trained model.

    The model may fail only when it is used, so this is called after suggesting.
    """
    error = getattr(suggester, "trouble", None)
    if error and error not in errors:
        errors.append(error)
    return [f"{error}; the rules suggest instead" for error in errors]


def _with_errors(data: dict[str, Any], errors: "list[Message]") -> dict[str, Any]:
    return {**data, "trouble": "; ".join(map(str, errors))} if errors else data


def _suggest_files(args: Namespace) -> CommandOutput:
    from annotator.services.streaming import on_cluster, on_this_machine, suggest_files
    from annotator.services.suggesters import suggester_by_name

    if args.suggester == "endpoint":
        raise UsageError("--suggester endpoint works on projects; import the files into one")
    if args.cluster and args.engine != "dask":
        raise UsageError("--cluster goes with --engine dask")
    errors: list[Message] = []
    suggester = suggester_by_name(args.suggester or "rules", errors.append)
    where = on_cluster(args.cluster) if args.engine == "dask" else nullcontext(on_this_machine())
    with stop_requests() as stops, progress_bar() as progress, where as engine:
        report = suggest_files(
            [args.project],
            args.to,
            suggester,
            args.name,
            engine=engine,
            progress=progress,
            cancelled=lambda: bool(stops),
        )
    if report.trouble is not None:
        errors.append(report.trouble)
    lines = [
        *_fallback_lines(suggester, errors),
        f"suggested {counted(report.quotes, 'quote')} and {counted(report.mentions, 'mention')} "
        f"in {counted(report.articles, 'article')}, to {args.to}",
    ]
    if report.skipped:
        lines.append(f"{counted(report.skipped, 'article')} had been done before")
    if report.cancelled:
        lines.append(f"{args.to} is not finished; repeat the command to go on")
    lines += [f"passed over {path}: not a known format" for path in report.passed_over]
    row = {**asdict(report), "out": str(args.to), "passed_over": [*map(str, report.passed_over)]}
    del row["trouble"]
    data = {"suggester": suggester.name, "version": suggester.version, **row}
    code = _SIGNALLED + stops[0] if report.cancelled else DONE
    return CommandOutput(tuple(lines), _with_errors(data, errors), code)


_UNUSABLE: Final = {
    "dropped": "of the model's mentions, quotes and parts of quotes are not in the text: left out",
    "unreadable": "answers were not the JSON that was asked for: no suggestions there",
}


def _unusable_lines(suggester: "Suggester", data: dict[str, Any]) -> list[str]:
    """Return messages on unusable output of a model, and put the counts into `data`."""
    lines: list[str] = []
    for name, text in _UNUSABLE.items():
        if (count := getattr(suggester, name, None)) is not None:
            data[name] = count
            lines += [f"{count:,} {text}"] if count else []
    return lines


def _suggester(
    project: "Project", args: Namespace, on_error: "Callable[[Message], object]"
) -> "Suggester":
    """Return the requested suggester; call `on_error` for damaged models.

    Raises:
        SuggestError: The suggester cannot be used.
        UsageError: An argument of the endpoint is missing.
    """
    from annotator.services.suggesters import project_suggester

    if args.suggester != "endpoint":
        return project_suggester(project, args.suggester, on_error)
    return _endpoint(args, [label.name for label in project.scheme.labels])


def _endpoint(args: Namespace, labels: Sequence[str]) -> "Suggester":
    """Return the endpoint, with the settings of the window for missing arguments."""
    from annotator.services.suggester_config import chosen
    from annotator.services.suggesters import endpoint_suggester

    defaults = chosen()
    url, model = args.url or defaults.url, args.model or defaults.model
    if not (url and model):
        raise UsageError("--suggester endpoint needs --url and --model")
    if not args.send_texts:
        raise UsageError(
            f"every article's text would be sent to {url}; "
            "add --send-texts if that is what you want"
        )
    return endpoint_suggester(labels, url, model, seconds=defaults.seconds)


def key(args: Namespace) -> CommandOutput:
    from annotator.suggest.api_keys import keep_endpoint_key
    from annotator.suggest.endpoint import refuse_address

    if args.forget:
        keep_endpoint_key(args.url, None)
        return CommandOutput((f"forgot the key of {args.url}",), {"url": args.url, "kept": False})
    refuse_address(args.url, with_key=True)
    entered = getpass(f"Key for {args.url}: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not entered.strip():
        raise UsageError("no key was given; type it, or send it in as one line")
    keep_endpoint_key(args.url, entered.strip())
    line = f"keeps the key of {args.url} in the keyring of this system"
    return CommandOutput((line,), {"url": args.url, "kept": True})


def train(args: Namespace) -> CommandOutput:
    from annotator.cli.commands import opened
    from annotator.services.background_training import LETTERS
    from annotator.services.training import expected_cost, train_project

    letters = LETTERS if args.quick else None
    with opened(args.project) as project, progress_bar() as progress:
        cost = expected_cost(project, letters)
        if cost.minutes > _LONG_MINUTES:
            print(
                f"annotator: learning from all {cost.articles:,} done articles takes about "
                f"{cost.minutes:,.0f} minutes of processor time and {cost.memory / 1e9:.1f} GB; "
                "--quick learns from a part of them in a minute",
                file=sys.stderr,
            )
        report = train_project(project, letters=letters, progress=progress)
    used = (
        f"the project uses the new model for {' and '.join(report.parts)} from now on"
        if report.used
        else "the new model is no better, so nothing changes; do more articles and train again"
    )
    part = f" of {report.done:,}" if report.done > report.articles else ""
    lines = (
        f"trained on {report.articles:,}{part} done articles, "
        f"compared on {report.held_back} that were held back",
        f"{'':<10}{'F before':>10}{'F after':>10}",
        f"{'quotes':<10}{report.quotes_before:>10.3f}{report.quotes_after:>10.3f}",
        f"{'mentions':<10}{report.names_before:>10.3f}{report.names_after:>10.3f}",
        used,
    )
    return CommandOutput(lines, {**asdict(report), "used": report.used})


def evaluate(args: Namespace) -> CommandOutput:
    from annotator.core.errors import AnnotatorError
    from annotator.services.evaluation import evaluate as measure
    from annotator.services.evaluation import labels_of, read_gold
    from annotator.services.suggesters import suggester_by_name

    uses_endpoint = args.suggester == "endpoint"
    errors: list[Message] = []
    made = None if uses_endpoint else suggester_by_name(args.suggester, errors.append)
    records = read_gold(args.gold)
    if not any(record.annotation is not None for record in records):
        raise AnnotatorError(f"{args.gold}: no article is annotated; export some gold first")
    suggester = made or _endpoint(args, sorted(labels_of(records)))
    with progress_bar() as progress:
        figures = measure(records, suggester, progress=progress)
    data = figures.as_row()
    lines = (
        *_fallback_lines(suggester, errors),
        *_table(figures),
        *_unusable_lines(suggester, data),
    )
    return CommandOutput(lines, _with_errors(data, errors))


def _table(figures: "Evaluation") -> list[str]:
    speed = figures.articles / figures.seconds if figures.seconds else 0.0
    lines = [
        f"{counted(figures.articles, 'article')} in {figures.seconds:.1f} s, {speed:,.0f} a second",
        f"{'':<18}{'P':>7}{'R':>7}{'F':>7}{'gold':>8}{'offered':>9}",
    ]
    lines += [_line(f"quotes: {name}", score) for name, score in figures.quotes.items()]
    lines += [_line("quotes: exact", figures.exact), _line("mentions", figures.entities)]
    for part in ("cue", "source", "speaker"):
        share = figures.share(part)
        text = "nothing to compare" if share is None else f"{share:.1%} of the quotes found"
        lines.append(f"right {part:<12}{text}")
    return lines


def _line(name: str, score: "Score") -> str:
    shares = "".join(f"{share:>7.3f}" for share in (score.precision, score.recall, score.f))
    return f"{name:<18}{shares}{score.gold:>8,}{score.suggested:>9,}"
