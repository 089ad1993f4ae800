"""What a sender does with the ledger, without a Telegram to send to."""

from bot.clock import Clock
from bot.delivery.claimed import Claimed
from bot.delivery.flight import refused
from bot.delivery.ledger import Ledger
from bot.delivery.models import DeliveryState
from bot.delivery.settling import Settlement
from bot.storage.database import Database
from bot.storage.installation import ensure_key_matches
from tests.announcements.people import VAULT


async def send_all(database: Database, clock: Clock, ends: DeliveryState = DeliveryState.SENT) -> list[int]:
    """Everything that is owed now goes out and ends so; to whom, in order. What must not be sent after all is cancelled."""
    await ensure_key_matches(database, VAULT, clock)
    ledger = Ledger(database, clock)
    owner, sent = await ledger.begin(), []
    for each in await ledger.sending():
        claimed = (await ledger.exchange(owner, [], each.id, want=1_000)).claimed
        await ledger.exchange(owner, [_settled(row, ends) for row in claimed], None, want=0)
        sent += [row.supporter_id for row in claimed if row.refusal is None]
        await ledger.finish(each.id)
    return sorted(sent)


def _settled(row: Claimed, ends: DeliveryState) -> Settlement:
    return refused(row, row.refusal) if row.refusal else Settlement(row, ends, message_id=row.supporter_id, locale="en")
