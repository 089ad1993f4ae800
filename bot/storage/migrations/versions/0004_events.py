"""Events: hearings and gatherings, their changes and reminders, who comes, and private calendars."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
STATUSES = ("provisional", "listed", "adjourned", "moved", "cancelled", "heard", "outcome")
PLANNED = sa.text("state = 'planned'")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


def upgrade() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("kind", choice("event_kind", "hearing", "vigil", "meeting", "webinar", "other"), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("status", choice("event_status", *STATUSES), nullable=False),
        sa.Column("title", DOCUMENT, nullable=False),
        sa.Column("starts", sa.DateTime(), nullable=True),
        sa.Column("ends", sa.DateTime(), nullable=True),
        sa.Column("timezone", sa.String(length=48), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=True),
        *(sa.Column(name, DOCUMENT, nullable=True) for name in ("expected", "about", "venue")),
        sa.Column("map", sa.String(length=500), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        *(sa.Column(name, DOCUMENT, nullable=True) for name in ("asked", "bring", "arrive", "access", "phones")),
        sa.Column("source", sa.String(length=500), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("remind", sa.Integer(), nullable=True),
        sa.Column("uid", sa.String(length=255), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_events_case_id_cases"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("slug", name=op.f("uq_events_slug")),
        sa.UniqueConstraint("uid", name=op.f("uq_events_uid")),
    )
    op.create_index(op.f("ix_events_case_id"), "events", ["case_id"])
    op.create_index(op.f("ix_events_starts_at"), "events", ["starts_at"])
    op.create_table(
        "event_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("status", choice("change_status", *STATUSES), nullable=False),
        sa.Column("status_before", choice("change_status_before", *STATUSES), nullable=False),
        sa.Column("starts_before", sa.DateTime(), nullable=True),
        sa.Column("timezone_before", sa.String(length=48), nullable=False),
        sa.Column("venue_before", DOCUMENT, nullable=True),
        sa.Column("reason", DOCUMENT, nullable=True),
        sa.Column("source", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_event_changes_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_changes")),
        sa.UniqueConstraint("event_id", "sequence", name=op.f("uq_event_changes_event_id_sequence")),
    )
    op.create_table(
        "reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("state", choice("reminder_state", "planned", "launched", "withdrawn", "dropped"), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_reminders_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
        sa.UniqueConstraint("event_id", "minutes", name=op.f("uq_reminders_event_id_minutes")),
    )
    op.create_index("ix_reminders_due_at", "reminders", ["due_at"], sqlite_where=PLANNED, postgresql_where=PLANNED)
    op.create_table(
        "attendances",
        sa.Column("supporter_id", BIG_ID, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("answer", choice("answer", "following", "coming", "online", "waiting", "declined"), nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("declined_date", MOMENT, nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("fk_attendances_supporter_id_supporters"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_attendances_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("supporter_id", "event_id", name=op.f("pk_attendances")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_attendances_event_id_supporter_id"), "attendances", ["event_id", "supporter_id"])
    op.create_table(
        "calendars",
        sa.Column("supporter_id", BIG_ID, nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("fk_calendars_supporter_id_supporters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("supporter_id", name=op.f("pk_calendars")),
        sa.UniqueConstraint("tag", name=op.f("uq_calendars_tag")),
    )


def downgrade() -> None:
    for table in ("calendars", "attendances", "reminders", "event_changes", "events"):
        op.drop_table(table)
