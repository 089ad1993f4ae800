"""What one can do: actions of every kind, saying that one did them, letters to offices."""

from handlers.campaigns.letters import router as letters_router
from handlers.campaigns.router import router

__all__ = ["letters_router", "router"]
