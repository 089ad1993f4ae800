"""The proxy itself does what it is told: a fault that does not happen would prove nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.fault_proxy import FaultProxy, fault_proxy


@pytest.fixture
def heard() -> list[bytes]:
    """What arrived behind the proxy."""
    return []


@pytest.fixture
async def proxy(heard: list[bytes]) -> AsyncIterator[FaultProxy]:
    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionResetError):
            while data := await reader.read(1000):
                heard.append(data)
                writer.write(data)
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with fault_proxy(lambda: asyncio.open_connection("127.0.0.1", port)) as made:
            yield made


async def ask(proxy: FaultProxy, *words: bytes) -> bytes:
    """What comes back until the other end closes or says all of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    got = b""
    try:
        for word in words:
            writer.write(word)
            got += await reader.readexactly(len(word))
    except asyncio.IncompleteReadError as short:
        got += short.partial
    finally:
        writer.close()
    return got


async def test_without_a_fault_everything_passes(proxy: FaultProxy) -> None:
    assert await ask(proxy, b"hello", b"there") == b"hellothere"


async def test_a_cut_connection_is_reset_and_the_phrase_arrives_or_does_not(proxy: FaultProxy, heard: list[bytes]) -> None:
    for arrives in (False, True):
        proxy.cut_at(b"COMMIT", arrives=arrives)
        with pytest.raises(ConnectionResetError):
            await ask(proxy, b"BEGIN", b"COMMIT")
        assert (b"COMMIT" in heard) is arrives
    assert await ask(proxy, b"COMMIT") == b"COMMIT"


async def test_an_answer_ends_in_its_middle(proxy: FaultProxy) -> None:
    proxy.truncate_after = 3
    assert await ask(proxy, b"hello") == b"hel"


async def test_resets_and_refusals_are_noticed_at_once(proxy: FaultProxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    proxy.refusing = True
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        await reader.readexactly(1)
    writer.close()
    with pytest.raises(ConnectionResetError):
        await ask(proxy, b"hello")
    proxy.heal()
    assert await ask(proxy, b"hello") == b"hello"


async def test_deaf_it_neither_answers_nor_closes_and_stays_so(proxy: FaultProxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    proxy.go_deaf()
    proxy.heal()
    writer.write(b"again")
    assert await ask(proxy, b"new") == b"new"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.readexactly(1), 0.1)
    writer.close()
