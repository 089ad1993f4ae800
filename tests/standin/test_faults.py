"""Faults on demand: for each, what the client sees and whether the message was delivered all the same."""

import time

import aiohttp
import pytest

from tests.person import Person
from tests.telegram_world import TelegramWorld

NOT_DELIVERED = False
DELIVERED = True


@pytest.fixture
async def reader(world: TelegramWorld) -> Person:
    return await world.person("Noor", started=True)


async def send(world: TelegramWorld, chat: int, seconds: float = 60.0) -> tuple[int, str]:
    path, timeout = f"/bot{world.token}/sendMessage", aiohttp.ClientTimeout(sock_read=seconds)
    async with world.control.post(path, json={"chat_id": chat, "text": "Hello"}, timeout=timeout) as response:
        return response.status, await response.text()


async def delivered(person: Person) -> bool:
    return bool((await person.chat()).from_bot)


@pytest.mark.parametrize(
    ("kind", "error", "was_delivered"),
    [
        ("drop_before", aiohttp.ServerDisconnectedError, NOT_DELIVERED),
        ("drop_after", aiohttp.ServerDisconnectedError, DELIVERED),
        ("half_body", aiohttp.ClientPayloadError, DELIVERED),
        ("hang", TimeoutError, DELIVERED),
    ],
)
async def test_a_broken_connection_does_not_say_whether_it_was_delivered(
    world: TelegramWorld, reader: Person, kind: str, error: type[Exception], was_delivered: bool
) -> None:
    await world.fault(kind)
    with pytest.raises(error):
        await send(world, reader.id, seconds=1 if kind == "hang" else 60)
    if was_delivered:
        await reader.sees("Hello")
    assert await delivered(reader) is was_delivered
    assert (await send(world, reader.id))[0] == 200, "A fault happens once unless it is told otherwise."


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        ({"kind": "html_502"}, 502, "<center><h1>502 Bad Gateway</h1></center>"),
        ({"kind": "json_500"}, 500, '"description": "Internal Server Error"'),
        ({"kind": "too_many", "retry_after": 7}, 429, '"retry_after": 7'),
        ({"kind": "blocked"}, 403, "bot was blocked by the user"),
        ({"kind": "bad_request"}, 400, "Bad Request: "),
        ({"kind": "migrated"}, 400, '"migrate_to_chat_id": -100'),
        ({"kind": "revoked"}, 401, '"description": "Unauthorized"'),
    ],
)
async def test_a_refusal_on_demand_delivers_nothing(
    world: TelegramWorld, reader: Person, fault: dict[str, object], status: int, said: str
) -> None:
    await world.fault(str(fault.pop("kind")), **fault)
    answered, body = await send(world, reader.id)
    assert answered == status
    assert said in body
    assert not await delivered(reader)


async def test_a_server_error_can_hide_a_delivery(world: TelegramWorld, reader: Person) -> None:
    await world.fault("html_502", done=True)
    assert (await send(world, reader.id))[0] == 502
    assert await delivered(reader)


async def test_a_slow_answer_comes_late_and_right(world: TelegramWorld, reader: Person) -> None:
    await world.fault("slow", seconds=0.2)
    started = time.monotonic()
    assert (await send(world, reader.id))[0] == 200
    assert time.monotonic() - started >= 0.2


async def test_a_message_is_delivered_though_the_client_gave_up_waiting(world: TelegramWorld, reader: Person) -> None:
    await world.fault("slow", seconds=0.3)
    with pytest.raises(TimeoutError):
        await send(world, reader.id, seconds=0.1)
    await reader.sees("Hello")


async def test_a_fault_can_be_meant_for_one_method_one_person_and_some_times(world: TelegramWorld, reader: Person) -> None:
    other = await world.person("Omar", started=True)
    await world.fault("blocked", method="sendMessage", person=reader.id, times=2)
    assert (await send(world, other.id))[0] == 200
    assert (await world.call("sendChatAction", chat_id=reader.id, action="typing"))["ok"]
    assert [(await send(world, reader.id))[0] for _ in range(3)] == [403, 403, 200]


async def test_a_revoked_token_stays_revoked_until_the_faults_are_cleared(world: TelegramWorld) -> None:
    await world.fault("revoked")
    assert [(await world.call("getMe"))["ok"] for _ in range(3)] == [False] * 3
    async with world.control.get("/control/faults") as response:
        assert [fault["kind"] for fault in await response.json()] == ["revoked"]
    await world.no_more_faults()
    assert (await world.call("getMe"))["ok"]


async def test_a_fault_that_does_not_exist_is_refused_with_those_that_do(world: TelegramWorld) -> None:
    async with world.control.post("/control/faults", json={"kind": "locusts"}) as response:
        assert response.status == 400
        assert "drop_after" in (await response.json())["error"]
