"""What Telegram itself shows of the bot: its name, its descriptions and its command menu, in each language."""

from typing import Any

import structlog

from bot.delivery.outcome import Answered
from bot.language import Catalogues, N_description, Reader, Words, name
from bot.telegram.commands import COMMANDS
from bot.telegram.transport import AiohttpTransport

log = structlog.get_logger()

DESCRIPTION_LIMIT = 512
SHORT_DESCRIPTION_LIMIT = 120
COMMAND_LIMIT = 256
NAME_LIMIT = 64

DESCRIPTION = N_description(
    "Follow cases and hear what happened, in your own language. "
    "Nothing is sent until you subscribe, and you can stop at any time. From {organisation}.",
    512,
)
SHORT_DESCRIPTION = N_description("Case updates in English, Arabic and Urdu, from {organisation}.", 120)


class Surface:
    """Sets what differs from what Telegram has: it limits how often these may be changed."""

    def __init__(self, transport: AiohttpTransport, catalogues: Catalogues, organisation: str, default_locale: str) -> None:
        self._transport = transport
        self._catalogues = catalogues
        self._organisation = organisation
        self._default_locale = default_locale
        self._all_set = False
        self._username: str | None = None

    async def set_up(self) -> bool:
        """False when something could not be set, as when the network is away: worth another try."""
        self._all_set = True
        for locale in self._catalogues.locales:
            await self._set_language(locale, locale)
        await self._set_language(self._default_locale, "")
        await self._transport.call("setChatMenuButton", {"menu_button": {"type": "commands"}})
        return self._all_set

    async def username(self) -> str | None:
        """The bot's own, for links to it; None while Telegram cannot be asked."""
        if self._username is None:
            seen = await self._transport.call("getMe", {})
            me = (seen.body or {}).get("result") if isinstance(seen, Answered) else None
            self._username = me.get("username") if isinstance(me, dict) else None
        return self._username

    async def show_in_chat(self, chat_id: int, locale: str) -> None:
        """Show the menu in the language a person chose, whatever the language of their app."""
        scope = {"type": "chat", "chat_id": chat_id}
        await self._transport.call("setMyCommands", {"commands": self._menu(self._words(locale)), "scope": scope})

    async def forget_chat(self, chat_id: int) -> None:
        await self._transport.call("deleteMyCommands", {"scope": {"type": "chat", "chat_id": chat_id}})

    async def _set_language(self, locale: str, language_code: str) -> None:
        words = self._words(locale)
        organisation = name(self._organisation)
        description = words.describe(DESCRIPTION, DESCRIPTION_LIMIT, organisation=organisation)
        short = words.describe(SHORT_DESCRIPTION, SHORT_DESCRIPTION_LIMIT, organisation=organisation)
        await self._set("Commands", "commands", language_code, self._menu(words))
        await self._set("Description", "description", language_code, description.text)
        await self._set("ShortDescription", "short_description", language_code, short.text)
        await self._set("Name", "name", language_code, self._organisation[:NAME_LIMIT])

    async def _set(self, what: str, parameter: str, language_code: str, wanted: Any) -> None:
        language = {"language_code": language_code}
        seen = await self._transport.call(f"getMy{what}", language)
        result = (seen.body or {}).get("result") if isinstance(seen, Answered) else None
        if wanted in (result, result.get(parameter) if isinstance(result, dict) else None):
            return
        seen = await self._transport.call(f"setMy{what}", {**language, parameter: wanted})
        if not isinstance(seen, Answered) or seen.status != 200:
            self._all_set = False
            log.warning("surface.not_set", what=what, language=language_code or "default", seen=type(seen).__name__)

    def _menu(self, words: Words) -> list[dict[str, str]]:
        return [
            {"command": command.name, "description": words.describe(command.description, COMMAND_LIMIT).text}
            for command in COMMANDS
            if command.in_menu
        ]

    def _words(self, locale: str) -> Words:
        return self._catalogues.words(Reader(locale))
