"""Cases: looking at them, following them, and what was published last."""

from handlers.cases.router import router

__all__ = ["router"]
