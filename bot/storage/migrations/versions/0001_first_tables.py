"""The first tables: supporters, cases, the ledger, and what came in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
FINAL = "('sent', 'unreachable', 'rejected', 'cancelled')"


def upgrade() -> None:
    op.create_table(
        "broadcasts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "preparing",
                "sending",
                "held",
                "done",
                name="broadcast_state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.Column("audience", DOCUMENT, nullable=False),
        sa.Column("fanned_out_to", BIG_ID, nullable=True),
        sa.Column("hold_reason", sa.String(length=200), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcasts")),
        sa.UniqueConstraint("subject", name=op.f("uq_broadcasts_subject")),
    )
    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "closed", name="case_status", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("jurisdiction", sa.String(length=120), nullable=True),
        sa.Column("title", DOCUMENT, nullable=False),
        sa.Column("summary", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("slug", name=op.f("uq_cases_slug")),
    )
    op.create_table(
        "conversations",
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=120), nullable=True),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("tag", name=op.f("pk_conversations")),
    )
    op.create_index(op.f("ix_conversations_touched_at"), "conversations", ["touched_at"], unique=False)
    op.create_table(
        "inbound_updates",
        sa.Column("update_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_inbound_updates")),
    )
    op.create_index(op.f("ix_inbound_updates_received_at"), "inbound_updates", ["received_at"], unique=False)
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key_check", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "supporters",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("telegram_id", sa.LargeBinary(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("region", sa.String(length=2), nullable=True),
        sa.Column(
            "digits",
            sa.Enum("latin", "arabic", "urdu", name="digits", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("timezone", sa.String(length=48), nullable=True),
        sa.Column("place", sa.String(length=48), nullable=True),
        sa.Column("hijri", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("muted_kinds", sa.Integer(), nullable=False),
        sa.Column("silent", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("consented_at", MOMENT, nullable=True),
        sa.Column("consent_version", sa.Integer(), nullable=True),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("blocked_at", MOMENT, nullable=True),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporters")),
        sa.UniqueConstraint("tag", name=op.f("uq_supporters_tag")),
    )
    op.create_table(
        "case_updates",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "news",
                "hearing",
                "filing",
                "ruling",
                "action",
                name="update_kind",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column(
            "certainty",
            sa.Enum("confirmed", "reported", name="certainty", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=500), nullable=True),
        sa.Column("headline", DOCUMENT, nullable=False),
        sa.Column("body", DOCUMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_updates_case_id_cases"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_updates")),
        sa.UniqueConstraint("slug", name=op.f("uq_case_updates_slug")),
    )
    op.create_index(op.f("ix_case_updates_at"), "case_updates", ["at"], unique=False)
    op.create_index(op.f("ix_case_updates_case_id_at"), "case_updates", ["case_id", "at"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("supporter_id", BIG_ID, nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "leased",
                "sent",
                "unreachable",
                "rejected",
                "cancelled",
                "uncertain",
                name="delivery_state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_deliveries_broadcast_id_broadcasts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("fk_deliveries_supporter_id_supporters"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("broadcast_id", "supporter_id", name=op.f("uq_deliveries_broadcast_id_supporter_id")),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["broadcast_id", "place"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'leased')"),
        postgresql_where=sa.text("state IN ('pending', 'leased')"),
    )
    op.create_index(op.f("ix_deliveries_supporter_id"), "deliveries", ["supporter_id"], unique=False)
    op.create_table(
        "followings",
        sa.Column("supporter_id", BIG_ID, nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_followings_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("fk_followings_supporter_id_supporters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("supporter_id", "case_id", name=op.f("pk_followings")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_followings_case_id_supporter_id"), "followings", ["case_id", "supporter_id"], unique=False)
    guard_final_outcomes()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER final_outcome ON deliveries")
        op.execute("DROP FUNCTION refuse_to_reopen()")
    op.drop_index(op.f("ix_followings_case_id_supporter_id"), table_name="followings")
    op.drop_table("followings")
    op.drop_index(op.f("ix_deliveries_supporter_id"), table_name="deliveries")
    op.drop_index(
        "ix_deliveries_open",
        table_name="deliveries",
        sqlite_where=sa.text("state IN ('pending', 'leased')"),
        postgresql_where=sa.text("state IN ('pending', 'leased')"),
    )
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_case_updates_case_id_at"), table_name="case_updates")
    op.drop_index(op.f("ix_case_updates_at"), table_name="case_updates")
    op.drop_table("case_updates")
    op.drop_table("supporters")
    op.drop_table("installation")
    op.drop_index(op.f("ix_inbound_updates_received_at"), table_name="inbound_updates")
    op.drop_table("inbound_updates")
    op.drop_index(op.f("ix_conversations_touched_at"), table_name="conversations")
    op.drop_table("conversations")
    op.drop_table("cases")
    op.drop_table("broadcasts")


def guard_final_outcomes() -> None:
    """A final outcome never goes back: an error in the code must fail loudly here rather than send a copy."""
    changed = f"OLD.state IN {FINAL} AND NEW.state <> OLD.state"
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER final_outcome BEFORE UPDATE OF state ON deliveries WHEN {changed} "
            "BEGIN SELECT RAISE(ABORT, 'a final outcome never changes'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION refuse_to_reopen() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a final outcome never changes'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER final_outcome BEFORE UPDATE OF state ON deliveries FOR EACH ROW WHEN ({changed}) "
        "EXECUTE FUNCTION refuse_to_reopen()"
    )
