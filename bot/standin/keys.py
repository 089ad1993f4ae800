"""Where the application keeps what its handlers need."""

import asyncio

from aiohttp import web

from bot.standin.state import StandIn

STANDIN = web.AppKey("standin", StandIn)
CLOSING = web.AppKey("closing", asyncio.Event)
