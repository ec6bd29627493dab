"""
The command line: the front door for people and scripts.

* Results go to stdout, diagnostics to stderr; with `--json` stdout is exactly one JSON document, an error
  included.
* Groups are imported when they are used, and what draws tables when something is drawn on a terminal.
* Exit codes are one table, in `exit_codes`.
"""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command line.

    Args:
        arguments: Without the program's name; None: this process's.

    Returns:
        The exit code.
    """
    import os  # noqa: PLC0415 -- the language is chosen before any text is read
    import sys  # noqa: PLC0415

    from supportledger.cli import language  # noqa: PLC0415

    given = list(sys.argv[1:] if arguments is None else arguments)
    language.use(language.preferred(given, os.environ))
    from supportledger.cli.app import run  # noqa: PLC0415

    return run(given)
