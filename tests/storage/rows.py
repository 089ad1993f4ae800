"""One row of every kind, with its parents and children."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.campaigns.models import (
    ActionDoneRow,
    ActionKind,
    ActionLaterRow,
    ActionRow,
    ActionStatus,
    CampaignCaseRow,
    CampaignEventRow,
    CampaignRow,
)
from bot.cases.models import CaseRow, CaseStatus, CaseUpdateRow, Certainty
from bot.delivery.models import BroadcastRow, BroadcastState, DeliveryRow, DeliveryState
from bot.events.models import CalendarRow, EventChangeRow, EventKind, EventRow, EventStatus, ReminderRow
from bot.language import Translated, Translation
from bot.petitions.entries import EntryKind
from bot.petitions.models import (
    BurstRow,
    EntryRow,
    HeadRow,
    NodeRow,
    PetitionRow,
    PetitionStatus,
    PulseRow,
    SignatureRow,
)
from bot.sources.models import Step, StepRow
from bot.staff.models import AuditRow
from bot.storage.models import InstallationRow
from bot.supporters.answers import Answer
from bot.supporters.kinds import Kind
from bot.supporters.models import AttendanceRow, FollowingRow, PetitionNewsRow, SupporterRow
from bot.telegram.models import ConversationRow, InboundUpdateRow, ReceiverRow
from tests.clocks import START

SUPPORTER = 4_611_686_018_427_387_903
TEXT = Translated({"en": Translation("Hearing moved", "editor", START), "ur": Translation("سماعت ملتوی", "editor", START, "of")})


async def add_one_of_each(session: AsyncSession) -> int:
    """Returns the broadcast of the delivery to SUPPORTER."""
    case = CaseRow(slug="north-gate-five", status=CaseStatus.OPEN, title=TEXT, summary=TEXT)
    broadcast = BroadcastRow(subject="update:bail", state=BroadcastState.SENDING, content={}, audience={}, created_at=START)
    session.add_all([case, broadcast, InstallationRow(key_check=b"sealed", created_at=START)])
    session.add(SupporterRow(id=SUPPORTER, tag=b"tag", telegram_id=b"sealed", locale="ur", created_at=START))
    session.add(InboundUpdateRow(update_id=1, body=b"sealed", received_at=START))
    session.add(ReceiverRow(beat_at=START))
    session.add(ConversationRow(tag=b"tag", touched_at=START))
    await session.flush()
    session.add(DeliveryRow(broadcast_id=broadcast.id, supporter_id=SUPPORTER, place=1))
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
    event_id = await _add_event(session, case.id)
    await _add_petition(session, case.id, event_id)
    session.add(StepRow(source="leaflet", step=Step.OPENED, subject="case:north-gate-five", locale="ur", people=3))
    session.add(AuditRow(id=1, at=START, who="Amal", what="petitions.export", object="open-justice", details={}, hash=b"hash"))
    await session.flush()
    return broadcast.id


async def _add_event(session: AsyncSession, case_id: int) -> int:
    listed = EventStatus.LISTED
    given: dict[str, Any] = {"title": TEXT, "timezone": "Europe/London", "created_at": START, "changed_at": START}
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
    return event.id


async def _add_petition(session: AsyncSession, case_id: int, event_id: int) -> None:
    given: dict[str, Any] = {"title": TEXT, "created_at": START, "changed_at": START}
    campaign = CampaignRow(slug="open-doors", summary=TEXT, **given)
    session.add(campaign)
    await session.flush()
    petition = PetitionRow(
        slug="open-justice",
        status=PetitionStatus.OPEN,
        case_id=case_id,
        campaign_id=campaign.id,
        target=TEXT,
        text=TEXT,
        goal=10_000,
        asks=["name"],
        needs=[],
        keep_until=START.date(),
        **given,
    )
    action = ActionRow(slug="write", kind=ActionKind.EMAIL, status=ActionStatus.OPEN, text=TEXT, minutes=5, **given)
    linked = {"campaign_id": campaign.id}
    session.add_all([petition, action, CampaignCaseRow(case_id=case_id, **linked), CampaignEventRow(event_id=event_id, **linked)])
    await session.flush()
    burst = BurstRow(petition_id=petition.id, source="", began_at=START, ended_at=START)
    session.add(burst)
    await session.flush()
    signed: dict[str, Any] = {
        "entry": 0,
        "number": 1,
        "salt": b"salt",
        "signed_at": START,
        "answers": b"sealed",
        "burst_id": burst.id,
    }
    session.add_all(
        [
            SignatureRow(petition_id=petition.id, tag=b"tag", **signed),
            PulseRow(petition_id=petition.id, source="", since=START, signatures=1),
            EntryRow(petition_id=petition.id, number=0, kind=EntryKind.SIGNED, commitment=b"hash"),
            NodeRow(petition_id=petition.id, level=0, place=0, hash=b"hash"),
            HeadRow(petition_id=petition.id, size=1, counted=1, root=b"hash", at=START, signature=b"signature"),
            PetitionNewsRow(supporter_id=SUPPORTER, petition_id=petition.id, since=START),
            ActionDoneRow(supporter_id=SUPPORTER, action_id=action.id, locale="en", done_at=START),
            ActionLaterRow(supporter_id=SUPPORTER, action_id=action.id, due_at=START),
        ]
    )


async def set_outcome(session: AsyncSession, broadcast_id: int, state: DeliveryState) -> None:
    delivery = await session.get_one(DeliveryRow, (broadcast_id, SUPPORTER))
    delivery.state = state
    await session.flush()
