"""The chat page: one person's view of the chat, in a browser."""

from pathlib import Path
from typing import Final

from aiohttp import web

from bot.fonts import font_file
from bot.standin.fonts import stylesheet

STATIC: Final = Path(__file__).parent / "static"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def add_routes(app: web.Application) -> None:
    app.router.add_get("/", index)
    app.router.add_get("/static/{name}", static)
    app.router.add_get("/fonts/fonts.css", font_rules)
    app.router.add_get("/fonts/{name}", font)


async def index(_: web.Request) -> web.FileResponse:
    return web.FileResponse(STATIC / "index.html", headers=HEADERS)


async def static(request: web.Request) -> web.FileResponse:
    name = request.match_info["name"]
    if name not in {path.name for path in STATIC.iterdir()}:
        raise web.HTTPNotFound
    return web.FileResponse(STATIC / name, headers=HEADERS)


async def font_rules(_: web.Request) -> web.Response:
    return web.Response(text=stylesheet(), content_type="text/css", headers=HEADERS)


async def font(request: web.Request) -> web.FileResponse:
    """A font for a device that has it not; 404 when it is not installed here either."""
    file = font_file(request.match_info["name"])
    if file is None:
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={**HEADERS, "Cache-Control": "max-age=86400", "Content-Type": "font/ttf"})
