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
PETITION_BY_SLUG = PETITIONS.where(PetitionRow.slug == _PETITION, PUBLIC)
SIGNATURE = select(SignatureRow).where(
    SignatureRow.petition_id == _PETITION, SignatureRow.tag == bindparam("tag", type_=LargeBinary)
)
LATEST_COMMENTS = (
    select(SignatureRow)
    .where(SignatureRow.petition_id == _PETITION, SHOWN, COUNTED)
    .order_by(SignatureRow.entry.desc())
    .limit(COMMENTS)
)
HEARS = select(PetitionNewsRow.petition_id).where(
    PetitionNewsRow.supporter_id == bindparam("supporter", type_=BigId), PetitionNewsRow.petition_id == _PETITION
)
