"""Errors that end a command. Each carries one sentence that says what is wrong and how to mend it."""


class NidaError(Exception):
    """Something could not be done. The command line prints the sentence and exits with 1."""

    exit_status = 1


class Misuse(NidaError):
    """Wrong use or configuration, found before anything was started. The command line exits with 2."""

    exit_status = 2
