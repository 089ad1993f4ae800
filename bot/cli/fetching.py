"""Fetching a file from the web for a verb: over https, from a public address, within bounds."""

import asyncio
import ssl as tls
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from bot.errors import Misuse, NidaError

PATIENCE: Final = 20.0
"""Seconds, for all of it."""
MOST_REDIRECTS: Final = 3
_EMBEDDING: Final = (
    IPv6Network("64:ff9b::/96"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("2002::/16"),
    IPv6Network("2001::/32"),
)
"""Addresses that lead on to another one, which may be anywhere."""
Allowed = Callable[[str], bool]


def is_public(address: str) -> bool:
    """Whether everybody reaches the same place by it: none of this machine or of the networks it is in."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (found.ipv4_mapped or any(found in network for network in _EMBEDDING)):
        return False
    return found.is_global and not found.is_multicast


class _Refused(OSError):
    pass


class _Resolver(AbstractResolver):
    """What is looked up is what is connected to: a name cannot become another address in between."""

    def __init__(self, allowed: Allowed) -> None:
        self._resolver = ThreadedResolver()
        self._allowed = allowed

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not all(self._allowed(each["host"]) for each in found):
            raise _Refused
        return found

    async def close(self) -> None:
        await self._resolver.close()


async def fetch(url: str, most_bytes: int, *, allowed: Allowed = is_public, ssl: tls.SSLContext | bool = True) -> bytes:
    """What is there. Raises Misuse for an address that is none to fetch from, NidaError when it cannot be had."""
    address = url.replace("webcal://", "https://", 1)
    connector = aiohttp.TCPConnector(resolver=_Resolver(allowed), ssl=ssl, use_dns_cache=False)
    timeout = aiohttp.ClientTimeout(total=PATIENCE)
    # As it is sent: something packed could be far larger than it looks.
    headers = {"Accept-Encoding": "identity", "User-Agent": "Nida"}
    try:
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, headers=headers, auto_decompress=False, trust_env=False
        ) as session:
            for _ in range(MOST_REDIRECTS + 1):
                _ensure_fetchable(address, allowed)
                async with session.get(address, allow_redirects=False) as answer:
                    if answer.status in {301, 302, 303, 307, 308} and "Location" in answer.headers:
                        address = urljoin(address, answer.headers["Location"])
                        continue
                    return await _read(answer, address, most_bytes)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _explained(error, address) from None
    raise NidaError(f"{url} leads on more than {MOST_REDIRECTS} times; give the address where it ends.")


def _ensure_fetchable(address: str, allowed: Allowed) -> None:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme != "https" or parts.username is not None:
        raise Misuse(f"{address} is no address to fetch from; give one that begins with https:// and holds no password.")
    if _is_literal(host) and not allowed(host):
        raise _private(address)


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def _read(answer: aiohttp.ClientResponse, address: str, most_bytes: int) -> bytes:
    if answer.status != 200:
        raise NidaError(f"{address} answers {answer.status}; look at it in a browser.")
    content = bytearray()
    async for piece in answer.content.iter_chunked(64 * 1024):
        content += piece
        if len(content) > most_bytes:
            raise NidaError(f"{address} has more than {most_bytes // 1000:,} kB, which is no calendar of hearings.")
    return bytes(content)


def _explained(error: Exception, address: str) -> NidaError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, _Refused):
            return _private(address)
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, asyncio.TimeoutError):
        return NidaError(f"{address} did not answer within {PATIENCE:.0f} seconds; try it later.")
    return NidaError(f"{address} cannot be reached: {' '.join(str(error).split())[:160] or type(error).__name__}.")


def _private(address: str) -> Misuse:
    return Misuse(f"{address} is an address of this machine or its networks; save the file, and give its name instead.")
