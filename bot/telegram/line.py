"""The line to Telegram: one POST over one of aiohttp's connections, without the objects its client makes for each.

aiohttp finds the server, opens connections, keeps them, and reads the answers. The request and the response its client makes
for every call, with their headers and a task that writes the body, cost more than all of that, and nobody looks at them.
"""

import asyncio
import json
from typing import Any, Final

import aiohttp
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError
from yarl import URL

from bot.delivery.outcome import Answered, NotSent, Seen, Unclear

FINAL: Final = 200
"""From this status on an answer is the last to its request."""


class Line:
    """`base` is what the address of every method begins with."""

    def __init__(
        self, connector: aiohttp.BaseConnector, http: aiohttp.ClientSession, base: URL, patience: aiohttp.ClientTimeout
    ) -> None:
        self._connector = connector
        self._where = aiohttp.ClientRequest("POST", base, loop=asyncio.get_running_loop(), session=http)
        """Never sent: a connector wants it to know where to connect to."""
        self._path = base.raw_path.encode()
        self._patience = patience
        self._host = (base.host_port_subcomponent or "").encode()

    async def post(self, method: bytes, body: bytes) -> Seen:
        """Ask once, within `patience`."""
        connection: Connection | None = None
        try:
            async with asyncio.timeout(self._patience.total):
                connection = await self._connector.connect(self._where, [], self._patience)
                return await _exchange(connection, self._request(method, body))
        except (aiohttp.ClientError, HttpProcessingError, TimeoutError, OSError) as error:
            # Without a connection nothing of it has left.
            return (Unclear if connection else NotSent)(type(error).__name__)
        finally:
            if connection is not None:
                connection.close()  # one that was released is not ours any more, and stays open

    def _request(self, method: bytes, body: bytes) -> bytes:
        return b"POST %b/%b HTTP/1.1\r\nHost: %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
            self._path,
            method,
            self._host,
            len(body),
            body,
        )


async def _exchange(connection: Connection, request: bytes) -> Answered:
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None:
        raise aiohttp.ServerDisconnectedError
    protocol.set_response_params(read_until_eof=True)
    transport.write(request)
    answer, content = await protocol.read()
    whole = await content.read()
    if answer.code >= FINAL:
        connection.release()
    return Answered(answer.code, decoded(whole))


def decoded(content: bytes) -> dict[str, Any] | None:
    """A JSON object, or None."""
    try:
        body = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
