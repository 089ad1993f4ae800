"""The line to Telegram as it is outside of tests: over TLS, on the loop that asyncio has and on the one that `nida run` takes."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.delivery.outcome import NotSent, Seen, Unclear
from tests.certificates import certificate
from tests.telegram.answering import CHUNKED, GOOD, IS_GOOD, Server, Tls, seen_of

LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": pytest.importorskip("uvloop").new_event_loop}
Run = Callable[[Coroutine[Any, Any, list[Seen]]], list[Seen]]


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
        yield runner.run


@pytest.fixture
def trusted(tmp_path: Path) -> Tls:
    return Tls(*certificate(tmp_path))


@pytest.mark.parametrize("in_pieces", [False, True])
def test_answers_are_read_and_one_connection_serves_for_all(run: Run, trusted: Tls, in_pieces: bool) -> None:
    server = Server([GOOD, CHUNKED, GOOD], in_pieces=in_pieces)
    assert run(seen_of(server, 3, trusted)) == [IS_GOOD] * 3
    assert server.asked == [b"POST /botTOKEN/getMe HTTP/1.1 {}"] * 3
    assert server.connections == 1


def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_has_left(run: Run, trusted: Tls) -> None:
    server = Server([GOOD])
    assert run(seen_of(server, 2, Tls(trusted.presented, believed=True))) == [NotSent("ClientConnectorCertificateError")] * 2
    assert server.asked == []


def test_a_certificate_of_another_server_is_refused_and_nothing_has_left(run: Run, tmp_path: Path) -> None:
    server = Server([GOOD])
    seen = run(seen_of(server, 1, Tls(*certificate(tmp_path, host="api.telegram.example"))))
    assert seen == [NotSent("ClientConnectorCertificateError")]
    assert server.asked == []


class SpeaksNoTls(Server):
    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GOOD)
        writer.close()


class LeavesAtOnce(Server):
    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.transport.abort()


@pytest.mark.parametrize("kind", [SpeaksNoTls, LeavesAtOnce])
def test_what_goes_wrong_before_there_are_keys_is_before_anything_has_left(run: Run, trusted: Tls, kind: type[Server]) -> None:
    (seen,) = run(seen_of(kind([]), 1, Tls(None, trusted.believed)))
    assert isinstance(seen, NotSent)


@pytest.mark.parametrize("abruptly", [False, True])
@pytest.mark.parametrize("answer", [b"", GOOD[:-1], CHUNKED[:-3]])
def test_a_connection_closed_in_the_middle_leaves_it_open_whether_it_arrived_and_the_next_goes_over_a_new_one(
    run: Run, trusted: Tls, answer: bytes, abruptly: bool
) -> None:
    server = Server([answer, GOOD], last=[answer], abruptly=abruptly)
    first, second = run(seen_of(server, 2, trusted))
    assert isinstance(first, Unclear)
    assert second == IS_GOOD
    assert server.connections == 2


@pytest.mark.parametrize("abruptly", [False, True])
def test_a_kept_connection_that_the_server_closed_is_not_used_again(run: Run, trusted: Tls, abruptly: bool) -> None:
    server = Server([GOOD, CHUNKED], last=[GOOD], abruptly=abruptly)
    assert run(seen_of(server, 2, trusted)) == [IS_GOOD] * 2
    assert server.connections == 2


def test_what_crosses_the_closing_of_a_kept_connection_may_have_arrived(run: Run, trusted: Tls) -> None:
    server = Server([GOOD, b"", GOOD])
    first, crossing, next_one = run(seen_of(server, 3, trusted))
    assert first == next_one == IS_GOOD
    assert isinstance(crossing, Unclear)
    assert server.connections == 2


ASKING = """
import asyncio, sys
from bot.telegram.transport import AiohttpTransport

async def ask():
    async with AiohttpTransport("TOKEN", sys.argv[1]) as transport:
        print(type(await transport.call("getMe", {})).__name__)

asyncio.run(ask())
"""


@pytest.mark.parametrize(("named", "seen"), [(False, "NotSent"), (True, "Answered")])
async def test_an_operator_names_the_certificate_of_a_server_of_their_own(tmp_path: Path, named: bool, seen: str) -> None:
    presented, _ = certificate(tmp_path)
    env = os.environ | ({"SSL_CERT_FILE": str(tmp_path / "certificate.pem")} if named else {})
    async with await asyncio.start_server(Server([GOOD]).serve, "127.0.0.1", 0, ssl=presented) as listening:
        url = f"https://localhost:{listening.sockets[0].getsockname()[1]}"
        asking = (sys.executable, "-c", ASKING, url)
        process = await asyncio.create_subprocess_exec(*asking, stdout=asyncio.subprocess.PIPE, env=env)
        printed, _ = await process.communicate()
    assert printed.decode().strip() == seen
