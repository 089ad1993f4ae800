"""One row of every kind, with its parents and children."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import CaseRow, CaseStatus, CaseUpdateRow, Certainty
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.events.models import CalendarRow, EventChangeRow, EventKind, EventRow, EventStatus, ReminderRow
from bot.language import Translated, Translation
from bot.storage.models import InstallationRow
from bot.supporters.answers import Answer
from bot.supporters.kinds import Kind
from bot.supporters.models import AttendanceRow, FollowingRow, SupporterRow
from bot.telegram.models import ConversationRow, InboundUpdateRow, ReceiverRow
from tests.clocks import START

SUPPORTER = 4_611_686_018_427_387_903
TEXT = Translated({"en": Translation("Hearing moved", "editor", START), "ur": Translation("سماعت ملتوی", "editor", START, "of")})


async def add_one_of_each(session: AsyncSession) -> int:
    """Returns the id of the delivery."""
    case = CaseRow(slug="north-gate-five", status=CaseStatus.OPEN, title=TEXT, summary=TEXT)
    broadcast = BroadcastRow(subject="update:bail", state=BroadcastState.SENDING, content={}, audience={}, created_at=START)
    session.add_all([case, broadcast, InstallationRow(key_check=b"sealed", created_at=START)])
    session.add(SupporterRow(id=SUPPORTER, tag=b"tag", telegram_id=b"sealed", locale="ur", created_at=START))
    session.add(InboundUpdateRow(update_id=1, body=b"sealed", received_at=START))
    session.add(ReceiverRow(beat_at=START))
    session.add(ConversationRow(tag=b"tag", touched_at=START))
    await session.flush()
    delivery = DeliveryRow(broadcast_id=broadcast.id, supporter_id=SUPPORTER, place=1)
    session.add(delivery)
    session.add(FollowingRow(supporter_id=SUPPORTER, case_id=case.id, since=START))
    session.add(
        CaseUpdateRow(
            case_id=case.id,
            slug="bail",
            kind=Kind.RULING,
            at=START,
            certainty=Certainty.CONFIRMED,
            headline=TEXT,
            body=TEXT,
        )
    )
    await _add_event(session, case.id)
    await session.flush()
    return delivery.id


async def _add_event(session: AsyncSession, case_id: int) -> None:
    listed = EventStatus.LISTED
    given = {"title": TEXT, "timezone": "Europe/London", "created_at": START, "changed_at": START}
    event = EventRow(slug="appeal", kind=EventKind.HEARING, case_id=case_id, status=listed, **given)
    session.add(event)
    await session.flush()
    session.add(
        EventChangeRow(
            event_id=event.id, sequence=1, at=START, by="Amal", status=listed, status_before=listed, timezone_before="UTC"
        )
    )
    session.add(ReminderRow(event_id=event.id, minutes=60, due_at=START))
    session.add(AttendanceRow(supporter_id=SUPPORTER, event_id=event.id, answer=Answer.COMING, since=START))
    session.add(CalendarRow(supporter_id=SUPPORTER, tag=b"tag", secret=b"sealed"))


async def set_outcome(session: AsyncSession, delivery_id: int, state: DeliveryState) -> None:
    delivery = await session.get_one(DeliveryRow, delivery_id)
    delivery.state = state
    await session.flush()
