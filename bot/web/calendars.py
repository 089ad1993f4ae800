"""/calendar/<locale>.ics for web sites, /calendar/p/<secret>.ics for one supporter's own calendar.

Whoever guesses learns nothing: what is nobody's secret, what was revoked and what cannot be one get the same answer.
"""

from collections.abc import Awaitable, Callable, Collection
from typing import Final

from aiohttp import web

from bot.events.calendar import MEDIA_TYPE
from bot.events.feeds import Feed, Feeds

Found = Callable[[str, Collection[str]], Awaitable[Feed | None]]

_EVERYBODY: Final = {"X-Robots-Tag": "noindex, nofollow", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_PUBLIC: Final = {**_EVERYBODY, "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
_PRIVATE: Final = {**_EVERYBODY, "Cache-Control": "private, no-cache"}


def add_calendars(app: web.Application, feeds: Feeds) -> None:
    app.router.add_get("/calendar/{name}.ics", _answering(feeds.public, _PUBLIC, "events.ics"))
    app.router.add_get("/calendar/p/{name}.ics", _answering(feeds.private, _PRIVATE, "my-events.ics"))


def _answering(find: Found, headers: dict[str, str], file_name: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        known = {each.value for each in request.if_none_match or ()}
        feed = await find(request.match_info["name"], known)
        if feed is None:
            return web.Response(status=404, text="404: Not Found", headers=_PRIVATE)
        tagged = {**headers, "ETag": f'"{feed.etag}"'}
        if feed.body is None:
            return web.Response(status=304, headers=tagged)
        disposition = {"Content-Disposition": f'inline; filename="{file_name}"'}
        return web.Response(body=feed.body, content_type=MEDIA_TYPE, charset="utf-8", headers={**tagged, **disposition})

    return answer
