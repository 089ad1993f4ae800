"""What anybody reads of a petition over HTTP, as a careful stranger would: every answer is checked against the others."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.petitions.checking import check_head, check_log
from bot.petitions.heads import Heads
from bot.petitions.merkle import is_grown, is_included
from bot.petitions.models import PetitionStatus
from bot.petitions.public import PublicLog
from bot.petitions.published import Head
from bot.storage.database import Database
from bot.storage.vault import Vault
from bot.web import petitions as module
from bot.web.petitions import add_petitions
from tests.clocks import FrozenClock
from tests.petitions.logs import COUNTED_AFTER, STORY, add_to_log
from tests.petitions.world import SLUG, add_petition


@pytest.fixture
def heads(database: Database, vault: Vault, clock: FrozenClock) -> Heads:
    return Heads(database, vault, clock)


@pytest.fixture
async def http(database: Database, heads: Heads) -> AsyncIterator[ClientSession]:
    app = web.Application()
    add_petitions(app, PublicLog(database, heads))
    async with TestServer(app) as server, aiohttp.ClientSession(server.make_url("/petitions/")) as session:
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


@pytest.mark.usefixtures("petition")
async def test_whole_logs_are_read_by_a_few_at_a_time(
    database: Database, heads: Heads, http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, go_on = asyncio.Event(), asyncio.Event()

    async def lines(*_: object) -> str:
        reading.set()
        await go_on.wait()
        return ""

    monkeypatch.setattr(module, "MOST_READERS", 1)
    monkeypatch.setattr(PublicLog, "lines", lines)
    first = await http.get(f"{SLUG}/log.jsonl")
    await reading.wait()
    async with http.get(f"{SLUG}/log.jsonl") as response:
        assert (response.status, response.headers["Retry-After"]) == (503, "60")
    go_on.set()
    await first.read()
    async with http.get(f"{SLUG}/log.jsonl") as response:
        assert response.status == 200


@pytest.mark.usefixtures("petition")
async def test_who_does_not_read_makes_place_and_never_takes_a_part_for_the_whole(
    http: ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lines(*_: object) -> str:
        return "x" * 50_000_000

    monkeypatch.setattr(module, "MOST_READERS", 1)
    monkeypatch.setattr(module, "SLOWEST_READER", 0.1)
    with monkeypatch.context() as patched:
        patched.setattr(PublicLog, "lines", lines)
        stuck = await http.get(f"{SLUG}/log.jsonl")
        while True:
            async with http.get(f"{SLUG}/log.jsonl") as response:
                if response.status == 200:
                    break
            await asyncio.sleep(0.01)
    with pytest.raises(aiohttp.ClientError):
        await stuck.read()
