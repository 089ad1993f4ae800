"""A signer's receipt: that their signature is in the log. It is made only when they ask, as it is evidence of having signed."""

import json
from dataclasses import dataclass

from bot.petitions.entries import hour_text
from bot.petitions.heads import Heads
from bot.petitions.log import hashes_of
from bot.petitions.merkle import path_to
from bot.petitions.models import PetitionRow, SignatureRow
from bot.petitions.published import Receipt
from bot.petitions.sealing import Sealing
from bot.storage.asking import may_exist
from bot.storage.database import Database
from bot.storage.vault import Vault


@dataclass(frozen=True, slots=True)
class ReceiptFile:
    name: str
    body: bytes


class Receipts:
    def __init__(self, database: Database, vault: Vault, heads: Heads) -> None:
        self._database = database
        self._sealing = Sealing(vault)
        self._heads = heads

    async def of(self, telegram_id: int, petition_id: int) -> ReceiptFile | None:
        """None for somebody whose signature is not there."""
        async with self._database.write(quiet=True) as session:
            petition = await session.get(PetitionRow, petition_id if may_exist(petition_id) else 0)
            if petition is None:
                return None
            tag = self._sealing.tag(petition_id, petition.slug, telegram_id)
            signature = await session.get(SignatureRow, (petition_id, tag))
            if signature is None:
                return None
            head = await self._heads.current(session, petition_id)
            path = await hashes_of(session, petition_id, path_to(signature.entry, head.size))
        receipt = Receipt(signature.salt, tag, hour_text(signature.signed_at), signature.entry, tuple(path), head)
        written = json.dumps(receipt.to_json(), indent=2) + "\n"
        return ReceiptFile(f"receipt-{petition.slug}.json", written.encode())
