"""How a command ends that did not end well: one sentence on standard error, and the status a script can rely on."""

import sys
import traceback
from pathlib import Path

from bot.errors import NidaError

INTERRUPTED = 130
HERE = Path(__file__).resolve().parents[2]


def status_of(error: BaseException, *, debug: bool) -> int:
    """Say what went wrong and return the exit status for it."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    if debug and not isinstance(error, KeyboardInterrupt):
        _say("".join(traceback.format_exception(error)))
    match error:
        case KeyboardInterrupt():
            return INTERRUPTED
        case BrokenPipeError():
            return 1
        case NidaError():
            _say(str(error))
            return error.exit_status
        case BaseExceptionGroup():
            return max(status_of(part, debug=False) for part in error.exceptions)
        case _:
            _say(_unexpected(error))
            return 1


def _unexpected(error: BaseException) -> str:
    from bot.storage.sqlite import DAMAGED, is_damaged

    if is_damaged(error):
        return DAMAGED
    # The message of an error we did not foresee may hold what people wrote; its kind and place never do.
    return f"Something unexpected happened ({type(error).__name__} in {_place(error)}); run it again with --debug to see more."


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename and Path(frame.filename).is_relative_to(HERE)]
    if not ours:
        return "an unknown place"
    return f"{Path(ours[-1].filename).relative_to(HERE)}:{ours[-1].lineno}"


def _say(sentence: str) -> None:
    from bot.log import redact

    print(redact(sentence), file=sys.stderr)
