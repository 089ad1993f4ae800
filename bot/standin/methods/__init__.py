"""The methods of the Bot API that are modelled. Any other is answered with 404, as an unknown one is."""

from bot.standin.methods import callbacks, commands, documents, inline, me, messages, photos, polling, profile
from bot.standin.methods.base import Methods
from bot.standin.parameters import Given, build
from bot.standin.refusals import Refusal, not_found
from bot.standin.state import StandIn

METHODS: Methods = {
    **me.METHODS,
    **polling.METHODS,
    **messages.METHODS,
    **documents.METHODS,
    **photos.METHODS,
    **inline.METHODS,
    **callbacks.METHODS,
    **commands.METHODS,
    **profile.METHODS,
}
_BY_LOWER_NAME = {name.lower(): name for name in METHODS}


def known(name: str) -> str:
    """The method's proper name: Telegram takes it in any case. Raises Refusal 404."""
    if name in METHODS:
        return name
    if found := _BY_LOWER_NAME.get(name.lower()):
        return found
    raise not_found()


async def call(standin: StandIn, name: str, given: Given) -> object:
    """Raises Refusal."""
    return await build(METHODS[name], given).answer(standin)


async def call_silently(standin: StandIn, name: str, given: Given) -> None:
    """As for a method named in the answer to a webhook: neither its result nor its refusal is told."""
    try:
        standin.calls[known(name)] += 1
        await call(standin, known(name), given)
    except Refusal:
        return
