"""Who the bot is, and leaving."""

from dataclasses import dataclass

from bot.standin import shapes
from bot.standin.methods.base import Methods
from bot.standin.state import StandIn


@dataclass(slots=True)
class GetMe:
    async def answer(self, standin: StandIn) -> object:
        return shapes.bot_user(standin.profile).to_dict()


@dataclass(slots=True)
class LogOut:
    async def answer(self, standin: StandIn) -> object:
        return True


METHODS: Methods = {"getMe": GetMe, "logOut": LogOut, "close": LogOut}
