"""An installation in which days pass: its clock is put forward to when something is due next."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.announcements.composing import TAKEN_BACK
from bot.clock import Clock
from bot.delivery.account import Broadcast
from bot.delivery.models import BroadcastState
from bot.delivery.transport import Payload
from bot.language import Reader
from bot.supporters.supporter import Supporter
from tests.announcements.people import chat_of
from tests.delivery.installation import Installation
from tests.delivery.timetable import PEOPLE, TOGETHER, Timetable
from tests.delivery.transports import Asked, Reply
from tests.delivery.virtual import START

LONGEST_TO_SETTLE = 600.0


def compose(content: dict[str, Any], reader: Reader) -> Payload:
    if TAKEN_BACK in content:
        return Payload(reader.locale, b'{"text":"taken back"}')
    told: Sequence[dict[str, Any]] = content.get("gathered", [content])
    parts = [[each["subject"].removeprefix("update:"), int(each["source"])] for each in told]
    return Payload(reader.locale, json.dumps({"parts": parts}).encode())


class PutForward:
    """A clock whose hands can be moved on."""

    def __init__(self, steady: Clock) -> None:
        self._steady = steady
        self._ahead: timedelta | None = None

    def now(self) -> datetime:
        if self._ahead is None:
            self._ahead = START - self._steady.now()
        return self._steady.now() + self._ahead

    def monotonic(self) -> float:
        return self._steady.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._steady.sleep(seconds)

    def put_to(self, moment: datetime) -> None:
        assert self._ahead is not None
        self._ahead += moment - self.now()


class Timed(Installation):
    paper: Timetable
    compose = staticmethod(compose)
    together = TOGETHER

    def __init__(self) -> None:
        super().__init__()
        self.clock = self.hands = PutForward(type(self).clock)
        self.paper = Timetable()
        self.seen = 0
        self.sent_at: dict[int, datetime] = {}

    async def subscribe(self, person: int) -> None:
        await super().subscribe(person)
        if not self.paper.wishes[person]:
            wish, now = PEOPLE[person], self.clock.now()
            await self.supporters.choose_place(await self.supporter(person), None, wish.zone)
            await self.supporters.set_quiet_hours(await self.supporter(person), wish.quiet)
            await self.supporters.set_digest(await self.supporter(person), wish.digest)
            self.paper.wants(person, wish, now)

    def now(self) -> datetime:
        async def read() -> datetime:
            return self.clock.now()

        return self.run(read())

    async def supporter(self, person: int) -> Supporter:
        return await self.supporters.recognise(chat_of(person), "en")

    async def periodic(self) -> None:
        """What runs every few seconds beside the sender."""
        self.paper.time_has_come(self.clock.now())
        await self.control.close_all()
        await self.announcements.finish_fan_outs()
        self.sender.notify()

    async def until(self, moment: datetime) -> None:
        """From one thing that is due to the next."""
        await self.settle()
        while next_due := min((due for due in await self.dues() if self.clock.now() < due < moment), default=None):
            self.hands.put_to(next_due)
            await self.periodic()
            await self.settle()
        self.hands.put_to(moment)
        await self.periodic()
        await self.settle()

    async def settle(self) -> None:
        """Until nothing more goes at this hour."""
        latest = self.clock.monotonic() + LONGEST_TO_SETTLE
        while not all(map(self.is_still, found := await self.broadcasts())):
            assert not self.sending.done(), self.sending
            assert self.clock.monotonic() < latest, f"they never come to rest: {found}"
            await self.periodic()
            await self.clock.sleep(1 / self.hurry)
        self.look_at_sends()

    def is_still(self, broadcast: Broadcast) -> bool:
        account = broadcast.account
        if broadcast.state is BroadcastState.SENDING:
            waits = account.pending == account.deferred > 0
            return waits and (broadcast.due_at is None or broadcast.due_at > self.clock.now())
        return broadcast.state in {BroadcastState.SCHEDULED, BroadcastState.HELD} or broadcast.finished_at is not None

    async def dues(self) -> list[datetime]:
        found = [(each.due_at, each.starts_at) for each in await self.broadcasts() if each.finished_at is None]
        return [due for both in found for due in both if due is not None]

    def look_at_sends(self) -> None:
        for asked in self.transport.asked[self.seen :]:
            arrived = asked.number in self.transport.numbers_arrived
            self.paper.look_at_send(asked, self.sent_at[asked.number], arrived=arrived)
        self.seen = len(self.transport.asked)

    def _answer(self, asked: Asked) -> Reply:
        self.sent_at[asked.number] = self.clock.now()
        return super()._answer(asked)

    async def end(self) -> None:
        """All trouble is over, and staff let go on what waits for them."""
        self.trouble.clear()
        for update, told in self.paper.told.items():
            if told.held:
                now = self.clock.now()
                await self.control.resume(f"update:{update}")
                self.paper.goes_on(update, now)
        await self.settle()
        while unfinished := [each.subject for each in await self.broadcasts() if each.finished_at is None]:
            dues = await self.dues()
            assert dues, f"nothing will ever become of {unfinished}"
            await self.until(min(due for due in dues if due > self.clock.now()))
        for update in self.paper.told:
            self.paper.look_at_account(update, (await self.world.named(f"update:{update}")).account)
        self.paper.look_at_digests()
        for asked in self.transport.asked:
            if asked.edits is None and asked.number in self.transport.numbers_arrived:
                self.paper.look_at_message(asked, self.transport.shown[asked.telegram_id, asked.number])
