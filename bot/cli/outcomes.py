"""What became of a broadcast, shown to a person or a script."""

from dataclasses import asdict
from datetime import datetime

import typer

from bot.cli.screen import say, table
from bot.delivery.account import Broadcast
from bot.delivery.models import BroadcastState, Task

OUTCOMES = {
    "sent": "sent",
    "unreachable": "unreachable: blocked us, or the account is gone",
    "rejected": "rejected by Telegram",
    "cancelled": "cancelled: stopped, paused or erased before it was sent",
    "uncertain": "uncertain: no answer came back, they may have it or not",
    "pending": "still to be sent",
}


def as_json(broadcast: Broadcast) -> dict[str, object]:
    account = broadcast.account
    counts = {**asdict(account), "accepted": account.accepted, "settled": account.settled}
    return {**asdict(broadcast), "account": counts}


def is_held(broadcast: Broadcast) -> bool:
    return broadcast.state is BroadcastState.HELD


def is_moving(broadcast: Broadcast) -> bool:
    """Whether something of it is being sent now, rather than held or waiting for its time."""
    waits = broadcast.account.pending > 0 and broadcast.account.pending == broadcast.account.deferred
    return broadcast.state in {BroadcastState.PREPARING, BroadcastState.SENDING} and not waits


def show_account(broadcast: Broadcast) -> None:
    """Every outcome that occurred, adding up to those it was accepted for."""
    counts = asdict(broadcast.account)
    rows = [(meaning, counts[outcome]) for outcome, meaning in OUTCOMES.items() if counts[outcome] or outcome == "sent"]
    table(
        ("outcome", "#people"), [*rows, ("in all", broadcast.account.accepted)], title=f"{broadcast.subject}: {broadcast.state}"
    )
    _show_versions(broadcast)
    if broadcast.account.deferred:
        say(f"Of those still to be sent, {broadcast.account.deferred:,} wait until {_moment(broadcast.due_at)} or later.")
    if broadcast.state is BroadcastState.SCHEDULED and broadcast.starts_at:
        say(f"It begins at {_moment(broadcast.starts_at)}.")
    if broadcast.finished_at is None:
        _show_hours(broadcast)
    if broadcast.urgent_reason:
        say(f"Urgent: {broadcast.urgent_reason}")
    if broadcast.account.repeated and broadcast.task in {Task.SEND, Task.GATHER}:
        say(f"Sent a second time, as the first answer was lost: {broadcast.account.repeated:,}; they may have it twice.")
    if broadcast.hold_reason:
        say(f"Held: {broadcast.hold_reason}" if is_held(broadcast) else broadcast.hold_reason)


def _show_hours(broadcast: Broadcast) -> None:
    """As staff asked for them."""
    if broadcast.at_local:
        say(f"Each reader gets it at {broadcast.at_local:%Y-%m-%d %H:%M} of their own clock, or later.")
    if broadcast.window:
        say(f"Nobody gets it outside {broadcast.window} of their own clock.")
    if broadcast.gathered_until and broadcast.due_at and broadcast.due_at <= broadcast.gathered_until:
        say("What is said of its case within minutes comes together.")


def _show_versions(broadcast: Broadcast) -> None:
    """Who has which, once there is more than one."""
    if broadcast.version > 1 and broadcast.task is Task.SEND:
        say("They have: " + ", ".join(f"version {version}: {count:,}" for version, count in broadcast.versions.items()) + ".")
    for amendment in broadcast.amendments:
        say(f"See also: nida deliveries show {amendment}")


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "an unknown time"


def ensure_settled(broadcast: Broadcast) -> None:
    """Leave with 1 when it is held, somebody is owed it now, or Telegram refused it for everybody."""
    account = broadcast.account
    refused = account.rejected > 0 and account.rejected == account.accepted
    owed = account.pending > account.deferred and broadcast.state is not BroadcastState.SCHEDULED
    if is_held(broadcast) or owed or refused:
        raise typer.Exit(1)
