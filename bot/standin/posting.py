"""Posting updates to the bot's webhook: one ordered queue per key, retried until it answers with a 2xx."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from bot.standin.methods import call_silently
from bot.standin.state import StandIn
from bot.standin.updates import Pending
from bot.standin.webhook import LastError, Webhook
from bot.supervisor import Supervisor

SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
ANSWER_WITHIN: Final = 60.0
LONGEST_PAUSE: Final = 60.0


@dataclass(slots=True)
class Deliveries:
    """Runs while the server runs. A queue's work ends when it is empty or the webhook is another one."""

    standin: StandIn
    supervisor: Supervisor
    session: aiohttp.ClientSession
    _queues: dict[str, deque[Pending]] = field(default_factory=dict)
    _webhook: Webhook = field(default_factory=Webhook)
    _lines: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(40))

    async def run(self) -> None:
        while True:
            self._follow_webhook()
            if self._webhook.url:
                self._share_out()
            await self.standin.updates.arrival()

    def _follow_webhook(self) -> None:
        if self.standin.webhook is self._webhook:
            return
        self._webhook = self.standin.webhook
        self._lines = asyncio.Semaphore(self._webhook.max_connections)
        self._queues.clear()

    def _share_out(self) -> None:
        for pending in self.standin.updates.unshared():
            queue = self._queues.get(pending.queue)
            if queue is not None:
                queue.append(pending)
                continue
            queue = self._queues[pending.queue] = deque([pending])
            self.supervisor.start(f"webhook {pending.queue}", self._work(pending.queue, queue, self._webhook))

    async def _work(self, key: str, queue: deque[Pending], webhook: Webhook) -> None:
        while queue and self._webhook is webhook:
            await self._deliver(queue[0], webhook)
            queue.popleft()
        if self._queues.get(key) is queue:
            del self._queues[key]

    async def _deliver(self, pending: Pending, webhook: Webhook) -> None:
        standin, pause = self.standin, self.standin.retry_seconds
        while standin.webhook is webhook and standin.updates.holds(pending):
            async with self._lines:
                wait = await self._post(pending, webhook)
            if wait is None:
                standin.updates.forget(pending)
                return
            await standin.clock.sleep(max(wait, pause))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _post(self, pending: Pending, webhook: Webhook) -> float | None:
        """None when it was taken, else the seconds the other side asks to wait."""
        if self.standin.faults.webhook_unreachable():
            return self._failed("Connection refused")
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers[SECRET_HEADER] = webhook.secret
        body = json.dumps(pending.json, ensure_ascii=False).encode()
        try:
            async with self.session.post(webhook.url, data=body, headers=headers, allow_redirects=False) as response:
                answer = await response.read()
        except TimeoutError:
            return self._failed("Read timeout expired")
        except aiohttp.ClientConnectorError:
            return self._failed("Connection refused")
        except aiohttp.ClientError:
            return self._failed("Connection closed")
        if not response.ok or response.status >= 300:
            self._failed(f"Wrong response from the webhook: {response.status} {response.reason}")
            return _seconds(response.headers.get("Retry-After", "0"))
        await self._obey(answer)
        return None

    async def _obey(self, answer: bytes) -> None:
        """A method in the answer is called; its result is told to nobody."""
        try:
            given = json.loads(answer) if answer.lstrip().startswith(b"{") else None
        except ValueError:
            return
        if isinstance(given, dict) and isinstance(method := given.pop("method", None), str):
            await call_silently(self.standin, method, given)

    def _failed(self, message: str) -> float:
        self.standin.last_error = LastError(message, self.standin.now())
        return 0.0


def _seconds(header: str) -> float:
    return float(header) if header.isdecimal() else 0.0
