"""What a value of the configuration must be; each raises ValueError with the end of a sentence that begins with the key."""

import re
from urllib.parse import urlsplit

from pydantic import SecretStr

from bot.daytime import Hours, is_zone
from bot.offsets import parse

EVENT_KINDS = ("hearing", "vigil", "meeting", "webinar", "other")

_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")
_METRICS_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{16,}=*")
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")


def bot_token(token: SecretStr) -> SecretStr:
    if (text := token.get_secret_value()) and not _TOKEN.fullmatch(text):
        raise ValueError("is not a bot token, which looks like 123456:ABC…; copy the whole line from @BotFather")
    return token


def metrics_token(token: SecretStr) -> SecretStr:
    if (text := token.get_secret_value()) and not _METRICS_TOKEN.fullmatch(text):
        raise ValueError("must be 16 or more of A-Z a-z 0-9 - . _ ~ + /; `openssl rand -hex 32` makes one")
    return token


def known_zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError("is not a time zone of the IANA list; write one like Europe/London")
    return name


def http_address(address: str) -> str:
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).netloc:
        raise ValueError("is not an address; write one like https://example.org")
    return address.rstrip("/")


def leads_here_safely(webhook_url: str) -> bool:
    """https, as Telegram asks; plain http only on this machine, where a stand-in or a Bot API server of one's own runs."""
    parts = urlsplit(webhook_url)
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in {"127.0.0.1", "::1", "localhost"})


def safe_address_or_nothing(address: str) -> str:
    if not address:
        return ""
    parts = urlsplit(address)
    if not leads_here_safely(address) or parts.query or parts.fragment or parts.username:
        raise ValueError("is not a public https address; write one like https://bot.example.org")
    return address.rstrip("/")


def hours(written: str) -> str:
    if written:
        Hours.parse(written)
    return written


def hours_of_regions(written: str) -> str:
    for each in filter(None, written.split(",")):
        region, _, hours = each.strip().partition(" ")
        if not re.fullmatch("[A-Z]{2}", region):
            raise ValueError(f"has {each.strip()!r}, which begins with no country's code; write it like PK 23:00-07:00")
        Hours.parse(hours)
    return written


def offset(written: str) -> str:
    parse(written)
    return written.strip()


def offsets_of_kinds(written: str) -> str:
    kinds = words(written)
    for kind, *offsets in kinds:
        if kind not in EVENT_KINDS:
            raise ValueError(f"has {kind!r}, which is none of {', '.join(EVENT_KINDS)}; write it like webinar 1d 30m")
        for offset in offsets:
            parse(offset)
    if len({kind for kind, *_ in kinds}) < len(kinds):
        raise ValueError("names a kind twice; write each once, like webinar 1d 30m, vigil 2d")
    return written


def words(written: str) -> list[list[str]]:
    return [each.split() for each in written.split(",") if each.strip()]


def host_and_port(listen: str) -> str:
    host, _, port = listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError("is not HOST:PORT; write one like 127.0.0.1:8080")
    return listen


def host_and_port_or_nothing(listen: str) -> str:
    return host_and_port(listen) if listen else ""
