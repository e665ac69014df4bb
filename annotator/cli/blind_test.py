"""The command `blind`, which sets the blind test of suggestions."""

from argparse import Namespace

from annotator.cli.commands import opened
from annotator.cli.output import CommandOutput


def blind(args: Namespace) -> CommandOutput:
    from annotator.services.blind_test import blind_test, set_blind_share

    with opened(args.project) as project:
        if args.share is None:
            test = blind_test(project)
        else:
            test = set_blind_share(project, args.share / 100)
    if not test.share:
        message = "suggestions are held back in no article"
    else:
        share = f"{100 * test.share:.4g} %"
        message = f"suggestions are held back in {share} of each annotator's articles"
    return CommandOutput((message,), {"share": round(100 * test.share, 4)})
