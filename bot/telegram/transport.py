"""The lean way to Telegram: one pooled connection, bodies encoded once, and a plain account of what was seen.

aiogram's own client costs about 400 µs of CPU a message, most of it building and validating objects nobody reads; this
costs about a third. What cannot be hot (start-up, files) still goes through aiogram.
"""

import json
from collections.abc import Mapping
from typing import Any, Self

import aiohttp

from bot.delivery.outcome import Answered, NotSent, Seen, Unclear
from bot.delivery.transport import SEND_TIMEOUT, Payload

TIMEOUT = aiohttp.ClientTimeout(total=SEND_TIMEOUT, sock_connect=10)

JSON = {"Content-Type": "application/json"}


class AiohttpTransport:
    """Calls the Bot API. It raises nothing of its own: every call says what was seen.

    `paid` lets Telegram charge for what is sent to many over its free rate.
    """

    def __init__(self, token: str, api_url: str, connections: int = 200, *, paid: bool = False) -> None:
        self._base = f"{api_url}/bot{token}/"
        self._paid = b',"allow_paid_broadcast":true' if paid else b""
        self._connections = connections
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300)
        self._http = aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.close()

    async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
        """Deliver a message that was encoded once for many: only who it goes to is put in front."""
        quietly = b',"disable_notification":true' if silent else b""
        body = b'{"chat_id":%d%b%b,%b' % (telegram_id, quietly, self._paid, payload.body[1:])
        return await self._post("sendMessage", body)

    async def edit(self, telegram_id: int, message_id: int, payload: Payload) -> Seen:
        body = b'{"chat_id":%d,"message_id":%d,%b' % (telegram_id, message_id, payload.body[1:])
        return await self._post("editMessageText", body)

    async def delete(self, telegram_id: int, message_id: int) -> Seen:
        return await self._post("deleteMessage", b'{"chat_id":%d,"message_id":%d}' % (telegram_id, message_id))

    async def call(self, method: str, parameters: Mapping[str, Any]) -> Seen:
        return await self._post(method, json.dumps(parameters, ensure_ascii=False, separators=(",", ":")).encode())

    async def upload(self, method: str, fields: Mapping[str, str], file: tuple[str, str, bytes]) -> Seen:
        """Call with a file: its field, its name and its content."""
        form = aiohttp.FormData(dict(fields))
        form.add_field(file[0], file[2], filename=file[1])
        return await self._post(method, form, headers={})

    async def _post(self, method: str, body: bytes | aiohttp.FormData, headers: Mapping[str, str] = JSON) -> Seen:
        if self._http is None:
            raise RuntimeError("the transport is used inside `async with`")
        try:
            async with self._http.post(self._base + method, data=body, headers=headers) as response:
                return Answered(response.status, _decoded(await response.read()))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return NotSent(type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Unclear(type(error).__name__)


def _decoded(content: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
