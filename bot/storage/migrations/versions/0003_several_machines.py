"""Several machines: which of several bots has taken an update in, and where a database went that was moved."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KNOWN = sa.text("person IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "receivers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivers")),
    )
    with op.batch_alter_table("inbound_updates") as updates:
        updates.add_column(sa.Column("receiver", sa.Integer(), nullable=True))
        updates.add_column(sa.Column("person", sa.LargeBinary(), nullable=True))
    op.create_index("ix_inbound_updates_person", "inbound_updates", ["person"], sqlite_where=KNOWN, postgresql_where=KNOWN)
    with op.batch_alter_table("installation") as installation:
        installation.add_column(sa.Column("move", sa.String(length=16), nullable=True))
        installation.add_column(sa.Column("moved_to", sa.String(length=300), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("installation") as installation:
        installation.drop_column("moved_to")
        installation.drop_column("move")
    op.drop_index("ix_inbound_updates_person", table_name="inbound_updates")
    with op.batch_alter_table("inbound_updates") as updates:
        updates.drop_column("person")
        updates.drop_column("receiver")
    op.drop_table("receivers")
