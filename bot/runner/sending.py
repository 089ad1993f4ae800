"""Sending while the lane is ours. Who does not have it stands by; who loses it stops, and stands by like any other."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.clock import Clock
from bot.delivery.sender import Sender
from bot.runner.chores import worked
from bot.storage.lane import CHECK_EVERY, STANDBY_EVERY, Lane

log = structlog.get_logger()

BEGIN_WITHIN = 2.0
"""Seconds within which what is scheduled begins, once it is due."""


class Sending:
    """Each time the lane becomes ours, `begin_due` is done, and then a new sender begins: what the one before it believed to
    hold may be somebody else's by now. `begin_due` is done again every BEGIN_WITHIN seconds."""

    def __init__(
        self, lane: Lane, clock: Clock, new_sender: Callable[[], Sender], begin_due: Callable[[], Awaitable[object]]
    ) -> None:
        self.sender = new_sender()
        """The present one; while we stand by, the last one."""
        self.has_lane = False
        self._lane = lane
        self._clock = clock
        self._new_sender = new_sender
        self._begin_due = begin_due
        self._stopping = False

    def notify(self) -> None:
        """There may be something new to send."""
        self.sender.notify()

    async def stop(self) -> None:
        """Begin nothing more; return when what is on its way has landed."""
        self._stopping = True
        await self.sender.stop()

    async def run(self) -> None:
        """Send until `stop`, with the lane; stand by without it, or with the database away."""
        while not self._stopping:
            if await worked("lane.take", self._lane.take()):
                await self._send()
            else:
                await self._clock.sleep(STANDBY_EVERY)

    async def _send(self) -> None:
        try:
            self.has_lane = True
            await self._send_until_lost(self.sender)
            if not self._stopping:
                self.sender = self._new_sender()
        finally:
            self.has_lane = False
            await self._lane.leave()

    async def _send_until_lost(self, sender: Sender) -> None:
        log.info("lane.taken")
        async with asyncio.TaskGroup() as group:
            beside = [group.create_task(self._stop_when_lost(sender))]  # what is due may be long in beginning
            await self._begin()
            if await self._lane.check():  # a sender that begins silences the one before it, which must not be another's
                beside.append(group.create_task(self._begin_in_time()))
                await sender.run()
            for task in beside:
                task.cancel()

    async def _begin_in_time(self) -> None:
        while True:
            await self._clock.sleep(BEGIN_WITHIN)
            await self._begin()

    async def _begin(self) -> None:
        await worked("announcements.finish_fan_outs", self._begin_due())

    async def _stop_when_lost(self, sender: Sender) -> None:
        while await self._lane.check():
            await self._clock.sleep(CHECK_EVERY)
        log.warning("lane.lost", hint="the connection that held it is gone; it is taken anew, unless another process was faster")
        await sender.stop()
