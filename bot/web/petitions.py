"""/petitions/<slug>/…: what is published of a petition's log, for anybody to check, from any web page.

head.json, heads.json?after=, log.jsonl, consistency.json?from=&to=, proof.json?entry=&size=. Nothing of it is about a person.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from aiohttp import web

from bot.petitions.public import NotPublished, PublicLog
from bot.petitions.published import Head, head_line
from bot.storage.asking import may_exist

AT_ONCE: Final = 500
"""Entries read and written before anybody else gets a turn."""
MOST_HEADS: Final = 1000
"""In one answer; `next` says how to ask for more."""
MOST_READERS: Final = 4
"""Of whole logs at one time; others are asked to come back."""
SLOWEST_READER: Final = 30.0
"""Seconds to take a few hundred lines in; who is slower makes place."""

_EVERYBODY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Access-Control-Allow-Origin": "*",
}
_FOR_A_MINUTE: Final = {**_EVERYBODY, "Cache-Control": "public, max-age=60"}
_FOR_EVER: Final = {**_EVERYBODY, "Cache-Control": "public, max-age=31536000, immutable"}
_NUMBER: Final = re.compile("[0-9]{1,18}")

Answer = Callable[[web.Request, Head], Awaitable[web.StreamResponse]]


def add_petitions(app: web.Application, log: PublicLog) -> None:
    pages = _Pages(log)
    for name, answer in (
        ("head.json", pages.head),
        ("heads.json", pages.heads),
        ("log.jsonl", pages.whole),
        ("consistency.json", pages.growth),
        ("proof.json", pages.entry),
    ):
        app.router.add_get(f"/petitions/{{slug}}/{name}", _of_a_petition(log, answer))


def _of_a_petition(log: PublicLog, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def respond(request: web.Request) -> web.StreamResponse:
        slug = request.match_info["slug"]
        head = await log.heads.latest(slug) if may_exist(slug) else None
        if head is None:
            return web.Response(status=404, text="404: Not Found", headers=_FOR_A_MINUTE)
        try:
            return await answer(request, head)
        except NotPublished as error:
            return web.Response(status=400, text=f"{error}\n", headers=_FOR_A_MINUTE)

    return respond


class _Pages:
    def __init__(self, log: PublicLog) -> None:
        self._log = log
        self._readers = 0

    async def head(self, request: web.Request, head: Head) -> web.Response:
        return _unless_known(request, head) or web.json_response(head.to_json(), headers=_tagged(head))

    async def heads(self, request: web.Request, head: Head) -> web.Response:
        if known := _unless_known(request, head):
            return known
        after = _number(request, "after", default=-1)
        found = await self._log.heads.after(head.petition, after, MOST_HEADS)
        more = {"next": f"heads.json?after={found[-1].size}"} if len(found) == MOST_HEADS else {}
        return web.json_response({"heads": [each.to_json() for each in found], **more}, headers=_tagged(head))

    async def whole(self, request: web.Request, head: Head) -> web.StreamResponse:
        """The head, then every entry under it."""
        if known := _unless_known(request, head):
            return known
        if self._readers >= MOST_READERS:
            return web.Response(status=503, headers={**_EVERYBODY, "Retry-After": "60", "Cache-Control": "no-store"})
        self._readers += 1
        try:
            return await self._stream(request, head)
        finally:
            self._readers -= 1

    async def _stream(self, request: web.Request, head: Head) -> web.StreamResponse:
        disposition = {"Content-Disposition": f'inline; filename="{head.petition}-log.jsonl"'}
        response = web.StreamResponse(headers={**_tagged(head), **disposition})
        response.content_type = "application/jsonl"
        await response.prepare(request)
        if request.method == "HEAD":
            return response
        await response.write(head_line(head).encode())
        try:
            for start in range(0, head.size, AT_ONCE):
                lines = await self._log.lines(head.petition, start, min(start + AT_ONCE, head.size))
                async with asyncio.timeout(SLOWEST_READER):
                    await response.write(lines.encode())
                await asyncio.sleep(0)  # SQLite answers without giving anybody else a turn
        except TimeoutError:
            if request.transport is not None:  # cut off, so that nobody takes what they have for the whole
                request.transport.abort()
            return response
        await response.write_eof()
        return response

    async def growth(self, request: web.Request, head: Head) -> web.Response:
        old, size = _number(request, "from"), _number(request, "to", default=head.size)
        proof = await self._log.growth(head, old, size)
        return _proof(request, asdict(proof), ("from", "to"))

    async def entry(self, request: web.Request, head: Head) -> web.Response:
        number, size = _number(request, "entry"), _number(request, "size", default=head.size)
        proof = await self._log.entry(head, number, size)
        return _proof(request, asdict(proof), ("entry", "size"))


def _proof(request: web.Request, proof: Mapping[str, Any], named: tuple[str, ...]) -> web.Response:
    """What was asked for with all its numbers never changes."""
    kept = _FOR_EVER if all(name in request.query for name in named) else _FOR_A_MINUTE
    return web.json_response(proof, headers=kept)


def _number(request: web.Request, name: str, default: int | None = None) -> int:
    written = request.query.get(name)
    if written is None and default is not None:
        return default
    if written is None or not _NUMBER.fullmatch(written):
        raise NotPublished(f"{name} must be a number, as in ?{name}=1.")
    return int(written)


def _etag(head: Head) -> str:
    return head.root.hex()[:32]


def _tagged(head: Head) -> dict[str, str]:
    return {**_FOR_A_MINUTE, "ETag": f'"{_etag(head)}"'}


def _unless_known(request: web.Request, head: Head) -> web.Response | None:
    known = any(each.value in {_etag(head), "*"} for each in request.if_none_match or ())
    return web.Response(status=304, headers=_tagged(head)) if known else None
