"""Control and timing of broadcasts: scheduled, corrected, recalled, gathered; quiet hours and digests of supporters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BROADCAST_KEY = "fk_deliveries_broadcast_id_broadcasts"
SUPPORTER_KEY = "fk_deliveries_supporter_id_supporters"
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
FINAL = "('sent', 'unreachable', 'rejected', 'cancelled')"
OPEN = sa.text("state IN ('pending', 'leased')")
DEFERRED = sa.text("state = 'deferred'")
CARRIED = sa.text("carried_by IS NOT NULL")

BROADCASTS = ("preparing", "sending", "held", "done")
DELIVERIES = ("pending", "leased", "sent", "unreachable", "rejected", "cancelled", "uncertain")


def upgrade() -> None:
    drop_guard()
    op.drop_index("ix_deliveries_open", table_name="deliveries")
    with op.batch_alter_table("deliveries") as deliveries:
        deliveries.drop_constraint(op.f(BROADCAST_KEY), type_="foreignkey")
        deliveries.drop_constraint(op.f(SUPPORTER_KEY), type_="foreignkey")
        deliveries.add_column(sa.Column("due_at", MOMENT, nullable=True))
        deliveries.add_column(sa.Column("version", sa.SmallInteger(), nullable=True))
        deliveries.add_column(sa.Column("carried_by", BIG_ID, nullable=True))
    allow("deliveries", "delivery_state", DELIVERIES, (*DELIVERIES, "deferred"))
    add_open_index()
    op.create_index(
        "ix_deliveries_deferred", "deliveries", ["broadcast_id", "due_at"], sqlite_where=DEFERRED, postgresql_where=DEFERRED
    )
    op.create_index("ix_deliveries_carried_by", "deliveries", ["carried_by"], sqlite_where=CARRIED, postgresql_where=CARRIED)
    guard_final_outcomes()
    share_outcomes()

    with op.batch_alter_table("broadcasts") as broadcasts:
        broadcasts.add_column(sa.Column("task", sa.String(length=16), nullable=False, server_default="send"))
        broadcasts.add_column(sa.Column("original_id", sa.Integer(), nullable=True))
        broadcasts.add_column(sa.Column("version", sa.SmallInteger(), nullable=False, server_default="1"))
        broadcasts.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
        broadcasts.add_column(sa.Column("urgent_reason", sa.String(length=200), nullable=True))
        broadcasts.add_column(sa.Column("starts_at", MOMENT, nullable=True))
        broadcasts.add_column(sa.Column("timing", DOCUMENT, nullable=True))
        broadcasts.add_column(sa.Column("launched_at", MOMENT, nullable=True))
        broadcasts.add_column(sa.Column("held_from", sa.String(length=16), nullable=True))
        broadcasts.create_foreign_key(
            op.f("fk_broadcasts_original_id_broadcasts"), "broadcasts", ["original_id"], ["id"], ondelete="CASCADE"
        )
    allow("broadcasts", "broadcast_state", BROADCASTS, (*BROADCASTS, "scheduled", "cancelled"))
    op.execute("UPDATE broadcasts SET launched_at = created_at")
    # Until now, what a restored copy showed in the middle of a launch was told by this sentence.
    op.execute(
        "UPDATE broadcasts SET held_from = 'preparing' WHERE hold_reason LIKE 'The copy was made while this was launched%'"
    )

    with op.batch_alter_table("supporters") as supporters:
        supporters.add_column(sa.Column("quiet_from", sa.SmallInteger(), nullable=True))
        supporters.add_column(sa.Column("quiet_until", sa.SmallInteger(), nullable=True))
        supporters.add_column(sa.Column("digest_days", sa.SmallInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    """What the older shape cannot hold is let go of: corrections and recalls end, what was deferred is sent at once."""
    with op.batch_alter_table("supporters") as supporters:
        for column in ("digest_days", "quiet_until", "quiet_from"):
            supporters.drop_column(column)

    drop_guard()
    drop_sharing()
    op.execute("DELETE FROM deliveries WHERE broadcast_id IN (SELECT id FROM broadcasts WHERE task <> 'send')")
    op.execute("DELETE FROM broadcasts WHERE task <> 'send'")
    op.execute("UPDATE broadcasts SET state = 'held', hold_reason = 'It was scheduled.' WHERE state = 'scheduled'")
    op.execute("UPDATE broadcasts SET state = 'done' WHERE state = 'cancelled'")
    op.execute("UPDATE deliveries SET state = 'pending' WHERE state = 'deferred'")
    op.drop_index("ix_deliveries_carried_by", table_name="deliveries")
    op.drop_index("ix_deliveries_deferred", table_name="deliveries")
    op.drop_index("ix_deliveries_open", table_name="deliveries")
    allow("broadcasts", "broadcast_state", (*BROADCASTS, "scheduled", "cancelled"), BROADCASTS)
    with op.batch_alter_table("broadcasts") as broadcasts:
        broadcasts.drop_constraint(op.f("fk_broadcasts_original_id_broadcasts"), type_="foreignkey")
        for column in (
            "held_from",
            "launched_at",
            "timing",
            "starts_at",
            "urgent_reason",
            "urgent",
            "version",
            "original_id",
            "task",
        ):
            broadcasts.drop_column(column)
    allow("deliveries", "delivery_state", (*DELIVERIES, "deferred"), DELIVERIES)
    op.execute("UPDATE deliveries SET supporter_id = NULL WHERE supporter_id NOT IN (SELECT id FROM supporters)")
    with op.batch_alter_table("deliveries") as deliveries:
        for column in ("carried_by", "version", "due_at"):
            deliveries.drop_column(column)
        deliveries.create_foreign_key(op.f(BROADCAST_KEY), "broadcasts", ["broadcast_id"], ["id"], ondelete="CASCADE")
        deliveries.create_foreign_key(op.f(SUPPORTER_KEY), "supporters", ["supporter_id"], ["id"], ondelete="SET NULL")
    add_open_index()
    guard_final_outcomes()


def allow(table: str, name: str, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    """Replace the values that the column `state` may hold."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(name), table, type_="check")
        listed = ", ".join(f"'{value}'" for value in new)
        op.create_check_constraint(op.f(name), table, f"state IN ({listed})")
        return
    with op.batch_alter_table(table, recreate="always") as batch:  # which leaves the old check behind
        batch.alter_column("state", existing_type=states(name, old), type_=states(name, new), existing_nullable=False)


