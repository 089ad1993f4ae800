"""Petitions: reading them, signing in two taps or after a few questions, changing that and taking it back."""

from handlers.petitions.checking import router as checking_router
from handlers.petitions.questions import router as questions_router
from handlers.petitions.router import router

__all__ = ["checking_router", "questions_router", "router"]
