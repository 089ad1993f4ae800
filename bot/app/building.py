"""What runs, built once and wired: the bot that answers, and whoever sends."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

from aiogram import Bot
from aiogram.utils.token import TokenValidationError

import handlers
from bot.announcements.composing import EVENT, Composing
from bot.campaigns.composing import CallComposing
from bot.campaigns.telling import ACTION
from bot.config import Settings
from bot.delivery.pace import Pace
from bot.delivery.sender import Sender
from bot.delivery.timing import QuietHours
from bot.errors import Misuse
from bot.events.composing import EventComposing
from bot.metrics import Metrics, Parts
from bot.operations.services import Services
from bot.petitions.composing import PetitionComposing
from bot.petitions.telling import PETITION
from bot.runner.sending import Sending
from bot.storage.lane import Lane
from bot.telegram.chat import Postman
from bot.telegram.commands import Vocabulary
from bot.telegram.conversation import ConversationStorage
from bot.telegram.dispatcher import handling, make_dispatcher
from bot.telegram.flood import Flood
from bot.telegram.identity import Identity
from bot.telegram.intake import Intake
from bot.telegram.receiving import Receiving
from bot.telegram.surface import Surface
from bot.telegram.transport import AiohttpTransport
from handlers.below import AlertActions, CallActions, EventActions, PetitionActions
from handlers.campaigns.pages import ActionPages
from handlers.cases.pages import CasePages
from handlers.events.pages import EventPages
from handlers.petitions.pages import PetitionPages
from handlers.sharing.drawings import Drawings

FOR_REPLIES = 0.1
"""Of the rate, what senders leave to the bots where those are other processes: what they send is heard a second or two later."""


@dataclass(frozen=True, slots=True)
class Application:
    """The parts that run."""

    services: Services
    transport: AiohttpTransport
    pace: Pace
    sender: Sending
    intake: Intake
    surface: Surface
    receiving: Receiving
    metrics: Metrics
    stopping: asyncio.Event = field(default_factory=asyncio.Event)


def build(services: Services, transport: AiohttpTransport) -> Application:
    """Wire the bot. Raises Misuse when the token cannot be one."""
    settings, clock = services.settings, services.clock
    organisation = settings.organisation
    pace = Pace(settings.delivery.rate, settings.delivery.per_chat_interval, clock)
    surface = Surface(transport, services.catalogues, organisation.name, organisation.default_locale)
    postman = Postman(transport, pace, clock)
    identity = Identity(
        services.supporters,
        services.catalogues,
        postman,
        Vocabulary(services.catalogues),
        Flood(clock),
        typing=Flood(clock),
    )
    storage = ConversationStorage(services.database, services.vault, clock)
    dispatcher = make_dispatcher(identity, storage, handlers.routers(), _given(services, surface))
    intake = Intake(services.database, services.vault, clock, handling(dispatcher, _bot(settings)))
    receiving = Receiving(settings.telegram, services.vault, transport, intake, clock)
    sending = sending_of(services, transport, pace)
    parts = Parts(services.database, clock, pace, settings.delivery.rate, sending, intake, postman, services.reminders)
    return Application(services, transport, pace, sending, intake, surface, receiving, Metrics(parts))


def _given(services: Services, surface: Surface) -> dict[str, Any]:
    """By its name, what a handler may ask for in its parameters."""
    organisation = services.settings.organisation
    return {
        "supporters": services.supporters,
        "following": services.following,
        "cases": services.cases,
        "events": services.events,
        "petitions": services.petitions,
        "calendars": services.calendars,
        "feeds": services.feeds,
        "sources": services.sources,
        "search": services.search,
        "receipts": services.receipts,
        "heads": services.petition_log.heads,
        "web": services.settings.web,
        "catalogues": services.catalogues,
        "organisation": organisation,
        "clock": services.clock,
        "surface": surface,
        "campaigns": services.campaigns,
        "letter_pages": services.letter_pages,
        "drawings": Drawings(),
        "action_pages": ActionPages(organisation.default_locale, services.catalogues.locales, services.clock),
        "case_pages": CasePages(organisation.default_locale),
        "petition_pages": PetitionPages(organisation.default_locale, organisation.name, services.catalogues.locales),
        "event_pages": EventPages(organisation.default_locale, services.clock, has_calendars=services.feeds.served),
    }


def sending_of(services: Services, transport: AiohttpTransport, pace: Pace) -> Sending:
    def new_sender() -> Sender:
        return Sender(
            services.database,
            services.vault,
            transport,
            pace,
            _composing(services),
            services.clock,
            services.settings.organisation.timezone,
            QuietHours(services.settings.delivery.usual_quiet_hours, services.settings.delivery.regional_quiet_hours),
        )

    async def begin_due() -> None:
        await services.petitions.close_due()  # first: nobody is called to what ended while nothing ran
        await services.action_calls.withdraw_what_is_over()
        await services.reminders.launch_due()
        await services.announcements.finish_fan_outs()

    return Sending(Lane(services.database), services.clock, new_sender, begin_due)


def _composing(services: Services) -> Composing:
    about_events = EventComposing(services.catalogues, EventActions(), services.calendars)
    about_petitions = PetitionComposing(services.catalogues, PetitionActions())
    calls = CallComposing(services.catalogues, CallActions())
    return Composing(services.catalogues, AlertActions(), {EVENT: about_events, PETITION: about_petitions, ACTION: calls})


def pace_of_senders(services: Services) -> Pace:
    """Of a process that sends, but does not reply to anybody."""
    delivery = services.settings.delivery
    share = 1 - FOR_REPLIES if services.settings.runner.engine == "procrastinate" else 1
    return Pace(delivery.rate * share, delivery.per_chat_interval, services.clock)


def _bot(settings: Settings) -> Bot:
    try:
        return Bot(settings.telegram.token.get_secret_value())
    except TokenValidationError:
        raise Misuse("[telegram] token is missing or is not a token; set it to the one @BotFather shows.") from None


def transport_of(settings: Settings) -> AiohttpTransport:
    token, telegram = settings.telegram.token.get_secret_value(), settings.telegram
    return AiohttpTransport(token, telegram.api_url, paid=settings.delivery.paid)
