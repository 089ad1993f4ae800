"""Hearings and events: what is on, answering, being reminded, getting there."""

from handlers.events.router import router

__all__ = ["router"]
