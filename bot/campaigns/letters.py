"""The letter to an office: put together for one person, and taken to their mail app.

Telegram opens no `mailto:` addresses, from buttons or from links. So a button leads to a page of our own that has one. The
letter is not kept: what the person added travels sealed in the page's address, which says nothing to whoever sees it.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from bot.campaigns.views import ActionView
from bot.errors import NidaError
from bot.storage.vault import Cell, Vault

OWN_LINES: Final = "[personal]"
"""A line of a letter of its own, where the sender's own lines go; at the end where it has none."""
MOST_OWN: Final = 500
"""Letters of the sender's own: two or three sentences."""
LONGEST_ADDRESS: Final = 2_048
"""Characters of an address that a button of Telegram's carries: 500 letters of some scripts are more, sealed."""
LONGEST_MAILTO: Final = 8_000
"""Characters of an address that phones and browsers pass on; an Arabic letter is six. Some old mail programs take 2,000."""
_CELL: Final = Cell("actions", "letter", "address")


@dataclass(frozen=True, slots=True)
class Letter:
    """`locale` is the language it is in."""

    to: str
    subject: str
    body: str
    locale: str

    @property
    def mailto(self) -> str | None:
        """The address that opens a mail app with all of it; None where it is longer than those bear."""
        address = f"{self.mailto_without_body}&body={_encoded(self.body)}"
        return address if len(address) <= LONGEST_MAILTO else None

    @property
    def mailto_without_body(self) -> str:
        return f"mailto:{quote(self.to, safe='@')}?subject={_encoded(self.subject)}"

    @property
    def file(self) -> bytes:
        """With the byte order mark by which Windows knows UTF-8."""
        return f"{self.to}\r\n{self.subject}\r\n\r\n{_lines(self.body)}\r\n".encode("utf-8-sig")


def letter_of(action: ActionView, locale: str, source_locale: str, own: str = "") -> Letter | None:
    """In the language its target reads, else in the reader's; None where the action has no letter."""
    if action.email is None or action.subject is None or action.letter is None:
        return None
    wanted = action.letter_locale or locale
    body = action.letter.choose(wanted, source_locale)
    subject = action.subject.choose(body.locale, source_locale)
    if subject.locale != body.locale:  # one letter is in one language
        body = action.letter.choose(source_locale, source_locale)
    return Letter(action.email, subject.text.strip(), _with_own(body.text.strip(), own.strip()), body.locale)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address of a page says: whose letter, for a reader of which language, with which lines of their own."""

    slug: str
    locale: str
    own: str = ""


class LetterPages:
    """`public_url` is where the addresses begin; empty where no pages are served."""

    def __init__(self, vault: Vault, public_url: str) -> None:
        self._vault = vault
        self._url = public_url.rstrip("/")

    @property
    def served(self) -> bool:
        return bool(self._url)

    def address(self, wish: Wish) -> str | None:
        """None where no pages are served, and where it is too long for a button."""
        if not self.served:
            return None
        said = json.dumps([wish.slug, wish.locale, wish.own], ensure_ascii=False).encode()
        address = f"{self._url}/letter/{base64.urlsafe_b64encode(self._vault.seal(said, _CELL)).decode().rstrip('=')}"
        return address if len(address) <= LONGEST_ADDRESS else None

    def read(self, token: str) -> Wish | None:
        """None for what was not written here."""
        try:
            sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
            return Wish(*json.loads(self._vault.open(sealed, _CELL)))
        except (binascii.Error, ValueError, NidaError):
            return None


def _with_own(body: str, own: str) -> str:
    paragraphs = [part.strip("\n") for part in body.split(OWN_LINES)]
    if len(paragraphs) == 1:
        paragraphs.append("")
    first, *rest = paragraphs
    kept = [first.rstrip(), own, *(part.strip() for part in rest)]
    return "\n\n".join(part for part in kept if part)


def _encoded(text: str) -> str:
    return quote(_lines(text), safe="")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
