"""What the line to Telegram makes of the ways in which a server answers, does not, or leaves."""

import asyncio

import pytest

from bot.delivery.outcome import Answered, NotSent, Unclear
from bot.telegram.transport import AiohttpTransport
from tests.telegram.answering import CHUNKED, GOOD, IS_GOOD, UNTIL_THE_END, Server, seen_of


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


@pytest.mark.parametrize(
    ("scheme", "said", "seen"),
    [("http", GOOD[:-1], Unclear), ("https", b"", NotSent)],  # in the middle of its answer; before its certificate
)
async def test_a_server_that_falls_silent_on_the_way_is_given_up(scheme: str, said: bytes, seen: type) -> None:
    silent = asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(said)
        await silent.wait()
        writer.close()

    async with await asyncio.start_server(wait, "127.0.0.1", 0) as listening:
        url = f"{scheme}://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        async with AiohttpTransport("TOKEN", url, patience=0.5) as transport:
            found = await transport.call("getMe", {})
        silent.set()
    assert isinstance(found, seen)
