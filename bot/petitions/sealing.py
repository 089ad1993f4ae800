"""What of a signature can be read, and by whom: a tag that only the signer's own id leads to, and the answers, encrypted.

Each petition has a key for its tags, so that two of them, stolen together, cannot be matched.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Row

from bot.petitions.models import SignatureRow
from bot.petitions.views import Answers
from bot.storage.vault import Cell, Vault

_FILLED_TO: Final = 192
"""To steps of so many bytes: name, city and country do not tell by their length which were given. That there is a comment stands
beside it anyway, as staff have to find it; how long it is shows in steps."""
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Given:
    """A consent: the version of its text, and when it was given, to the hour."""

    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Consents:
    """None where it was not given, or taken back."""

    count_me: Given | None = None
    show_name: Given | None = None
    pass_on: Given | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What is kept, sealed, of one signature."""

    answers: Answers
    locale: str | None = None
    source: str | None = None
    consents: Consents = Consents()


class Sealing:
    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def tag(self, petition_id: int, slug: str, telegram_id: int) -> bytes:
        return self._vault.tag(f"petition {petition_id} {slug}", str(telegram_id).encode())

    def pulse(self, petition_id: int, source: str) -> str:
        """Blind index of a link's source."""
        return self._vault.tag(f"pulses of petition {petition_id}", source.encode()).hex()

    def seal(self, petition_id: int, tag: bytes, said: Said) -> bytes:
        answers = {ask: answer for ask, answer in asdict(said.answers).items() if answer is not None}
        kept = [answers, said.locale, said.source, _written(said.consents)]
        written = json.dumps(kept, ensure_ascii=False, separators=(",", ":")).encode()
        return self._vault.seal(written.ljust(-(-len(written) // _FILLED_TO) * _FILLED_TO), _cell(petition_id, tag))

    def open(self, signature: SignatureRow | Row[*tuple[Any, ...]]) -> Said:
        """Empty once what signers said has been deleted. Raises NidaError for what another key sealed."""
        if signature.answers is None:
            return Said(Answers())
        opened = json.loads(self._vault.open(signature.answers, _cell(signature.petition_id, signature.tag)))
        answers, locale, source, *consents = opened
        return Said(Answers(**answers), locale, source, _read(*consents))


def _written(consents: Consents) -> list[tuple[int, int] | None]:
    each = [getattr(consents, field.name) for field in fields(consents)]
    return [given and (given.version, round(given.at.timestamp()) // _HOUR) for given in each]


def _read(written: Sequence[tuple[int, int] | None] = ()) -> Consents:
    """Nothing is written of those who signed before it was kept."""
    return Consents(*(given and Given(given[0], datetime.fromtimestamp(given[1] * _HOUR, UTC)) for given in written))


def _cell(petition_id: int, tag: bytes) -> Cell:
    return Cell("signatures", "answers", f"{petition_id}:{tag.hex()}")
