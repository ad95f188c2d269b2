"""The command line: `python -m mnist_core data | train | runs | evaluate | classify | export | import | benchmark`.

Results go to standard output, words and progress to standard error; with `--json` the
output is one JSON value.  The exit code is 0 for success, 2 for bad input (as argparse
has it), 130 when interrupted, and 1 where something unexpected went wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape

from mnist_core.cli import ask, benchmark, data, files, runs, train
from mnist_core.cli.output import words
from mnist_core.cli.parser import parser_of
from mnist_core.errors import DigitLabError

BAD_INPUT = 2
DESCRIPTION = (__doc__ or "").split("\n\n")[0]
SUBJECTS = (data.add_to, train.add_to, runs.add_to, ask.add_to, files.add_to, benchmark.add_to)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    options = parser_of(DESCRIPTION, *SUBJECTS).parse_args(arguments)
    try:
        options.command(options)
    except DigitLabError as error:
        words.print(f"[red]error:[/red] {escape(str(error))}", highlight=False, soft_wrap=True)
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130
    return 0
