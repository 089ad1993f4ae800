"""Links into the chat with the bot: what they lead to, and where they were given out."""

from typing import Final
from urllib.parse import quote, urlencode

PAYLOAD: Final = 64
"""Letters a link can carry."""


def deep_link(username: str, kind: str, slug: str, source: str | None = None) -> str | None:
    """None for a name too long for a link. The source is left out where the name leaves it no room: that a link leads where it
    says matters more than how it is counted."""
    target = f"{kind}-{slug}"
    if len(target) > PAYLOAD:
        return None
    with_source = f"{target}__{source}" if source else target
    return f"https://t.me/{username}?start={with_source if len(with_source) <= PAYLOAD else target}"


def passing_on(address: str, text: str) -> str:
    """The address that asks in Telegram whom to send a link to."""
    return f"https://t.me/share/url?{urlencode({'url': address, 'text': text}, quote_via=quote)}"
