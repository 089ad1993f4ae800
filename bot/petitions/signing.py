"""One person's signature, inside a transaction that holds the petition's row: of many taps at once one signs."""

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import to_the_hour
from bot.petitions.entries import SALT_BYTES, EntryKind
from bot.petitions.holdings import take_out
from bot.petitions.log import append, commitment
from bot.petitions.milestones import tell_milestones
from bot.petitions.models import CommentState, PetitionRow, PetitionStatus, SignatureRow, Standing
from bot.petitions.pulses import set_aside_in
from bot.petitions.queries import SIGNATURE
from bot.petitions.sealing import Consents, Given, Said, Sealing
from bot.petitions.views import Answers, Reply, Signer
from bot.sources.models import SOURCE_LENGTH, Step
from bot.sources.service import count_in

CONSENT_VERSION: Final = 1
"""Counted up whenever what a signature's consents say changes its meaning."""
_SIGNATURES: Final = cast(Table, SignatureRow.__table__)
_NEW_SIGNATURE: Final = insert(_SIGNATURES)


@dataclass(frozen=True, slots=True)
class House:
    """What is the same for every signature: the key, the language content is written in, the time zone in which days begin, and
    how many signatures of one link within ten minutes are counted without anybody looking."""

    sealing: Sealing
    source_locale: str
    zone: ZoneInfo
    burst: int


class Signing:
    def __init__(self, session: AsyncSession, house: House, petition: PetitionRow, now: datetime) -> None:
        self._session = session
        self._house = house
        self._sealing = house.sealing
        self._petition = petition
        self._now = now

    async def sign(self, signer: Signer, answers: Answers, *, show_name: bool, pass_on: bool) -> Reply:
        petition = self._petition
        if await self._signature(signer.telegram_id) is not None:
            return Reply.ALREADY
        if not self._is_open():
            return Reply.CLOSED
        if not self._is_complete(answers := self._asked(answers)):
            return Reply.INCOMPLETE
        source = (signer.source or "")[:SOURCE_LENGTH]
        burst_id = await set_aside_in(self._session, self._sealing, petition, source, self._house.burst, self._now)
        tag = self._sealing.tag(petition.id, petition.slug, signer.telegram_id)
        salt, hour = secrets.token_bytes(SALT_BYTES), to_the_hour(self._now)
        committed = commitment(salt, petition.slug, tag, hour)
        signature = SignatureRow(
            petition_id=petition.id,
            tag=tag,
            entry=petition.size,
            number=petition.made + 1,
            salt=salt,
            signed_at=hour,
            standing=Standing.COUNTED if burst_id is None else Standing.SET_ASIDE,
            burst_id=burst_id,
        )
        said = Said(answers, signer.locale, source or None, Consents(count_me=self._given()))
        self._keep(signature, said, show_name=show_name, pass_on=pass_on)
        await self._session.execute(_NEW_SIGNATURE, _values(signature))
        await count_in(self._session, Step.SIGNED, f"petition:{petition.slug}", source, signer.locale)
        # What stands in the petition's row changes last: it is written once, and not again before each statement.
        await append(self._session, petition, EntryKind.SIGNED, commitment=committed)
        petition.made += 1
        if burst_id is None:
            petition.counted += 1
            await tell_milestones(self._session, petition, self._now, self._house.source_locale)
            return Reply.DONE
        petition.set_aside += 1
        await append(self._session, petition, EntryKind.SET_ASIDE, about=signature.entry)
        return Reply.DONE

    async def change(self, signer: Signer, answers: Answers, *, show_name: bool, pass_on: bool) -> Reply:
        """Once the petition is closed, an answer or a consent can only be taken back."""
        signature = await self._signature(signer.telegram_id)
        if signature is None:
            return Reply.NOT_SIGNED
        before, answers = self._sealing.open(signature), self._asked(answers)
        if not self._is_open():
            more = show_name > signature.show_name or pass_on > signature.pass_on
            if more or not answers.is_left_of(before.answers):
                return Reply.CLOSED
        elif not self._is_complete(answers):
            return Reply.INCOMPLETE
        self._keep(
            signature,
            replace(before, answers=answers, locale=before.locale or signer.locale),
            show_name=show_name,
            pass_on=pass_on,
        )
        return Reply.DONE

    async def withdraw(self, telegram_id: int) -> Reply:
        """Whether or not the petition is open: nobody has to have signed for ever."""
        signature = await self._signature(telegram_id)
        if signature is None:
            return Reply.NOT_SIGNED
        await take_out(self._session, self._sealing, self._petition, signature)
        return Reply.DONE

    def _keep(self, signature: SignatureRow, said: Said, *, show_name: bool, pass_on: bool) -> None:
        """Consents only where there is something to consent to."""
        shown_before = _shown(self._sealing.open(signature).answers, signature.show_name)
        if self._now.astimezone(self._house.zone).date() > self._petition.keep_until:
            said = Said(Answers())
        answers = said.answers
        signature.show_name = show_name and answers.name is not None
        signature.pass_on = pass_on and answers != Answers()
        said = replace(said, consents=self._agreed(said.consents, signature))
        signature.answers = None if said == Said(Answers()) else self._sealing.seal(signature.petition_id, signature.tag, said)
        if answers.comment is None:
            signature.comment = CommentState.NONE
        elif _shown(answers, signature.show_name) != shown_before:
            signature.comment = CommentState.WAITING

    def _agreed(self, before: Consents, signature: SignatureRow) -> Consents:
        """What was given before keeps its time."""
        return Consents(
            count_me=before.count_me,
            show_name=(before.show_name or self._given()) if signature.show_name else None,
            pass_on=(before.pass_on or self._given()) if signature.pass_on else None,
        )

    def _given(self) -> Given:
        return Given(CONSENT_VERSION, to_the_hour(self._now))

    def _is_open(self) -> bool:
        petition = self._petition
        return petition.status is PetitionStatus.OPEN and (petition.closes_at is None or self._now < petition.closes_at)

    def _is_complete(self, answers: Answers) -> bool:
        return all(getattr(answers, ask) for ask in self._petition.needs)

    def _asked(self, answers: Answers) -> Answers:
        """What was not asked is not kept."""
        return Answers(**{ask: answer or None for ask, answer in asdict(answers).items() if ask in self._petition.asks})

    async def _signature(self, telegram_id: int) -> SignatureRow | None:
        tag = self._sealing.tag(self._petition.id, self._petition.slug, telegram_id)
        return await self._session.scalar(SIGNATURE, {"petition": self._petition.id, "tag": tag})


def _values(signature: SignatureRow) -> dict[str, Any]:
    return {column.name: getattr(signature, column.name) for column in _SIGNATURES.columns}


def _shown(answers: Answers, show_name: bool) -> tuple[str | None, str | None]:
    """What others may come to see of it, and staff have looked at: the comment and the name above it."""
    return answers.comment, answers.name if show_name else None
