"""What the reply to one send means. The only place that decides it; tests/delivery/test_outcome.py is the table.

Telegram has no idempotency key, so everything turns on one question: may the message have arrived? Error texts are not
looked at, they change; only the status and the parameters that are part of the interface.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

DEFAULT_RETRY_AFTER = 5.0
"""Seconds to hold when a 429 does not say how long, as one from something in between does not."""
REASON_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Answered:
    """A whole reply came. `body` is None when it was not a JSON object."""

    status: int
    body: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class NotSent:
    """The request certainly never left: name not found, connection refused, no TLS."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """The request may have arrived, but no whole reply came back."""

    reason: str


Seen = Answered | NotSent | Unclear


class Verdict(StrEnum):
    SENT = "sent"
    UNREACHABLE = "unreachable"  # blocked, deactivated: do not write again until they come back
    REJECTED = "rejected"  # what was sent is at fault, or this chat does not exist
    MOVED = "moved"  # the chat has another id now
    UNCERTAIN = "uncertain"  # it may have arrived
    NOT_SENT = "not_sent"  # it did not arrive, and nobody is at fault: later
    TOO_MANY = "too_many"  # the whole bot is asked to wait
    REVOKED = "revoked"  # the token is no longer good: nothing can be sent


REFUSED: Final = frozenset({Verdict.REJECTED, Verdict.MOVED})
"""Of an edit or a deletion: neither is of use again. Messages stay behind in the chat that moved."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`retry_after` in seconds; `reason` is for the operator and says nothing about a person."""

    verdict: Verdict
    message_id: int | None = None
    retry_after: float = 0.0
    moved_to: int | None = None
    reason: str | None = None


def judge(seen: Seen) -> Outcome:
    match seen:
        case NotSent(reason):
            return Outcome(Verdict.NOT_SENT, reason=reason[:REASON_LIMIT])
        case Unclear(reason):
            return Outcome(Verdict.UNCERTAIN, reason=reason[:REASON_LIMIT])
        case Answered(status, body):  # pragma: no branch - there is nothing else
            return _accepted(status, body) if 200 <= status < 300 else _refused(status, body or {})


def judge_edit(seen: Seen, *, may_be_so_already: bool) -> Outcome:
    """What the reply to an edit or a deletion means.

    Refused, when the message may already be as it should (the same text, or an attempt before this one that was never
    answered), it is: Telegram refuses an edit that changes nothing and the deletion of what is gone. Which of them it was
    only its text would tell, and there is nothing left to do in either case.
    """
    outcome = judge(seen)
    if outcome.verdict in REFUSED and may_be_so_already:
        return replace(outcome, verdict=Verdict.SENT)
    return outcome


def _accepted(status: int, body: Mapping[str, Any] | None) -> Outcome:
    if body is not None and body.get("ok") is True:
        result = body.get("result")
        message_id = result.get("message_id") if isinstance(result, Mapping) else None
        return Outcome(Verdict.SENT, message_id=message_id if isinstance(message_id, int) else None)
    code = body.get("error_code") if body is not None else None
    if body is not None and isinstance(code, int) and code >= 300:
        return _refused(code, body)
    return Outcome(Verdict.UNCERTAIN, reason=f"{status} without a readable answer")


def _refused(status: int, body: Mapping[str, Any]) -> Outcome:
    parameters = body.get("parameters")
    parameters = parameters if isinstance(parameters, Mapping) else {}
    reason = f"{status} {body.get('description', '')}".strip()[:REASON_LIMIT]
    match status:
        case 429:
            return Outcome(Verdict.TOO_MANY, retry_after=_seconds(parameters.get("retry_after")), reason=reason)
        case 401 | 404:  # 404: an address with this token in it is not known at all
            return Outcome(Verdict.REVOKED, reason=reason)
        case 403:
            return Outcome(Verdict.UNREACHABLE, reason=reason)
        case 400 if isinstance(new := parameters.get("migrate_to_chat_id"), int):
            return Outcome(Verdict.MOVED, moved_to=new, reason=reason)
        case _ if 400 <= status < 500:
            return Outcome(Verdict.REJECTED, reason=reason)
        case _:
            return Outcome(Verdict.UNCERTAIN, reason=reason)


def _seconds(given: object) -> float:
    if isinstance(given, int | float) and given > 0:
        return float(given)
    return DEFAULT_RETRY_AFTER
