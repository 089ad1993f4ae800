"""The bot itself, wired as in production, talking to the stand-in; only where it listens and its clock are the test's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app.building import Application, build
from bot.cli.demo_files import examples
from bot.clock import SystemClock
from bot.config import Database, Delivery, Organisation, Security, Settings, Telegram
from bot.operations.operations import LocalOperations
from bot.operations.services import open_services
from bot.storage.vault import write_new_key
from bot.supervisor import Supervisor
from bot.telegram.transport import AiohttpTransport
from tests.telegram_world import TelegramWorld


def write_examples(folder: Path) -> Path:
    """The example content as the demo takes it, with events that are still to come, in a folder below this."""
    to = folder / "examples"
    to.mkdir()
    for file in examples(SystemClock().now().date()):
        (to / file.name.name).write_text(file.text, encoding="utf-8")
    return to


@dataclass
class Nida:
    """The running bot and what its staff can do."""

    app: Application
    staff: LocalOperations

    async def announces(self, update_slug: str) -> None:
        """Launch, and wait until everybody's outcome is final."""
        subject = (await self.staff.launch(update_slug, False)).broadcast.subject
        while (await self.staff.delivery(subject)).account.pending:
            await self.app.services.clock.sleep(0.02)


def settings_for(world: TelegramWorld, database_url: str, folder: Path, **organisation: object) -> Settings:
    key = folder / "nida.key"
    if not key.exists():
        write_new_key(key)
    return Settings(
        organisation=Organisation(name="Open Door Watch", contact="https://example.org/contact", **organisation),
        telegram=Telegram(token=world.token, api_url=world.url, listen="127.0.0.1:0"),
        database=Database(url=database_url),
        security=Security(key_file=str(key)),
        delivery=Delivery(rate=1000, per_chat_interval=0),
    )


@asynccontextmanager
async def running_nida(settings: Settings) -> AsyncIterator[Nida]:
    """The application by polling, without signals and ports."""
    async with (
        open_services(settings, SystemClock()) as services,
        AiohttpTransport(settings.telegram.token.get_secret_value(), settings.telegram.api_url) as transport,
    ):
        app = build(services, transport)
        staff = LocalOperations(services, app.sender.notify)
        async with Supervisor() as supervisor:
            supervisor.start("intake", app.intake.run(supervisor))
            supervisor.start("sender", app.sender.run())
            supervisor.start("receiving", app.receiving.run())
            yield Nida(app, staff)
