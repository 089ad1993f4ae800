"""The statements behind a petition's page, prepared once: most of what people tap ends here."""

from typing import Any, Final

from sqlalchemy import BindParameter, LargeBinary, bindparam, desc, exists, false, select, true, union_all

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
SIGNATURE = select(SignatureRow).where(
    SignatureRow.petition_id == _PETITION, SignatureRow.tag == bindparam("tag", type_=LargeBinary)
)

# A card is two statements: on a server most of the time goes into the ways there and back.
_HEARS = exists().where(
    PetitionNewsRow.supporter_id == bindparam("supporter", type_=BigId), PetitionNewsRow.petition_id == PetitionRow.id
)
_CARD = PETITIONS.add_columns(_HEARS)
CARD_BY_ID = _CARD.where(PetitionRow.id == _PETITION, PUBLIC)
CARD_BY_SLUG = _CARD.where(PetitionRow.slug == _PETITION, PUBLIC)
# SQLite takes the other index on these two columns for as good, and reads all there are for the three that have a comment.
_LATEST_COMMENTS = (
    select(SignatureRow, false().label("is_mine"))
    .with_hint(SignatureRow, "INDEXED BY ix_signatures_shown", "sqlite")
    .where(SignatureRow.petition_id == _PETITION, SHOWN, COUNTED)
    .order_by(SignatureRow.entry.desc())
    .limit(COMMENTS)
)
MINE_AND_COMMENTS = union_all(SIGNATURE.add_columns(true().label("is_mine")), select(_LATEST_COMMENTS.subquery())).order_by(
    desc("entry")
)
"""One's own signature, if there is one, and the latest comments, the newest first."""
