"""Marks for messages that stand in a table and are said later. They change nothing; extraction looks for them.

Their names are the ones every user of gettext knows, hence not in small letters.
"""


def N_(message: str) -> str:  # noqa: N802
    """A message said with say() somewhere else."""
    return message


def N_label(message: str) -> str:  # noqa: N802
    """A message that becomes a button."""
    return message


def N_notice(message: str) -> str:  # noqa: N802
    """A message that answers a tapped button."""
    return message


def N_description(message: str, limit: int = 256) -> str:  # noqa: N802
    """A line of the command menu, or of the bot's profile with the `limit` it has there."""
    return message


def NC_(context: str, message: str) -> str:  # noqa: N802
    """A message that means something else elsewhere, told apart by its context."""
    return message
