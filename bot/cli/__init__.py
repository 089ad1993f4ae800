"""The `nida` command. Its help answers at once: what a verb needs is imported when the verb runs."""

import sys


def main() -> None:
    """Run the command of this process and leave with its exit status: 0 done, 1 could not, 2 wrong use or configuration."""
    from bot.cli.entry import run

    sys.exit(run(sys.argv[1:]))
