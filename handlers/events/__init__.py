"""Hearings and events: what is on, answering, being reminded, getting there."""

from handlers.events.own_calendar import router as calendar_router
from handlers.events.router import router

__all__ = ["calendar_router", "router"]
