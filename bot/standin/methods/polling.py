"""How updates reach the bot: long polling or a webhook, never both."""

from dataclasses import dataclass
from datetime import UTC, datetime

from telegram import WebhookInfo

from bot.standin.methods.base import Methods
from bot.standin.parameters import Names, Unmodelled
from bot.standin.refusals import conflict
from bot.standin.state import StandIn
from bot.standin.updates import WEBHOOK_ACTIVE, WEBHOOK_SET
from bot.standin.webhook import Webhook, check

LONGEST_POLL = 50


@dataclass(slots=True)
class GetUpdates:
    offset: int = 0
    limit: int = 100
    timeout: int = 0
    allowed_updates: Names = None

    async def answer(self, standin: StandIn) -> object:
        if standin.webhook.url:
            raise conflict(WEBHOOK_ACTIVE)
        standin.updates.allow(self.allowed_updates)
        limit = self.limit if 1 <= self.limit <= 100 else 100
        return await standin.updates.poll(self.offset, limit, min(max(self.timeout, 0), LONGEST_POLL))


@dataclass(slots=True)
class SetWebhook:
    url: str = ""
    certificate: Unmodelled = None
    ip_address: str = ""
    max_connections: int = 40
    allowed_updates: Names = None
    drop_pending_updates: bool = False
    secret_token: str = ""

    async def answer(self, standin: StandIn) -> object:
        if self.url:
            check(self.url, self.secret_token, self.max_connections)
        if self.drop_pending_updates:
            standin.updates.drop_all()
        standin.updates.allow(self.allowed_updates)
        wanted = Webhook(self.url, self.secret_token, self.max_connections, self.ip_address or None)
        if wanted != standin.webhook:
            standin.set_webhook(wanted, WEBHOOK_SET if self.url else "")
        return True


@dataclass(slots=True)
class DeleteWebhook:
    drop_pending_updates: bool = False

    async def answer(self, standin: StandIn) -> object:
        if self.drop_pending_updates:
            standin.updates.drop_all()
        if standin.webhook.url:
            standin.set_webhook(Webhook())
        return True


@dataclass(slots=True)
class GetWebhookInfo:
    async def answer(self, standin: StandIn) -> object:
        return webhook_info(standin).to_dict()


def webhook_info(standin: StandIn) -> WebhookInfo:
    webhook, error = standin.webhook, standin.last_error
    return WebhookInfo(
        webhook.url,
        has_custom_certificate=False,
        pending_update_count=len(standin.updates.waiting()),
        last_error_date=datetime.fromtimestamp(error.date, UTC) if error.date else None,
        last_error_message=error.message or None,
        max_connections=webhook.max_connections if webhook.url else None,
        allowed_updates=standin.updates.allowed,
        ip_address=webhook.ip_address,
    )


METHODS: Methods = {
    "getUpdates": GetUpdates,
    "setWebhook": SetWebhook,
    "deleteWebhook": DeleteWebhook,
    "getWebhookInfo": GetWebhookInfo,
}
