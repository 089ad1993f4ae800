"""The statements behind a petition's page, prepared once: most of what people tap ends here."""

from typing import Any, Final

from sqlalchemy import BindParameter, LargeBinary, bindparam, select

from bot.petitions.models import COUNTED, SHOWN, PetitionRow, PetitionStatus, SignatureRow
from bot.petitions.reading import PETITIONS
from bot.storage.types import BigId
from bot.supporters.models import PetitionNewsRow

COMMENTS: Final = 3
"""How many of those shown a page has: the latest."""
PUBLIC: Final = PetitionRow.status != PetitionStatus.DRAFT
_PETITION: Final[BindParameter[Any]] = bindparam("petition")

PETITION_BY_ID = PETITIONS.where(PetitionRow.id == _PETITION, PUBLIC)
PETITION_TO_HOLD = PETITION_BY_ID.with_for_update(of=PetitionRow, key_share=True)
PETITION_BY_SLUG = PETITIONS.where(PetitionRow.slug == _PETITION, PUBLIC)
SIGNATURE = select(SignatureRow).where(
    SignatureRow.petition_id == _PETITION, SignatureRow.tag == bindparam("tag", type_=LargeBinary)
)
# SQLite takes the other index on these two columns for as good, and reads all there are for the three that have a comment.
LATEST_COMMENTS = (
    select(SignatureRow)
    .with_hint(SignatureRow, "INDEXED BY ix_signatures_shown", "sqlite")
    .where(SignatureRow.petition_id == _PETITION, SHOWN, COUNTED)
    .order_by(SignatureRow.entry.desc())
    .limit(COMMENTS)
)
HEARS = select(PetitionNewsRow.petition_id).where(
    PetitionNewsRow.supporter_id == bindparam("supporter", type_=BigId), PetitionNewsRow.petition_id == _PETITION
)
