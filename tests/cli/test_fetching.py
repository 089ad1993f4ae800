"""Fetching from the web: only where everybody may look, and no more than is wanted."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.cli import fetching
from bot.cli.fetching import fetch, is_public
from bot.errors import Misuse, NidaError
from tests.certificates import certificate


async def calendar(_: web.Request) -> web.Response:
    return web.Response(text="BEGIN:VCALENDAR")


async def large(_: web.Request) -> web.Response:
    return web.Response(body=b"x" * 5_000)


async def round_and_round(_: web.Request) -> web.Response:
    raise web.HTTPFound("/round")


async def away(request: web.Request) -> web.Response:
    raise web.HTTPFound(request.query["to"])


async def packed(request: web.Request) -> web.Response:
    assert request.headers["Accept-Encoding"] == "identity"
    return web.Response(body=b"\x1f\x8bpacked", headers={"Content-Encoding": "gzip"})


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    app = web.Application()
    for path, answer in (
        ("/a.ics", calendar),
        ("/large", large),
        ("/round", round_and_round),
        ("/away", away),
        ("/packed", packed),
    ):
        app.router.add_get(path, answer)
    server, client = certificate(folder)
    started = TestServer(app, scheme="https")
    await started.start_server(ssl=server)
    try:
        yield f"https://localhost:{started.port}", client
    finally:
        await started.close()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    async with serving(tmp_path) as running:
        yield running


def anywhere(_: str) -> bool:
    return True


async def test_what_is_there_is_fetched(site: tuple[str, ssl.SSLContext]) -> None:
    url, client = site
    assert await fetch(f"{url}/a.ics", 100, allowed=anywhere, ssl=client) == b"BEGIN:VCALENDAR"
    webcal = url.replace("https", "webcal")
    assert await fetch(f"{webcal}/away?to=/a.ics", 100, allowed=anywhere, ssl=client) == b"BEGIN:VCALENDAR"
    assert await fetch(f"{url}/packed", 100, allowed=anywhere, ssl=client) == b"\x1f\x8bpacked", "as it is sent"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/large", "/large has more than 4 kB"),
        ("/round", "/round leads on more than 3 times"),
        ("/none", "/none answers 404; look at it in a browser."),
        ("/away?to=http://localhost/a.ics", "http://localhost/a.ics is no address to fetch from"),
        ("/away?to=file:///etc/passwd", "file:///etc/passwd is no address to fetch from"),
    ],
)
async def test_what_cannot_be_had_is_said_in_a_sentence(site: tuple[str, ssl.SSLContext], path: str, said: str) -> None:
    url, client = site
    with pytest.raises(NidaError) as refused:
        await fetch(url + path, 4_000, allowed=anywhere, ssl=client)
    assert said in str(refused.value)


async def test_a_name_or_a_redirection_that_leads_here_is_refused(site: tuple[str, ssl.SSLContext]) -> None:
    url, client = site
    for address in (f"{url}/a.ics", "https://localhost.localdomain./a.ics"):
        with pytest.raises(NidaError):
            await fetch(address, 4_000, ssl=client)
    with pytest.raises(Misuse, match="is an address of this machine or its networks; save the file"):
        await fetch(f"{url}/a.ics", 4_000, ssl=client)

    def first(address: str) -> bool:
        return "169.254" not in address

    with pytest.raises(Misuse, match=r"169\.254\.169\.254/x is an address of this machine"):
        await fetch(f"{url}/away?to=https://169.254.169.254/x", 4_000, allowed=first, ssl=client)


async def test_a_certificate_nobody_vouches_for_is_refused(site: tuple[str, ssl.SSLContext]) -> None:
    url, _ = site
    with pytest.raises(NidaError, match="cannot be reached: "):
        await fetch(f"{url}/a.ics", 100, allowed=anywhere)


async def test_who_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, site: tuple[str, ssl.SSLContext]) -> None:
    url, client = site
    monkeypatch.setattr(fetching, "PATIENCE", 0.0001)
    with pytest.raises(NidaError, match="did not answer within 0 seconds"):
        await fetch(f"{url}/a.ics", 100, allowed=anywhere, ssl=client)


@pytest.mark.parametrize(
    "url",
    [
        "http://court.example/a.ics",
        "ftp://court.example/a.ics",
        "file:///etc/passwd",
        "https://",
        "https://me:secret@court.example/a.ics",
        "https://court.example:port/a.ics",
        "https://[::1/a.ics",
    ],
)
async def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Misuse, match="is no address to fetch from; give one that begins with https://"):
        await fetch(url, 100)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.0.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - not listened on
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "ff02::1",
        "localhost",
    ],
)
async def test_private_addresses_are_told_from_public_ones(address: str) -> None:
    assert not is_public(address)
    if ":" in address or address[0].isdigit():
        host = f"[{address}]" if ":" in address else address
        with pytest.raises(Misuse, match="is an address of this machine or its networks"):
            await fetch(f"https://{host}/a.ics", 100)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses_are_allowed(address: str) -> None:
    assert is_public(address)
