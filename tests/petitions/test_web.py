"""What anybody reads of a petition over HTTP, as a careful stranger would: every answer is checked against the others."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final

import aiohttp
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import BaseTestServer, TestServer

from bot.petitions.checking import check_head, check_log
from bot.petitions.entries import EntryKind
from bot.petitions.heads import Heads
from bot.petitions.log import append
from bot.petitions.merkle import is_grown, is_included
from bot.petitions.models import PetitionRow, PetitionStatus
from bot.petitions.public import PublicLog
from bot.petitions.published import Head
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.web import petitions as module
from bot.web.petitions import add_petitions
from tests.clocks import FrozenClock
from tests.petitions.logs import COUNTED_AFTER, STORY, add_to_log, commitment_of
from tests.petitions.world import SLUG, add_petition


@pytest.fixture
def heads(database: Database, vault: Vault, clock: FrozenClock) -> Heads:
    return Heads(database, vault, clock)


@pytest.fixture
async def server(database: Database, heads: Heads) -> AsyncIterator[BaseTestServer]:
    app = web.Application()
    add_petitions(app, PublicLog(database, heads))
    async with TestServer(app, socket_factory=narrow_socket) as server:
        yield server


@pytest.fixture
async def http(server: BaseTestServer) -> AsyncIterator[ClientSession]:
    async with aiohttp.ClientSession(server.make_url("/petitions/")) as session:
        yield session


@pytest.fixture
async def petition(database: Database, clock: FrozenClock, heads: Heads) -> int:
    """Nine entries published in three hours, and some after them."""
    petition_id = await add_petition(database, clock)
    for start in (0, 3, 6):
        await add_to_log(database, petition_id, STORY[start : start + 3])
        await heads.publish()
        await clock.advance(hours=1)
    await add_to_log(database, petition_id, STORY[9:])
    return petition_id


@pytest.mark.usefixtures("petition")
async def test_the_head_is_signed_and_is_told_once(http: ClientSession, heads: Heads) -> None:
    async with http.get(f"{SLUG}/head.json") as response:
        head = Head.from_json(await response.json())
        headers = response.headers
    check_head(head, SLUG, heads.key)
    assert (head.size, head.counted) == (9, COUNTED_AFTER[8])
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=60" in headers["Cache-Control"]
    for path in ("head.json", "heads.json", "log.jsonl"):
        async with http.get(f"{SLUG}/{path}", headers={"If-None-Match": headers["ETag"]}) as response:
            assert (response.status, await response.read()) == (304, b"")
    await heads.publish()
    async with http.get(f"{SLUG}/head.json", headers={"If-None-Match": headers["ETag"]}) as response:
        assert (await response.json())["size"] == len(STORY)


@pytest.mark.usefixtures("petition")
async def test_the_log_is_whole_however_it_is_cut_and_fits_the_heads(
    http: ClientSession, heads: Heads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AT_ONCE", 4)
    async with http.get(f"{SLUG}/log.jsonl") as response:
        assert response.content_type == "application/jsonl"
        lines = (await response.read()).splitlines()
    async with http.get(f"{SLUG}/heads.json") as response:
        published = await response.json()
    assert list(published) == ["heads"]
    assert check_log(lines, [Head.from_json(each) for each in published["heads"]], heads.key).heads == 3


@pytest.mark.usefixtures("petition")
async def test_who_only_asks_whether_there_is_a_log_is_sent_none(http: ClientSession) -> None:
    for _ in range(2):  # the second time over the same connection, in which nothing of it may lie
        async with http.head(f"{SLUG}/log.jsonl") as response:
            assert (response.status, response.content_type, await response.read()) == (200, "application/jsonl", b"")


@pytest.mark.usefixtures("petition")
async def test_many_heads_come_page_by_page(http: ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_HEADS", 2)
    sizes, path = [], "heads.json"
    for _ in range(3):
        async with http.get(f"{SLUG}/{path}") as response:
            page = await response.json()
        sizes += [head["size"] for head in page["heads"]]
        path = page.get("next", "")
        if not path:
            break
    assert sizes == [3, 6, 9]


@pytest.mark.usefixtures("petition")
async def test_proofs_are_right_and_may_be_kept_for_ever(http: ClientSession) -> None:
    async with http.get(f"{SLUG}/consistency.json?from=3&to=9") as response:
        grown = await response.json()
        assert "immutable" in response.headers["Cache-Control"]
    assert is_grown(3, 9, hash_in(grown["old_root"]), hash_in(grown["root"]), [hash_in(each) for each in grown["proof"]])
    async with http.get(f"{SLUG}/proof.json?entry=4") as response:
        found = await response.json()
        assert "immutable" not in response.headers["Cache-Control"]  # of whatever size it has next time
    assert found["size"] == 9
    assert is_included(hash_in(found["leaf"]), 4, 9, [hash_in(each) for each in found["path"]], hash_in(found["root"]))
    async with http.get(f"{SLUG}/head.json") as response:
        assert (await response.json())["root"] == grown["root"] == found["root"]


def hash_in(written: str) -> bytes:
    return bytes.fromhex(written)


@pytest.mark.usefixtures("petition")
async def test_a_wrong_question_gets_one_sentence(http: ClientSession) -> None:
    sizes = "Ask for ?from=…&to=…: numbers of entries from 1 to 9, from not above to."
    for path, said in {
        "consistency.json": "from must be a number, as in ?from=1.",
        "consistency.json?from=x": "from must be a number, as in ?from=1.",
        "consistency.json?from=-1": "from must be a number, as in ?from=1.",
        "consistency.json?from=0": sizes,
        "consistency.json?from=5&to=4": sizes,
        "consistency.json?from=5&to=10": sizes,
        "proof.json?entry=9": "Ask for ?entry=…: a number from 0 on, below size, and size at most 9.",
        f"proof.json?entry={'9' * 40}": "entry must be a number, as in ?entry=1.",
        "proof.json?entry=1&size=٣": "size must be a number, as in ?size=1.",
        "heads.json?after=all": "after must be a number, as in ?after=1.",
    }.items():
        async with http.get(f"{SLUG}/{path}") as response:
            assert (response.status, await response.text()) == (400, f"{said}\n"), path


async def test_of_a_draft_and_of_what_is_not_there_nothing_is_said(
    database: Database, clock: FrozenClock, http: ClientSession
) -> None:
    await add_petition(database, clock, status=PetitionStatus.DRAFT)
    for slug in (SLUG, "no-such-petition", "No%20Such", "x" * 300, "..%2F"):
        for path in ("head.json", "heads.json", "log.jsonl", "consistency.json?from=1", "proof.json?entry=0"):
            async with http.get(f"{slug}/{path}") as response:
                assert (response.status, await response.text()) == (404, "404: Not Found")


@pytest.mark.usefixtures("long_log")
async def test_whole_logs_are_read_by_a_few_at_a_time(
    server: BaseTestServer, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_READERS", 1)
    stuck, way = await begin_to_read(server)
    async with http.get(f"{SLUG}/log.jsonl") as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "60")
    whole = await stuck.read()
    assert (whole.count(b'"leaf":'), whole.endswith(THE_END)) == (LONG, True)
    async with http.get(f"{SLUG}/log.jsonl") as response:
        assert response.status == 200
    way.close()


@pytest.mark.usefixtures("long_log")
async def test_who_does_not_read_makes_place_and_never_takes_a_part_for_the_whole(
    server: BaseTestServer, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_READERS", 1)
    monkeypatch.setattr(module, "SLOWEST_READER", 0.1)
    stuck, way = await begin_to_read(server)
    while True:
        async with http.get(f"{SLUG}/log.jsonl") as response:
            if response.status == 200:
                break
        await asyncio.sleep(0.01)
    with suppress(ConnectionError):
        assert not (await stuck.read()).endswith(THE_END)
    way.close()


THE_END: Final = b"\r\n0\r\n\r\n"
"""Of a body that came whole."""
LONG: Final = 1_000
"""Entries: more than is on its way to somebody who does not read."""
NARROW: Final = 4_096


@pytest.fixture
async def long_log(database: Database, clock: FrozenClock, heads: Heads) -> None:
    petition_id = await add_petition(database, clock)
    async with database.write() as session:
        petition = await session.get_one(PetitionRow, petition_id)
        for number in range(LONG):
            await append(session, petition, EntryKind.SIGNED, commitment=commitment_of(number))
        petition.counted = LONG
    await heads.publish()


async def begin_to_read(server: BaseTestServer) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A reader who has taken in the first letters of the log, and takes in no more by themselves."""
    ours = socket.socket()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
    ours.connect((server.host, server.port))
    reader, writer = await asyncio.open_connection(sock=ours, limit=NARROW)
    writer.write(f"GET /petitions/{SLUG}/log.jsonl HTTP/1.1\r\nHost: {server.host}\r\nConnection: close\r\n\r\n".encode())
    assert await reader.readexactly(12) == b"HTTP/1.1 200"
    return reader, writer


def narrow_socket(host: str, port: int, family: socket.AddressFamily) -> socket.socket:
    """What connects to it is sent a few kilobytes ahead, not megabytes."""
    ours = socket.socket(family)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
    ours.bind((host, port))
    return ours