def states(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=op.f(name), native_enum=False, create_constraint=True, length=16)


def add_open_index() -> None:
    op.create_index("ix_deliveries_open", "deliveries", ["broadcast_id", "place"], sqlite_where=OPEN, postgresql_where=OPEN)


def drop_guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER final_outcome")
        return
    op.execute("DROP TRIGGER final_outcome ON deliveries")
    op.execute("DROP FUNCTION refuse_to_reopen()")


def guard_final_outcomes() -> None:
    """As in 0001: on SQLite a rebuilt table has lost it."""
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


def share_outcomes() -> None:
    """What becomes of a gathered message becomes of everything it carries, whoever changes it and however."""
    ends = "NEW.carried_by = NEW.id AND NEW.state <> OLD.state AND NEW.state IN ('sent', 'unreachable', 'rejected', "
    ends += "'cancelled', 'uncertain')"
    share = (
        "UPDATE deliveries SET state = NEW.state, reason = NEW.reason, locale = NEW.locale, "
        "message_id = NEW.message_id "
        "WHERE carried_by = NEW.id AND id <> NEW.id AND state IN ('deferred', 'uncertain')"
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER shared_outcome AFTER UPDATE OF state ON deliveries WHEN {ends} BEGIN {share}; END")
        return
    op.execute(f"CREATE FUNCTION share_outcome() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {share}; RETURN NULL; END $$")
    op.execute(
        f"CREATE TRIGGER shared_outcome AFTER UPDATE OF state ON deliveries FOR EACH ROW WHEN ({ends}) "
        "EXECUTE FUNCTION share_outcome()"
    )


def drop_sharing() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER shared_outcome")
        return
    op.execute("DROP TRIGGER shared_outcome ON deliveries")
    op.execute("DROP FUNCTION share_outcome()")
