"""Comments in the order in which staff read them: those that wait, the first ones first, and all of them, the latest first."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WAITING = sa.text("comment = 'waiting'")
COMMENTED = sa.text("comment <> 'none'")


def upgrade() -> None:
    index_those_waiting("petition_id", "number")
    op.create_index(
        "ix_signatures_commented", "signatures", ["petition_id", "number"], sqlite_where=COMMENTED, postgresql_where=COMMENTED
    )


def downgrade() -> None:
    op.drop_index("ix_signatures_commented", table_name="signatures")
    index_those_waiting("petition_id")


def index_those_waiting(*columns: str) -> None:
    op.drop_index("ix_signatures_comment", table_name="signatures")
    op.create_index("ix_signatures_comment", "signatures", list(columns), sqlite_where=WAITING, postgresql_where=WAITING)
