"""What is served over HTTP, and what /readyz says is wrong."""

from contextlib import AbstractAsyncContextManager, nullcontext

from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.app.building import Application
from bot.metrics import Metrics, add_metrics
from bot.operations.services import Services
from bot.storage.database import Database
from bot.storage.upgrade import head
from bot.telegram.intake import BACKLOG
from bot.telegram.receiving import webhook_path
from bot.telegram.server import add_webhook, health_app, serving
from bot.web.calendars import add_calendars
from bot.web.letters import add_letters
from bot.web.petitions import add_petitions


def serving_bot(app: Application) -> AbstractAsyncContextManager[None]:
    """Serve /healthz, /readyz, /metrics and, where they are configured, the webhook and calendars; and what petitions publish."""
    telegram = app.services.settings.telegram
    expected = head()
    served = health_app(lambda: what_is_wrong(app, expected))
    add_metrics(served, app.metrics, app.services.settings.metrics.token.get_secret_value())
    if telegram.mode == "webhook":
        add_webhook(served, webhook_path(app.services.vault, telegram), telegram.webhook_secret.get_secret_value(), app.intake)
    if app.services.feeds.served:
        add_calendars(served, app.services.feeds)
    add_petitions(served, app.services.petition_log)
    _serve_letters(served, app.services)
    return serving(served, telegram.listen)


def _serve_letters(served: web.Application, services: Services) -> None:
    if services.letter_pages.served:
        source = services.settings.organisation.default_locale
        add_letters(served, services.letter_pages, services.campaigns, services.catalogues, source)


def serving_runner(services: Services, metrics: Metrics) -> AbstractAsyncContextManager[None]:
    """Serve /healthz, /readyz and /metrics, where that is configured."""
    listen, expected = services.settings.runner.listen, head()
    served = health_app(lambda: what_is_wrong_with(services.database, expected))
    add_metrics(served, metrics, services.settings.metrics.token.get_secret_value())
    return serving(served, listen) if listen else nullcontext()


async def what_is_wrong(app: Application, expected: str) -> str | None:
    if wrong := await what_is_wrong_with(app.services.database, expected):
        return wrong
    if app.stopping.is_set():
        return "it is stopping"
    if not app.receiving.accepting.is_set():
        return "Telegram has not been told where updates go; see the log"
    return "too many updates are waiting" if app.intake.backlog >= BACKLOG else None


async def what_is_wrong_with(database: Database, expected: str) -> str | None:
    try:
        async with database.read() as session:
            found = await session.scalar(text("SELECT version_num FROM alembic_version"))
    except (SQLAlchemyError, OSError) as error:
        return f"the database does not answer: {type(error).__name__}"
    if found != expected:
        return f"the database has the shape of revision {found}, this version expects {expected}: `nida db upgrade`"
    return None
