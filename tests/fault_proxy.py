"""A TCP proxy that does to connections what networks do: delays, resets, goes deaf, cuts in the middle.

It stands between the bot and PostgreSQL, or the bot and the stand-in. What is set counts for the bytes that pass from then
on; a connection that went deaf stays so, as one does whose other end vanished.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import make_url

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Dial = Callable[[], Awaitable[Streams]]
PIECE: Final = 65_536
RESET: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends RST, not FIN."""


@dataclass
class Cut:
    """Reset a connection once `phrase` comes from the client; it reaches the server or does not, the answer is lost."""

    phrase: bytes
    arrives: bool
    times: int


@dataclass(eq=False)
class Link:
    """One connection through the proxy: the client's writer and the server's."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    deaf: bool = False
    answers: bool = True
    """False: what the server says from now on is lost."""

    def reset(self) -> None:
        for writer in (self.client, self.server):
            connection = writer.get_extra_info("socket")
            if connection is not None and connection.family != socket.AF_UNIX:
                with suppress(OSError):
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()


@dataclass
class FaultProxy:
    """`port` is where to connect instead of to the server itself."""

    dial: Dial
    port: int = 0
    latency: float = 0.0
    """Seconds each piece takes, each way."""
    refusing: bool = False
    """New connections are reset at once."""
    truncate_after: int | None = None
    """How many bytes of the server's answers pass before the connection ends in their middle."""
    connections: int = 0
    cuts_made: int = 0
    deaf: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while it is."""
    _deaf_at: bytes | None = None
    _said_before: int = 0
    _cut: Cut | None = None
    _links: set[Link] = field(default_factory=set)

    def reset(self) -> None:
        """Every connection there is ends at once, without a word."""
        for link in list(self._links):
            link.reset()

    def go_deaf(self) -> None:
        """Nothing passes any more and nothing is closed, on the connections there are and on new ones."""
        self._deaf_at = None
        self.deaf.set()
        for link in self._links:
            link.deaf = True

    def go_deaf_at(self, phrase: bytes, *, after: int = 0) -> None:
        """As `go_deaf`, in the middle of what the client says with that phrase in it, when it was said so often before: the
        last byte does not arrive."""
        self._deaf_at, self._said_before = phrase, after

    def cut_at(self, phrase: bytes, *, arrives: bool, times: int = 1) -> None:
        self._cut = Cut(phrase, arrives, times)

    def heal(self) -> None:
        """New connections are served well again."""
        self.deaf.clear()
        self.refusing, self.latency, self.truncate_after, self._cut = False, 0.0, None, None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self.refusing:
            Link(writer, writer).reset()
            return
        try:
            answers, server = await self.dial()
        except OSError:
            Link(writer, writer).reset()
            return
        link = Link(writer, server, self.deaf.is_set())
        self._links.add(link)
        try:
            async with asyncio.TaskGroup() as ways:
                ways.create_task(self._ask(link, reader))
                ways.create_task(self._answer(link, answers))
        finally:
            self._links.discard(link)
            link.reset()

    async def _ask(self, link: Link, reader: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await reader.read(PIECE):
                await asyncio.sleep(self.latency)
                if self._breaks_off(data):
                    link.server.write(data[:-1])
                    self.go_deaf()
                elif self._cuts(data):
                    await self._cut_off(link, data)
                elif not link.deaf:
                    link.server.write(data)
        if not link.deaf:  # a deaf connection never says that it ended
            link.server.close()

    async def _answer(self, link: Link, answers: asyncio.StreamReader) -> None:
        with suppress(OSError):
            while data := await answers.read(PIECE):
                await asyncio.sleep(self.latency)
                if not link.answers:
                    link.reset()
                    return
                if link.deaf:
                    continue
                if self.truncate_after is not None and len(data) > self.truncate_after:
                    link.client.write(data[: self.truncate_after])
                    await link.client.drain()
                    break
                link.client.write(data)
        if not link.deaf:
            link.client.close()

    def _breaks_off(self, data: bytes) -> bool:
        if self._deaf_at is None or self._deaf_at not in data:
            return False
        self._said_before -= 1
        return self._said_before < 0

    def _cuts(self, data: bytes) -> bool:
        return self._cut is not None and self._cut.phrase in data

    async def _cut_off(self, link: Link, data: bytes) -> None:
        """Where the phrase arrives, the answer to it is waited for: only then it is sure that it was done."""
        assert self._cut is not None
        self.cuts_made += 1
        self._cut.times -= 1
        arrives = self._cut.arrives
        if self._cut.times == 0:
            self._cut = None
        if arrives:
            link.answers = False
            link.server.write(data)
        else:
            link.reset()


@asynccontextmanager
async def fault_proxy(dial: Dial) -> AsyncIterator[FaultProxy]:
    proxy = FaultProxy(dial)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.reset()
        while proxy._links:
            await asyncio.sleep(0)


@asynccontextmanager
async def before_postgresql(url: str) -> AsyncIterator[tuple[FaultProxy, str]]:
    """A proxy, and the address of the same database through it."""
    address = make_url(url)
    folder = address.query.get("host") or address.host
    assert isinstance(folder, str)

    async def dial() -> Streams:
        if folder.startswith("/"):
            return await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.{address.port or 5432}")
        return await asyncio.open_connection(folder, address.port or 5432)

    async with fault_proxy(dial) as proxy:
        through = address.set(host="127.0.0.1", port=proxy.port, query={})
        yield proxy, through.render_as_string(hide_password=False)


@asynccontextmanager
async def before_http(url: str) -> AsyncIterator[tuple[FaultProxy, str]]:
    """A proxy, and the address of the same server through it."""
    host, _, port = url.removeprefix("http://").partition(":")
    async with fault_proxy(lambda: asyncio.open_connection(host, int(port))) as proxy:
        yield proxy, f"http://127.0.0.1:{proxy.port}"
