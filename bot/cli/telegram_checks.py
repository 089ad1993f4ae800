"""What `nida doctor` asks Telegram: whether it knows the token, where it sends updates, and what time it is."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from bot.cli.report import Finding, bad, good, warning
from bot.config import Settings

SECONDS_OFF = 30
SECONDS_RECENT = 3600


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    result: dict[str, object]
    date: datetime | None
    """What Telegram's clock said."""


async def telegram_checks(settings: Settings) -> list[Finding]:
    if not settings.telegram.token.get_secret_value():
        return [bad("token", "There is none.", "Get one from @BotFather and set [telegram] token, or NIDA_TELEGRAM__TOKEN_FILE.")]
    timeout = aiohttp.ClientTimeout(total=15)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            me = await ask(session, settings, "getMe")
            if me.status != 200:
                return [_refused(settings, me)]
            webhook = await ask(session, settings, "getWebhookInfo")
    except (aiohttp.ClientError, TimeoutError) as error:
        # The message of such an error may hold the address, and that the token.
        reason = f"{settings.telegram.api_url} does not answer ({type(error).__name__})."
        return [bad("token", reason, "Check the network of this machine and [telegram] api_url.")]
    return [
        good("token", f"Telegram knows it as @{me.result.get('username')}."),
        webhook_finding(settings, webhook),
        clock_finding(me.date),
        inline_finding(me),
    ]


async def ask(session: aiohttp.ClientSession, settings: Settings, method: str) -> Answer:
    address = f"{settings.telegram.api_url}/bot{settings.telegram.token.get_secret_value()}/{method}"
    async with session.get(address) as answer:
        try:
            body = await answer.json(content_type=None)
        except ValueError:
            body = None
        result = body.get("result") if isinstance(body, dict) else None
        date = answer.headers.get("Date")
        return Answer(answer.status, result if isinstance(result, dict) else {}, parsedate_to_datetime(date) if date else None)


def _refused(settings: Settings, answer: Answer) -> Finding:
    if answer.status in {401, 404}:
        return bad(
            "token", "Telegram refuses it.", "Set [telegram] token to the one @BotFather shows; an old one may have been revoked."
        )
    return bad(
        "token", f"{settings.telegram.api_url} answers with {answer.status}.", "Try again later, or check [telegram] api_url."
    )


def inline_finding(me: Answer) -> Finding:
    """Whether people can find cases and petitions by typing the bot's name in any chat: @BotFather alone can turn it on."""
    if me.result.get("supports_inline_queries"):
        return good("inline", "People can type its name in any chat to pass something on.")
    return warning("inline", "Its inline mode is off.", "Write /setinline to @BotFather, then /setinlinefeedback with 100%.")


def webhook_finding(settings: Settings, answer: Answer) -> Finding:
    """Whether Telegram sends updates the way the configuration says."""
    is_set = str(answer.result.get("url", ""))
    waiting = f"{answer.result.get('pending_update_count', 0)} updates wait at Telegram"
    if settings.telegram.mode == "polling":
        if not is_set:
            return good("webhook", f"None is set, as polling needs; {waiting}.")
        return warning(
            "webhook",
            "One is set at Telegram, although mode is polling.",
            "`nida run` removes it; if it comes back, another program uses this token.",
        )
    if not is_set.startswith(settings.telegram.webhook_url.rstrip("/")):
        found = "None is set at Telegram" if not is_set else "Telegram sends updates to another address"
        return warning(
            "webhook", f"{found}; {waiting}.", "`nida run` sets it; if it changes again, another program uses this token."
        )
    return _recent_fault(answer) or good("webhook", f"Set as configured; {waiting}.")


def _recent_fault(answer: Answer) -> Finding | None:
    at, fault = answer.result.get("last_error_date"), answer.result.get("last_error_message")
    if not isinstance(at, int) or datetime.now(UTC).timestamp() - at > SECONDS_RECENT:
        return None
    return warning(
        "webhook",
        f"Telegram could not deliver at {datetime.fromtimestamp(at, UTC):%H:%M} UTC: {fault}.",
        "See that webhook_url leads to [telegram] listen with a valid certificate, and that the bot runs.",
    )


def clock_finding(theirs: datetime | None) -> Finding:
    if theirs is None:
        return warning("clock", "Telegram did not say what time it is.", "Nothing to mend, unless something stands between.")
    off = abs((datetime.now(UTC) - theirs).total_seconds())
    if off > SECONDS_OFF:
        return bad(
            "clock",
            f"This machine's clock is {off:,.0f} s off.",
            "Switch on time synchronisation (Debian: apt-get install chrony).",
        )
    return good("clock", "This machine's clock agrees with Telegram's.")
