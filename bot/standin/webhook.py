"""What setWebhook sets, and what it refuses."""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from bot.standin.refusals import bad_request

_PORTS: Final = frozenset({443, 80, 88, 8443})
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where updates are posted. An empty url is no webhook."""

    url: str = ""
    secret: str = ""
    max_connections: int = 40
    ip_address: str | None = None


@dataclass(slots=True)
class LastError:
    message: str = ""
    date: int = 0


def check(url: str, secret: str, max_connections: int) -> None:
    """Raises Refusal as setWebhook does. Plain HTTP and any port are taken for this machine itself, as a server run
    with --local does."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if not host or parts.scheme not in {"http", "https"}:
        raise bad_request("invalid webhook URL specified")
    if host not in _LOOPBACK and parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if host not in _LOOPBACK and (port or 443) not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    if not 1 <= max_connections <= 100:
        raise bad_request("invalid max_connections specified")
