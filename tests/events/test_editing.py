"""Taking in what editors wrote of events: applied as often as one likes, and nobody is told anything by it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.announcements.notices import keep_card
from bot.content.library import Drafts, Library
from bot.delivery.models import BroadcastRow, BroadcastState
from bot.errors import NidaError
from bot.events.drafts import kept_texts
from bot.events.models import EventRow, EventStatus, ReminderState
from bot.events.offsets import bits_of
from bot.events.reminding import Reminders
from bot.events.telling import Notice, card_subjects, content
from bot.events.views import EventDraft
from bot.language import State, Unreviewed
from bot.language.edited import Waiting, Withheld
from bot.storage.database import Database
from bot.supporters.answers import Answer
from tests.announcements.people import add_case, add_followers
from tests.cases.drafts import CASE, UPDATE
from tests.clocks import START, FrozenClock
from tests.events.changes import broadcasts
from tests.events.drafts import EVENT, PROVISIONAL, WALL, event
from tests.events.world import answer, event_now, reminders

WEEK = timedelta(days=7)


@pytest.fixture
def library(database: Database, clock: FrozenClock) -> Library:
    return Library(database, clock, "en")


async def all_of(library: Library) -> list[EventDraft]:
    return [*(await library.all()).events]


async def row(database: Database, slug: str) -> EventRow:
    async with database.read() as session:
        return (await session.execute(select(EventRow).where(EventRow.slug == slug))).scalar_one()


async def test_a_new_event_is_told_field_by_field_and_gets_its_moment(library: Library, database: Database) -> None:
    changes = await library.apply(Drafts(events=[replace(EVENT, remind=(24 * 60, 120))]), by="editor")
    (change,) = changes.items
    assert (change.what, change.slug, change.new) == ("event", EVENT.slug, True)
    assert {"kind", "status", "starts", "title.ar", "venue.ur", "about.en"} <= set(change.fields)
    kept = await row(database, EVENT.slug)
    assert kept.starts == WALL
    assert kept.starts_at == datetime(2026, 12, 3, 10, tzinfo=UTC)
    assert (kept.remind, kept.sequence, kept.created_at) == (bits_of((24 * 60, 120)), 0, START)
    assert Waiting("event", EVENT.slug, "venue", "ar", State.missing) in changes.waiting


async def test_wall_time_is_that_of_the_place(library: Library, database: Database) -> None:
    summer, cairo = datetime(2027, 7, 1, 10), datetime(2027, 7, 1, 10)
    drafts = [event("london", starts=summer), event("cairo", starts=cairo, timezone="Africa/Cairo")]
    await library.apply(Drafts(events=drafts), by="editor")
    assert (await row(database, "london")).starts_at == datetime(2027, 7, 1, 9, tzinfo=UTC)
    assert (await row(database, "cairo")).starts_at == datetime(2027, 7, 1, 7, tzinfo=UTC)


async def test_applied_again_nothing_changes(library: Library, database: Database, clock: FrozenClock) -> None:
    drafts = [EVENT, PROVISIONAL, event("numbered", uid="1@example.org", capacity=3, remind=())]
    await library.apply(Drafts(events=drafts), by="editor")
    await clock.advance(days=60)  # also when it is over by now
    assert (await library.apply(Drafts(events=drafts), by="another", confirm=True)).made == ()
    assert (await row(database, EVENT.slug)).changed_at == START
    assert {draft.slug: draft for draft in await all_of(library)} == {draft.slug: draft for draft in drafts}


async def test_everything_comes_back_by_date_and_those_without_one_last(library: Library) -> None:
    later = event("later", starts=WALL + timedelta(days=1))
    await library.apply(Drafts(events=[PROVISIONAL, later, EVENT]), by="editor")
    assert await all_of(library) == [EVENT, later, PROVISIONAL]


async def test_what_nobody_has_to_be_told_of_changes(library: Library, database: Database, clock: FrozenClock) -> None:
    await library.apply(Drafts(events=[EVENT]), by="editor")
    await clock.advance(hours=1)
    venue = {"en": "Aldermere Crown Court,  court 3", "ur": "Aldermere Crown Court، عدالت 3"}
    changed = replace(EVENT, venue=venue, capacity=40, url="https://example.org/room", bring={"en": "A photo ID"}, remind=(30,))
    (change,) = (await library.apply(Drafts(events=[changed]), by="editor")).made
    assert change.fields == ("url", "capacity", "remind", "venue.en", "venue.ur", "bring.en")
    kept = await row(database, EVENT.slug)
    assert (kept.capacity, kept.sequence, kept.changed_at) == (40, 0, START + timedelta(hours=1))


async def test_a_text_not_named_stays_and_one_whose_source_is_emptied_goes(library: Library, database: Database) -> None:
    await library.apply(Drafts(events=[replace(EVENT, phones={"en": "Off", "ur": "بند"})]), by="editor")
    assert (await library.apply(Drafts(events=[EVENT]), by="editor")).made == ()
    (change,) = (await library.apply(Drafts(events=[replace(EVENT, phones={"en": ""})]), by="editor")).made
    assert change.fields == ("phones.en", "phones.ur")
    assert (await row(database, EVENT.slug)).phones is None


async def test_a_provisional_event_changes_freely_as_long_as_it_stays_so(library: Library) -> None:
    await library.apply(Drafts(events=[PROVISIONAL]), by="editor")
    dated = replace(PROVISIONAL, starts=WALL, timezone="Asia/Karachi", venue={"en": "Elsewhere"})
    assert (await library.apply(Drafts(events=[dated]), by="editor")).made
    with pytest.raises(Withheld, match=r"status is provisional, not listed; `nida event move expected` changes it and tells"):
        await library.apply(Drafts(events=[replace(dated, status=EventStatus.LISTED)]), by="editor")


async def test_what_people_know_of_stays_and_every_fault_is_told(library: Library, database: Database) -> None:
    await library.apply(Drafts(events=[EVENT, PROVISIONAL]), by="editor")
    drafts = [
        replace(EVENT, starts=WALL + timedelta(hours=1), status=EventStatus.MOVED, bring={"en": "A photo ID"}),
        replace(PROVISIONAL, capacity=0),
        replace(PROVISIONAL, slug="free", title={"en": "Free"}),
    ]
    with pytest.raises(Withheld) as withheld:
        await library.apply(Drafts(events=drafts), by="editor")
    assert [(slug, field) for slug, field, _ in withheld.value.found] == [
        (EVENT.slug, "status"),
        (EVENT.slug, "starts"),
        (PROVISIONAL.slug, "capacity"),
    ]
    kept = await row(database, EVENT.slug)
    assert (kept.starts, kept.status, kept.bring) == (WALL, EventStatus.LISTED, None)
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(EventRow)) == 2


async def test_a_file_that_says_what_is_so_by_now_is_taken(library: Library, database: Database) -> None:
    await library.apply(Drafts(events=[EVENT]), by="editor")
    async with database.write() as session:
        kept = (await session.execute(select(EventRow))).scalar_one()
        kept.status, kept.starts, kept.sequence = EventStatus.MOVED, WALL + timedelta(days=7), 1
    with pytest.raises(Withheld, match="is moved, not listed"):
        await library.apply(Drafts(events=[EVENT]), by="editor")
    moved = replace(EVENT, status=EventStatus.MOVED, starts=WALL + timedelta(days=7))
    assert (await library.apply(Drafts(events=[moved]), by="editor")).made == ()


async def test_what_an_export_says_is_taken_as_it_was_also_where_it_is_over_by_now(library: Library) -> None:
    past = replace(EVENT, slug="past", starts=WALL - timedelta(days=365))
    moved = replace(EVENT, slug="moved", status=EventStatus.MOVED)
    for draft in (past, moved):
        with pytest.raises(Withheld):
            await library.apply(Drafts(events=[draft]), by="editor")
    await library.apply(Drafts(events=[replace(draft, exported=True) for draft in (past, moved)]), by="editor")
    assert await all_of(library) == [past, moved]


async def test_what_tells_of_an_outcome_is_kept_and_not_changed_by_a_file(library: Library) -> None:
    over = replace(EVENT, status=EventStatus.OUTCOME, starts=WALL - timedelta(days=365), outcome="the-ruling", exported=True)
    await library.apply(Drafts(events=[over]), by="editor")
    assert (await library.apply(Drafts(events=[replace(over, outcome=None)]), by="editor")).made == ()
    with pytest.raises(Withheld, match='outcome is told by the-ruling; write outcome = "the-ruling", or leave'):
        await library.apply(Drafts(events=[replace(over, outcome="another")]), by="editor")


async def test_an_event_of_no_case_is_refused_whole(database: Database, clock: FrozenClock) -> None:
    library = Library(database, clock, "en")
    lost = event("lost", case="nowhere")
    with pytest.raises(NidaError, match="The event lost is of the case nowhere, which does not exist; add the case first"):
        await library.apply(Drafts([CASE], [UPDATE], [lost]), by="editor")
    assert await library.all() == Drafts()


async def test_a_case_and_its_event_come_together_also_in_a_dry_run(database: Database, clock: FrozenClock) -> None:
    library = Library(database, clock, "en")
    drafts = Drafts([CASE], [UPDATE], [event("its", case=CASE.slug)])
    told = await library.apply(drafts, by="editor", dry_run=True)
    assert await library.all() == Drafts()
    assert await library.apply(drafts, by="editor") == told
    assert await library.all() == drafts


async def test_two_events_are_not_one_of_a_calendar(library: Library) -> None:
    one, two = event("one", uid="1@example.org"), event("two", uid="1@example.org")
    with pytest.raises(Withheld, match="The event two: uid is the one of the event one already"):
        await library.apply(Drafts(events=[one, two]), by="editor")
    await library.apply(Drafts(events=[one]), by="editor")
    with pytest.raises(Withheld, match="The event two: uid is the one of the event one already"):
        await library.apply(Drafts(events=[two]), by="editor")
    assert (await library.apply(Drafts(events=[replace(one, uid=None)]), by="editor")).made == ()


async def test_nothing_is_sent(library: Library, database: Database) -> None:
    await library.apply(Drafts(events=[EVENT]), by="editor")
    await library.apply(Drafts(events=[replace(EVENT, about={"en": "Something else"})]), by="editor")
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(BroadcastRow)) == 0


async def test_its_texts_go_to_translators_with_what_they_are_about(database: Database, clock: FrozenClock) -> None:
    library = Library(database, clock, "en")
    drafted = event("its", case=CASE.slug, venue={"en": "Court 3", "ur": Unreviewed("کمرہ 3")})
    await library.apply(Drafts([CASE], [], [drafted]), by="editor")
    async with database.read() as session:
        found = {text.key: text for _, text in await kept_texts(session)}
    assert list(found) == ["event/its/title", "event/its/about", "event/its/venue"]
    venue = found["event/its/venue"]
    assert venue.texts.state("ur", "en") is State.draft
    assert venue.case_title is not None
    assert venue.own_title is not None
    assert (venue.case_title.texts["en"].text, venue.own_title.texts["en"].text) == (CASE.title["en"], EVENT.title["en"])


async def test_reminders_are_planned_with_the_date_and_follow_it(library: Library, database: Database) -> None:
    dated = replace(PROVISIONAL, starts=WALL)
    await library.apply(Drafts(events=[EVENT, PROVISIONAL]), by="editor")
    assert (await reminders(database, EVENT.slug))[120] == (ReminderState.PLANNED, datetime(2026, 12, 3, 8, tzinfo=UTC))
    assert await reminders(database, PROVISIONAL.slug) == {}
    for starts in (WALL, WALL + timedelta(days=1)):
        await library.apply(Drafts(events=[replace(dated, starts=starts)]), by="editor")
        due = starts.replace(tzinfo=UTC) - timedelta(hours=2)
        assert (await reminders(database, PROVISIONAL.slug))[120] == (ReminderState.PLANNED, due)
    await library.apply(Drafts(events=[PROVISIONAL]), by="editor")
    assert {state for state, _ in (await reminders(database, PROVISIONAL.slug)).values()} == {ReminderState.WITHDRAWN}


async def test_another_provisional_date_takes_back_what_says_the_old_one(
    library: Library, database: Database, clock: FrozenClock
) -> None:
    dated = replace(PROVISIONAL, starts=WALL, remind=(7 * 24 * 60,))
    await library.apply(Drafts(events=[dated]), by="editor")
    await add_followers(database, clock, await add_case(database), 1)
    somebody = 1
    event = await event_now(database, dated.slug)
    await answer(database, clock, event.id, [somebody], Answer.FOLLOWING)
    async with database.write() as session:
        card = content(event, Notice.CARD, "en")
        await keep_card(session, card_subjects(event.slug), card, somebody, 7, "en", now=clock.now())
    reminding = Reminders(database, clock, "en")
    await clock.advance(seconds=(WALL.replace(tzinfo=UTC) - WEEK - clock.now()).total_seconds())
    assert await reminding.launch_due() == 1
    later = WALL + timedelta(days=9)
    await library.apply(Drafts(events=[replace(dated, starts=later)]), by="editor")
    assert (await event_now(database, event.slug)).sequence == 1
    old = (await broadcasts(database, "remind:"))[f"remind:{event.slug}:0:10080"]
    assert old.state is BroadcastState.CANCELLED
    assert (await broadcasts(database, "card:"))[f"card:{event.slug}"].content["event"]["starts"] == later.isoformat()
    await clock.advance(seconds=(later.replace(tzinfo=UTC) - WEEK - clock.now()).total_seconds())
    assert await reminding.launch_due() == 1
    assert (await broadcasts(database, "remind:"))[f"remind:{event.slug}:1:10080"].content["event"]["starts"] == later.isoformat()
