"""Passing on: what somebody types behind the bot's name, and links, pictures and codes to share."""

from handlers.sharing.inline import router as inline_router
from handlers.sharing.router import router

__all__ = ["inline_router", "router"]
