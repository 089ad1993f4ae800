"""A server that answers as it is told to, byte by byte."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.delivery.outcome import Answered, Seen
from bot.telegram.transport import AiohttpTransport

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}'
CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ok"\r\n6\r\n:true}\r\n0\r\n\r\n'
UNTIL_THE_END = b'HTTP/1.0 200 OK\r\n\r\n{"ok":true}'
IS_GOOD = Answered(200, {"ok": True})


@dataclass
class Server:
    """Says the next of `answers` to each request, and leaves after one that is `last`, or at once when there is none; `abruptly`
    it does so without a word, as one that is killed."""

    answers: list[bytes]
    last: Sequence[bytes] = ()
    in_pieces: bool = False
    abruptly: bool = False
    connections: int = 0
    asked: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with_more = True
        while with_more and (head := await _head(reader)):
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            self.asked.append(head.split(b"\r\n")[0] + b" " + await reader.readexactly(length))
            answer = self.answers.pop(0) if self.answers else b""
            await self._say(writer, answer)
            with_more = answer not in (b"", *self.last)
        if self.abruptly:
            writer.transport.abort()
        else:
            writer.close()

    async def _say(self, writer: asyncio.StreamWriter, answer: bytes) -> None:
        for piece in [answer[at : at + 1] for at in range(len(answer))] if self.in_pieces else [answer]:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""


@dataclass(frozen=True)
class Tls:
    """`presented` is the server's certificate, None for a server without; `believed` what the bot believes."""

    presented: ssl.SSLContext | None
    believed: ssl.SSLContext | bool


@asynccontextmanager
async def serving(server: Server, tls: Tls | None = None) -> AsyncIterator[AiohttpTransport]:
    begins = "https://localhost" if tls else "http://127.0.0.1"
    async with (
        await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls.presented if tls else None) as listening,
        AiohttpTransport(
            "TOKEN", f"{begins}:{listening.sockets[0].getsockname()[1]}", ssl=tls.believed if tls else True
        ) as transport,
    ):
        yield transport


async def seen_of(server: Server, asking: int = 1, tls: Tls | None = None) -> list[Seen]:
    async with serving(server, tls) as transport:
        return [await _seen(transport) for _ in range(asking)]


async def _seen(transport: AiohttpTransport) -> Seen:
    seen = await transport.call("getMe", {})
    for _ in range(20):
        await asyncio.sleep(0)  # the server leaves when it has answered: on one machine in one loop that is known by then
    return seen
