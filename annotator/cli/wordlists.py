"""The command `lexicon`, which shows and changes a project's word lists."""

from argparse import Namespace

from annotator.cli import UsageError
from annotator.cli.output import CommandOutput, counted


def lexicon(args: Namespace) -> CommandOutput:
    from annotator.cli.commands import opened, opened_to_read
    from annotator.services.wordlists import change_list, listed

    if args.operation == "list":
        if args.words:
            raise UsageError("list takes no words; it shows the whole list")
        with opened_to_read(args.project) as project:
            words = listed(project, args.language, args.list)
        return CommandOutput(tuple(words), {"language": args.language, args.list: words})
    if not args.words:
        raise UsageError(f"{args.operation} needs words; a phrase is one word in quote marks")
    adding = args.operation == "add"
    with opened(args.project) as project:
        done = change_list(project, args.language, args.list, args.words, add=adding)
    verb = "added" if adding else "removed"
    line = f"{verb} {counted(len(done), 'word')} of {args.list} in {args.language}"
    lines = (f"{line}: {', '.join(done)}",) if done else (f"{line}; nothing changed",)
    return CommandOutput(lines, {"language": args.language, "list": args.list, verb: done})
