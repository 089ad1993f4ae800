"""What the line to Telegram makes of the ways in which a server answers, does not, or leaves."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.delivery.outcome import Answered, NotSent, Seen, Unclear
from bot.telegram.transport import AiohttpTransport

GOOD = b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}'
CHUNKED = b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ok"\r\n6\r\n:true}\r\n0\r\n\r\n'
UNTIL_THE_END = b'HTTP/1.0 200 OK\r\n\r\n{"ok":true}'
IS_GOOD = Answered(200, {"ok": True})


@dataclass
class Server:
    """Says the next of `answers` to each request, and closes after one that is `last`, or at once when there is none."""

    answers: list[bytes]
    last: Sequence[bytes] = ()
    in_pieces: bool = False
    port: int = 0
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


@asynccontextmanager
async def serving(server: Server) -> AsyncIterator[AiohttpTransport]:
    async with (
        await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening,
        AiohttpTransport("TOKEN", f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}") as transport,
    ):
        yield transport


async def seen_of(server: Server, asking: int = 1) -> list[Seen]:
    async with serving(server) as transport:
        return [await transport.call("getMe", {}) for _ in range(asking)]


@pytest.mark.parametrize("in_pieces", [False, True])
@pytest.mark.parametrize("answer", [GOOD, CHUNKED, UNTIL_THE_END])
async def test_an_answer_is_read_however_its_length_is_told(answer: bytes, in_pieces: bool) -> None:
    assert await seen_of(Server([answer], last=[UNTIL_THE_END], in_pieces=in_pieces)) == [IS_GOOD]


async def test_what_is_asked_is_what_the_bot_api_wants_and_one_connection_serves_for_all() -> None:
    server = Server([GOOD] * 3)
    assert await seen_of(server, asking=3) == [IS_GOOD] * 3
    assert server.asked == [b"POST /botTOKEN/getMe HTTP/1.1 {}"] * 3
    assert server.connections == 1


async def test_a_server_that_closes_after_its_answer_is_connected_to_again() -> None:
    closing = GOOD.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    server = Server([closing, GOOD], last=[closing])
    assert await seen_of(server, asking=2) == [IS_GOOD] * 2
    assert server.connections == 2


@pytest.mark.parametrize(
    "answer",
    [b"", b"HTTP/1.1 200", GOOD[:-1], CHUNKED[:-3], b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"],
)
async def test_without_a_whole_answer_it_may_have_arrived_and_the_next_goes_over_a_new_connection(answer: bytes) -> None:
    server = Server([answer, GOOD], last=[answer])
    first, second = await seen_of(server, asking=2)
    assert isinstance(first, Unclear)
    assert second == IS_GOOD
    assert server.connections == 2


async def test_an_answer_before_the_last_is_never_taken_for_that_of_the_next_request() -> None:
    server = Server([b"HTTP/1.1 102 Processing\r\n\r\n" + GOOD.replace(b"true", b"null"), GOOD])
    assert (await seen_of(server, asking=2))[1] == IS_GOOD


async def test_more_than_was_asked_for_is_not_taken_for_the_answer_to_the_next_request() -> None:
    server = Server([GOOD + GOOD.replace(b"true", b"null"), GOOD])
    assert (await seen_of(server, asking=2))[1] == IS_GOOD


@pytest.mark.parametrize("content", [b"Bad Gateway", b"[1]"])
async def test_what_is_no_object_of_json_is_an_answer_without_a_body(content: bytes) -> None:
    answer = b"HTTP/1.1 502 -\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content)
    assert await seen_of(Server([answer])) == [Answered(502, None)]


async def test_where_nobody_listens_nothing_has_left() -> None:
    async with await asyncio.start_server(lambda *_: None, "127.0.0.1", 0) as closed:
        port = closed.sockets[0].getsockname()[1]
    async with AiohttpTransport("TOKEN", f"http://127.0.0.1:{port}") as transport:
        assert isinstance(await transport.call("getMe", {}), NotSent)


async def test_a_server_that_says_nothing_is_given_up_and_who_waits_for_a_connection_has_sent_nothing() -> None:
    silent = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    async with await asyncio.start_server(wait, "127.0.0.1", 0) as listening:
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        async with AiohttpTransport("TOKEN", url, connections=1, patience=0.5) as transport:
            seen = await asyncio.gather(transport.call("getMe", {}), transport.call("getMe", {}))
        silent.set()
    assert sorted(type(each).__name__ for each in seen) == ["NotSent", "Unclear"]
