"""A smaller ledger: a delivery is known by its broadcast and its person, and by no number of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
BEFORE = "deliveries_before"
FINAL = "('sent', 'unreachable', 'rejected', 'cancelled')"
OPEN = sa.text("state IN ('pending', 'leased')")
DEFERRED = sa.text("state = 'deferred'")
CARRIED = sa.text("carried_by IS NOT NULL")
STATES = ("pending", "leased", "sent", "unreachable", "rejected", "cancelled", "uncertain", "deferred")
SAME = "broadcast_id, attempts, owner, version, state, locale, leased_until, due_at, message_id, reason"
LAST_PLACE = 2**15 - 1
ERASED_IN_FLIGHT = "OLD.state = 'leased' AND NEW.state <> 'leased' AND OLD.reason = 'erased'"
"""So it is marked when the person is erased (`bot.supporters.erasing`), and keeps their number until it has come back."""
NOT_ERASED = "supporter_id > 0 AND NOT (state = 'leased' AND COALESCE(reason, '') = 'erased')"


def upgrade() -> None:
    drop_sharing()
    put_aside("uq_deliveries_broadcast_id_supporter_id")
    op.create_table(
        "deliveries",
        sa.Column("supporter_id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("broadcast_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=True),
        sa.Column("carried_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.SmallInteger(), nullable=True),
        sa.Column("state", states(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("broadcast_id", "supporter_id", name=op.f("pk_deliveries")),
    )
    lies, lay = ("", "") if is_postgresql() else ("rowid, ", f"CASE WHEN supporter_id IS NULL THEN {fresh()} ELSE id END, ")
    op.execute(
        f"INSERT INTO deliveries ({lies}supporter_id, place, carried_by, {SAME}) "  # noqa: S608 - of constants
        f"SELECT {lay}COALESCE(supporter_id, {fresh()}), CASE WHEN place > {LAST_PLACE} THEN {LAST_PLACE} ELSE place END, "
        f"CASE WHEN supporter_id IS NOT NULL THEN (SELECT carrier.broadcast_id FROM {BEFORE} AS carrier "
        f"WHERE carrier.id = {BEFORE}.carried_by) END, {SAME} FROM {BEFORE}"
    )
    op.drop_table(BEFORE)
    add_indexes("carried_by", "supporter_id")
    guard_final_outcomes()
    share_outcomes(
        itself="broadcast_id",
        carried="carried_by = NEW.broadcast_id AND supporter_id = NEW.supporter_id AND broadcast_id <> NEW.broadcast_id",
    )
    let_go_of_the_erased()
    take_statistics()


def downgrade() -> None:
    """Who was erased has no number again, and so nothing that was carried for them leads to what carried it."""
    drop_sharing()
    op.execute("DROP TRIGGER erased_in_flight" + on_deliveries())
    if is_postgresql():
        op.execute("DROP FUNCTION let_go_of_erased()")
    put_aside()
    op.create_table(
        "deliveries",
        sa.Column("id", BIG_ID, nullable=False),
        sa.Column("broadcast_id", sa.Integer(), nullable=False),
        sa.Column("supporter_id", BIG_ID, nullable=True),
        sa.Column("state", states(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("owner", sa.Integer(), nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=True),
        sa.Column("reason", sa.String(length=80), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("version", sa.SmallInteger(), nullable=True),
        sa.Column("carried_by", BIG_ID, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("broadcast_id", "supporter_id", name=op.f("uq_deliveries_broadcast_id_supporter_id")),
    )
    op.execute(
        f"INSERT INTO deliveries (supporter_id, place, {SAME}) "  # noqa: S608 - of constants
        f"SELECT CASE WHEN {NOT_ERASED} THEN supporter_id END, place, {SAME} FROM {BEFORE}"
    )
    op.execute(
        f"UPDATE deliveries SET carried_by = carrier.id FROM {BEFORE} AS part JOIN deliveries AS carrier "  # noqa: S608
        "ON carrier.broadcast_id = part.carried_by AND carrier.supporter_id = part.supporter_id "
        "WHERE part.broadcast_id = deliveries.broadcast_id AND part.supporter_id = deliveries.supporter_id"
    )
    op.drop_table(BEFORE)
    op.create_index("ix_deliveries_supporter_id", "deliveries", ["supporter_id"])
    add_indexes("carried_by")
    guard_final_outcomes()
    share_outcomes(itself="id", carried="carried_by = NEW.id AND id <> NEW.id")
    take_statistics()


def is_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def on_deliveries() -> str:
    return " ON deliveries" if is_postgresql() else ""


def fresh() -> str:
    """A number that nobody ever had: those of supporters are positive."""
    if is_postgresql():
        return "-1 - CAST(floor(random() * 4611686018427387904) AS BIGINT)"
    return "-1 - (random() & 4611686018427387903)"


def states() -> sa.Enum:
    return sa.Enum(*STATES, name=op.f("delivery_state"), native_enum=False, create_constraint=True, length=16)


def put_aside(*unique: str) -> None:
    """The table as it was, without what has a name that the new one takes."""
    op.execute("DROP TRIGGER final_outcome" + on_deliveries())
    for name in ("open", "deferred", "carried_by", *(("supporter_id",) if unique else ())):
        op.drop_index(f"ix_deliveries_{name}", table_name="deliveries")
    if is_postgresql():
        for name in ("pk_deliveries", *unique):
            op.drop_constraint(op.f(name), "deliveries")
    op.rename_table("deliveries", BEFORE)
    if is_postgresql() and unique:  # or it looks at all rows for each that is carried
        op.create_index("ix_deliveries_before", BEFORE, ["id"])


def add_indexes(*carried: str) -> None:
    op.create_index("ix_deliveries_open", "deliveries", ["broadcast_id", "place"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index(
        "ix_deliveries_deferred", "deliveries", ["broadcast_id", "due_at"], sqlite_where=DEFERRED, postgresql_where=DEFERRED
    )
    op.create_index("ix_deliveries_carried_by", "deliveries", list(carried), sqlite_where=CARRIED, postgresql_where=CARRIED)


def take_statistics() -> None:
    """A new table has none, and until autovacuum comes by the planner takes it for a small one."""
    if is_postgresql():
        op.execute("ANALYZE deliveries")


def guard_final_outcomes() -> None:
    """As in 0001."""
    changed = f"OLD.state IN {FINAL} AND NEW.state <> OLD.state"
    if is_postgresql():
        op.execute(
            f"CREATE TRIGGER final_outcome BEFORE UPDATE OF state ON deliveries FOR EACH ROW WHEN ({changed}) "
            "EXECUTE FUNCTION refuse_to_reopen()"
        )
        return
    op.execute(
        f"CREATE TRIGGER final_outcome BEFORE UPDATE OF state ON deliveries WHEN {changed} "
        "BEGIN SELECT RAISE(ABORT, 'a final outcome never changes'); END"
    )


def share_outcomes(*, itself: str, carried: str) -> None:
    """As in 0002: what becomes of a gathered message becomes of everything it carries."""
    ends = f"NEW.carried_by = NEW.{itself} AND NEW.state <> OLD.state AND NEW.state IN ('sent', 'unreachable', 'rejected', "
    ends += "'cancelled', 'uncertain')"
    share = (
        "UPDATE deliveries SET state = NEW.state, reason = NEW.reason, locale = NEW.locale, "  # noqa: S608 - of constants
        f"message_id = NEW.message_id WHERE {carried} AND state IN ('deferred', 'uncertain')"
    )
    if not is_postgresql():
        op.execute(f"CREATE TRIGGER shared_outcome AFTER UPDATE OF state ON deliveries WHEN {ends} BEGIN {share}; END")
        return
    op.execute(f"CREATE FUNCTION share_outcome() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {share}; RETURN NULL; END $$")
    op.execute(
        f"CREATE TRIGGER shared_outcome AFTER UPDATE OF state ON deliveries FOR EACH ROW WHEN ({ends}) "
        "EXECUTE FUNCTION share_outcome()"
    )


def drop_sharing() -> None:
    op.execute("DROP TRIGGER shared_outcome" + on_deliveries())
    if is_postgresql():
        op.execute("DROP FUNCTION share_outcome()")


def let_go_of_the_erased() -> None:
    """Whoever was erased while a message to them was on its way leaves nothing but a count either, once it has come back, and
    whoever writes that down. What would be sent once more is not."""
    if not is_postgresql():
        op.execute(
            f"CREATE TRIGGER erased_in_flight AFTER UPDATE OF state ON deliveries WHEN {ERASED_IN_FLIGHT} "  # noqa: S608
            f"BEGIN UPDATE deliveries SET rowid = {fresh()}, supporter_id = {fresh()}, message_id = NULL, "
            "carried_by = NULL, due_at = NULL, "
            "state = CASE WHEN state IN ('pending', 'deferred') THEN 'cancelled' ELSE state END, "
            "reason = CASE WHEN state IN ('pending', 'deferred') THEN 'erased' ELSE reason END "
            "WHERE broadcast_id = NEW.broadcast_id AND supporter_id = NEW.supporter_id; END"
        )
        return
    op.execute(
        "CREATE FUNCTION let_go_of_erased() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"NEW.supporter_id := {fresh()}; NEW.message_id := NULL; NEW.carried_by := NULL; NEW.due_at := NULL; "
        "IF NEW.state IN ('pending', 'deferred') THEN NEW.state := 'cancelled'; NEW.reason := 'erased'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER erased_in_flight BEFORE UPDATE OF state ON deliveries FOR EACH ROW WHEN ({ERASED_IN_FLIGHT}) "
        "EXECUTE FUNCTION let_go_of_erased()"
    )
