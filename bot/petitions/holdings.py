"""The signatures of one person, handed out to them and erased: found by making the tag of each petition anew."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.petitions.entries import EntryKind
from bot.petitions.log import append
from bot.petitions.models import PetitionRow, SignatureRow, Standing
from bot.petitions.pulses import give_back
from bot.petitions.sealing import Sealing
from bot.sources.models import Step
from bot.sources.service import count_in


async def signatures_of(
    session: AsyncSession, sealing: Sealing, who: int, petitions: Sequence[tuple[int, str]]
) -> dict[int, SignatureRow]:
    """A person's, by petition; these are given by id and slug. `who` is a Telegram id."""
    # One by one: for a list of pairs, SQLite reads every signature there is.
    found = [await session.get(SignatureRow, (id_, sealing.tag(id_, slug, who))) for id_, slug in petitions]
    return {signature.petition_id: signature for signature in found if signature is not None}


async def take_out(session: AsyncSession, sealing: Sealing, petition: PetitionRow, signature: SignatureRow) -> None:
    """Withdrawn or erased: the row goes with its salt, and its entry in the log means nothing any more; its link counts one
    less. The petition is locked."""
    if signature.standing is Standing.COUNTED:
        petition.counted -= 1
    else:
        petition.set_aside -= 1
    said = sealing.open(signature)
    await give_back(session, sealing, signature, said.source)
    if said.locale is not None:
        await count_in(session, Step.SIGNED, f"petition:{petition.slug}", said.source, said.locale, people=-1)
    await append(session, petition, EntryKind.WITHDRAWN, about=signature.entry)
    await session.delete(signature)


class Signatures:
    """What `/mydata` and `/forget` need of petitions."""

    name = "signatures"

    def __init__(self, sealing: Sealing) -> None:
        self._sealing = sealing

    async def export(self, session: AsyncSession, telegram_id: int) -> list[dict[str, Any]]:
        slugs = await _slugs(session)
        signed = await signatures_of(session, self._sealing, telegram_id, list(slugs.items()))
        return [self._exported(slugs[id_], signature) for id_, signature in sorted(signed.items())]

    async def erase(self, session: AsyncSession, telegram_id: int) -> bool:
        """One petition after the other, always in the same order, so that nobody waits for somebody who waits for them."""
        slugs = await _slugs(session)
        signed = await signatures_of(session, self._sealing, telegram_id, list(slugs.items()))
        held = select(PetitionRow).where(PetitionRow.id.in_(signed)).order_by(PetitionRow.id).with_for_update(key_share=True)
        for petition in (await session.scalars(held)).all():
            # Looked at again: it may have been withdrawn before the petition was held.
            tag = self._sealing.tag(petition.id, petition.slug, telegram_id)
            signature = await session.get(SignatureRow, (petition.id, tag), populate_existing=True)
            if signature is not None:
                await take_out(session, self._sealing, petition, signature)
        return bool(signed)

    def _exported(self, petition: str, signature: SignatureRow) -> dict[str, Any]:
        said = self._sealing.open(signature)
        return {
            "petition": petition,
            "number": signature.number,
            "signed_at": signature.signed_at.isoformat(),
            "answers": asdict(said.answers),
            "consents": {name: _given(given) for name, given in asdict(said.consents).items()},
            "name_shown": signature.show_name,
            "details_passed_on": signature.pass_on,
            "counted": signature.standing is Standing.COUNTED,
            "comment": signature.comment.value,
            "language": said.locale,
            "came_by_link": said.source,
        }


def _given(consent: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if consent is None else {"version": consent["version"], "given_at": consent["at"].isoformat()}


async def _slugs(session: AsyncSession) -> dict[int, str]:
    return {row.id: row.slug for row in (await session.execute(select(PetitionRow.id, PetitionRow.slug))).all()}
