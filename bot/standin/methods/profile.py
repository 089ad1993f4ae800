"""The bot's name, descriptions and menu button."""

from dataclasses import dataclass

from bot.standin.methods.base import Methods
from bot.standin.methods.commands import read_language
from bot.standin.parameters import Object
from bot.standin.profile import shown
from bot.standin.refusals import bad_request
from bot.standin.state import StandIn
from bot.standin.text import units


@dataclass(slots=True)
class SetMyName:
    name: str = ""
    language_code: str = ""

    async def answer(self, standin: StandIn) -> object:
        return put(standin, standin.profile.names, self.language_code, self.name, 64)


@dataclass(slots=True)
class GetMyName:
    language_code: str = ""

    async def answer(self, standin: StandIn) -> object:
        return {"name": shown(standin.profile.names, read_language(self.language_code))}


@dataclass(slots=True)
class SetMyDescription:
    description: str = ""
    language_code: str = ""

    async def answer(self, standin: StandIn) -> object:
        return put(standin, standin.profile.descriptions, self.language_code, self.description, 512)


@dataclass(slots=True)
class GetMyDescription:
    language_code: str = ""

    async def answer(self, standin: StandIn) -> object:
        return {"description": shown(standin.profile.descriptions, read_language(self.language_code))}


@dataclass(slots=True)
class SetMyShortDescription:
    short_description: str = ""
    language_code: str = ""

    async def answer(self, standin: StandIn) -> object:
        return put(standin, standin.profile.short_descriptions, self.language_code, self.short_description, 120)


@dataclass(slots=True)
class GetMyShortDescription:
    language_code: str = ""

    async def answer(self, standin: StandIn) -> object:
        return {"short_description": shown(standin.profile.short_descriptions, read_language(self.language_code))}


@dataclass(slots=True)
class SetChatMenuButton:
    chat_id: int = 0
    menu_button: Object = None

    async def answer(self, standin: StandIn) -> object:
        button = self.menu_button or {"type": "default"}
        if button.get("type") not in {"commands", "web_app", "default"}:
            raise bad_request("can't parse MenuButton: Unsupported type specified")
        if self.chat_id:
            standin.reachable(self.chat_id)
        if button["type"] == "default":
            standin.profile.menu_buttons.pop(self.chat_id, None)
        else:
            standin.profile.menu_buttons[self.chat_id] = button
        standin.changed_for_all()
        return True


@dataclass(slots=True)
class GetChatMenuButton:
    chat_id: int = 0

    async def answer(self, standin: StandIn) -> object:
        return standin.profile.menu_button(self.chat_id)


def put(standin: StandIn, texts: dict[str, str], language: str, text: str, most: int) -> bool:
    """An empty text for a language takes it away: the one for all languages is shown again."""
    code = read_language(language)
    if units(text) > most:
        raise bad_request("text is too long")
    if text:
        texts[code] = text
    elif code or texts is not standin.profile.names:
        texts.pop(code, None)
    standin.changed_for_all()
    return True


METHODS: Methods = {
    "setMyName": SetMyName,
    "getMyName": GetMyName,
    "setMyDescription": SetMyDescription,
    "getMyDescription": GetMyDescription,
    "setMyShortDescription": SetMyShortDescription,
    "getMyShortDescription": GetMyShortDescription,
    "setChatMenuButton": SetChatMenuButton,
    "getChatMenuButton": GetChatMenuButton,
}
