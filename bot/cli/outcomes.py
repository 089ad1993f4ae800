"""What became of a broadcast, shown to a person or a script."""

from dataclasses import asdict

import typer

from bot.cli.screen import say, table
from bot.delivery.account import Broadcast
from bot.delivery.models import BroadcastState

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


def is_over(broadcast: Broadcast) -> bool:
    """Whether nothing more will happen to it by itself."""
    return broadcast.state in {BroadcastState.DONE, BroadcastState.HELD}


def show_account(broadcast: Broadcast) -> None:
    """Every outcome that occurred, adding up to those it was accepted for."""
    counts = asdict(broadcast.account)
    rows = [(meaning, counts[outcome]) for outcome, meaning in OUTCOMES.items() if counts[outcome] or outcome == "sent"]
    table(
        ("outcome", "#people"), [*rows, ("in all", broadcast.account.accepted)], title=f"{broadcast.subject}: {broadcast.state}"
    )
    if broadcast.account.repeated:
        say(f"Sent a second time, as the first answer was lost: {broadcast.account.repeated:,}; they may have it twice.")
    if broadcast.hold_reason:
        say(f"Held: {broadcast.hold_reason}")


def ensure_settled(broadcast: Broadcast) -> None:
    """Leave with 1 when somebody is still owed it."""
    if broadcast.account.pending or not is_over(broadcast):
        raise typer.Exit(1)
