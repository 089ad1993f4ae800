"""The lean way to Telegram: one pooled connection, bodies encoded once, and a plain account of what was seen.

aiogram's own client costs about 400 µs of CPU a message, most of it building and validating objects nobody reads; this
costs about an eighth. Only files go through aiohttp's client.
"""

import json
import ssl as tls
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Self

import aiohttp
from yarl import URL

from bot.delivery.outcome import Answered, NotSent, Seen, Unclear
from bot.delivery.transport import SEND_TIMEOUT, Document, Payload
from bot.telegram.line import Line, decoded

_UNOPENED = "the transport is used inside `async with`"


class AiohttpTransport:
    """Calls the Bot API. It raises nothing of its own: every call says what was seen, within `patience` seconds.

    `paid` lets Telegram charge for what is sent to many over its free rate; `ssl` says whose certificates are believed, else
    whom this machine does.
    """

    def __init__(
        self,
        token: str,
        api_url: str,
        connections: int = 300,
        *,
        paid: bool = False,
        patience: float = SEND_TIMEOUT,
        ssl: tls.SSLContext | bool = True,
    ) -> None:
        self._base = URL(f"{api_url}/bot{token}")
        self._paid = b',"allow_paid_broadcast":true' if paid else b""
        self._connections = connections
        self._ssl = ssl
        self._patience = aiohttp.ClientTimeout(total=patience, sock_connect=10)
        self._http: aiohttp.ClientSession | None = None
        self._line: Line | None = None

    async def __aenter__(self) -> Self:
        connector = aiohttp.TCPConnector(limit=self._connections, ssl=self._ssl, ttl_dns_cache=300)
        self._http = aiohttp.ClientSession(connector=connector, timeout=self._patience, cookie_jar=aiohttp.DummyCookieJar())
        self._line = Line(connector, self._http, self._base, self._patience)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._http is not None:
            await self._http.close()

    async def send(self, telegram_id: int, payload: Payload, silent: bool) -> Seen:
        """Deliver a message that was encoded once for many: only who it goes to is put in front."""
        if payload.document is not None:
            return await self._send_document(telegram_id, payload.body, payload.document, silent)
        quietly = b',"disable_notification":true' if silent else b""
        body = b'{"chat_id":%d%b%b,%b' % (telegram_id, quietly, self._paid, payload.body[1:])
        return await self._post(b"sendMessage", body)

    async def _send_document(self, telegram_id: int, body: bytes, document: Document, silent: bool) -> Seen:
        quietly = {"disable_notification": "true"} if silent else {}
        paid = {"allow_paid_broadcast": "true"} if self._paid else {}
        form = aiohttp.FormData({"chat_id": str(telegram_id), **quietly, **paid, **_as_fields(body)})
        form.add_field("document", document.content, filename=document.name, content_type=document.media_type)
        return await self._upload("sendDocument", form)

    async def edit(self, telegram_id: int, message_id: int, payload: Payload) -> Seen:
        if payload.document is not None or payload.captioned:
            ids = {"chat_id": telegram_id, "message_id": message_id}
            seen = await self.call("editMessageCaption", {**ids, **_as_caption(payload.body)})
            if not isinstance(seen, Answered) or seen.status != HTTPStatus.BAD_REQUEST:
                return seen
            # It was sent as text, as too long for a caption.
        body = b'{"chat_id":%d,"message_id":%d,%b' % (telegram_id, message_id, payload.body[1:])
        return await self._post(b"editMessageText", body)

    async def delete(self, telegram_id: int, message_id: int) -> Seen:
        body = b'{"chat_id":%d,"message_id":%d}' % (telegram_id, message_id)
        return await self._post(b"deleteMessage", body)

    async def call(self, method: str, parameters: Mapping[str, Any]) -> Seen:
        body = json.dumps(parameters, ensure_ascii=False, separators=(",", ":")).encode()
        return await self._post(method.encode(), body)

    async def upload(self, method: str, fields: Mapping[str, str], file: tuple[str, str, bytes]) -> Seen:
        """Call with a file: its field, its name and its content."""
        form = aiohttp.FormData(dict(fields))
        form.add_field(file[0], file[2], filename=file[1])
        return await self._upload(method, form)

    async def _post(self, method: bytes, body: bytes) -> Seen:
        if self._line is None:
            raise RuntimeError(_UNOPENED)
        return await self._line.post(method, body)

    async def _upload(self, method: str, form: aiohttp.FormData) -> Seen:
        if self._http is None:
            raise RuntimeError(_UNOPENED)
        try:
            async with self._http.post(self._base / method, data=form) as response:
                return Answered(response.status, decoded(await response.read()))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return NotSent(type(error).__name__)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Unclear(type(error).__name__)


@lru_cache(maxsize=256)
def _as_caption(body: bytes) -> Mapping[str, Any]:
    """The same message as the caption of a document, which has no links to preview."""
    fields = json.loads(body)
    fields.pop("link_preview_options", None)
    return {"caption": fields.pop("text"), **fields}


@lru_cache(maxsize=256)
def _as_fields(body: bytes) -> Mapping[str, str]:
    fields = _as_caption(body)
    return {name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) for name, value in fields.items()}
