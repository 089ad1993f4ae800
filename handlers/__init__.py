"""The conversation: what the bot answers. One module per feature, the catch-all last."""

from aiogram import Router

from handlers import campaigns, cases, events, fallback, help, petitions, sharing  # noqa: A004 - named for the command it answers
from handlers.supporters import language, membership, pausing, privacy, settings, start


def routers() -> list[Router]:
    """Every router, in the order they are asked. Made anew each time: a router belongs to one dispatcher."""
    return [
        membership.router(),
        start.router(),
        pausing.router(),
        privacy.router(),
        language.router(),
        cases.router(),
        events.router(),
        events.calendar_router(),
        petitions.router(),
        petitions.questions_router(),
        petitions.checking_router(),
        campaigns.router(),
        campaigns.letters_router(),
        sharing.router(),
        sharing.inline_router(),
        help.router(),
        settings.router(),
        fallback.router(),
    ]
