"""Petitions with their signatures and logs, campaigns and actions, totals for each link, and the record of what staff did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("comment = 'waiting'")
SHOWN = sa.text("comment = 'shown'")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=16)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.String(length=60), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("object", sa.String(length=80), nullable=False),
        sa.Column("details", DOCUMENT, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    guard_audit()
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=50), nullable=False),
        sa.Column("title", DOCUMENT, nullable=False),
        sa.Column("summary", DOCUMENT, nullable=False),
        sa.Column("goal", DOCUMENT, nullable=True),
        sa.Column("starts", sa.Date(), nullable=True),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaigns_slug")),
    )
    op.create_table(
        "source_steps",
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("step", choice("step", "opened", "subscribed", "followed", "signed", "acted", "shared"), nullable=False),
        sa.Column("subject", sa.String(length=70), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "step", "subject", "locale", name=op.f("pk_source_steps")),
    )
    op.create_table(
        "campaign_cases",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_cases_campaign_id_campaigns"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_campaign_cases_case_id_cases"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("campaign_id", "case_id", name=op.f("pk_campaign_cases")),
    )
    op.create_index(op.f("ix_campaign_cases_case_id"), "campaign_cases", ["case_id"])
    op.create_table(
        "petitions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=50), nullable=False),
        sa.Column("status", choice("petition_status", "draft", "open", "closed", "delivered", "outcome"), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("target", DOCUMENT, nullable=False),
        sa.Column("title", DOCUMENT, nullable=False),
        sa.Column("text", DOCUMENT, nullable=False),
        sa.Column("outcome", DOCUMENT, nullable=True),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("thresholds", DOCUMENT, nullable=True),
        sa.Column("asks", DOCUMENT, nullable=False),
        sa.Column("needs", DOCUMENT, nullable=False),
        sa.Column("closes", sa.Date(), nullable=True),
        sa.Column("closes_at", MOMENT, nullable=True),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("set_aside", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("emptied_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_petitions_campaign_id_campaigns"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_petitions_case_id_cases"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_petitions")),
        sa.UniqueConstraint("slug", name=op.f("uq_petitions_slug")),
    )
    op.create_index(op.f("ix_petitions_campaign_id"), "petitions", ["campaign_id"])
    op.create_index(op.f("ix_petitions_case_id"), "petitions", ["case_id"])
    op.create_index(op.f("ix_petitions_closes_at"), "petitions", ["closes_at"])
    op.create_table(
        "actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=50), nullable=False),
        sa.Column("kind", choice("action_kind", "email", "call", "share", "donate", "attend", "visit"), nullable=False),
        sa.Column("status", choice("action_status", "open", "closed"), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("title", DOCUMENT, nullable=False),
        sa.Column("text", DOCUMENT, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("target", DOCUMENT, nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("subject", DOCUMENT, nullable=True),
        sa.Column("letter", DOCUMENT, nullable=True),
        sa.Column("letter_locale", sa.String(length=8), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("script", DOCUMENT, nullable=True),
        sa.Column("hours", sa.String(length=120), nullable=True),
        sa.Column("timezone", sa.String(length=48), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("petition_id", sa.Integer(), nullable=True),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_actions_campaign_id_campaigns"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_actions_case_id_cases"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_actions_event_id_events"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_actions_petition_id_petitions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
        sa.UniqueConstraint("slug", name=op.f("uq_actions_slug")),
    )
    op.create_index(op.f("ix_actions_campaign_id"), "actions", ["campaign_id"])
    op.create_index(op.f("ix_actions_case_id"), "actions", ["case_id"])
    op.create_index(op.f("ix_actions_event_id"), "actions", ["event_id"])
    op.create_index(op.f("ix_actions_petition_id"), "actions", ["petition_id"])
    op.create_table(
        "bursts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=False),
        sa.Column("signatures", sa.Integer(), nullable=False),
        sa.Column("state", choice("burst_state", "open", "released", "excluded"), nullable=False),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_bursts_petition_id_petitions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bursts")),
    )
    op.create_index(op.f("ix_bursts_petition_id"), "bursts", ["petition_id"])
    op.create_table(
        "campaign_events",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_campaign_events_campaign_id_campaigns"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_campaign_events_event_id_events"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("campaign_id", "event_id", name=op.f("pk_campaign_events")),
    )
    op.create_index(op.f("ix_campaign_events_event_id"), "campaign_events", ["event_id"])
    op.create_table(
        "petition_entries",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("number", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("kind", choice("entry_kind", "signed", "withdrawn", "set_aside", "released"), nullable=False),
        sa.Column("commitment", sa.LargeBinary(), nullable=True),
        sa.Column("about", BIG_ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_entries_petition_id_petitions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("petition_id", "number", name=op.f("pk_petition_entries")),
    )
    op.create_table(
        "petition_heads",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("size", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_heads_petition_id_petitions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("petition_id", "size", name=op.f("pk_petition_heads")),
    )
    op.create_table(
        "petition_news",
        sa.Column("supporter_id", BIG_ID, nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_news_petition_id_petitions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("fk_petition_news_supporter_id_supporters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("supporter_id", "petition_id", name=op.f("pk_petition_news")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_petition_news_petition_id_supporter_id"), "petition_news", ["petition_id", "supporter_id"])
    op.create_table(
        "petition_nodes",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("place", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_petition_nodes_petition_id_petitions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("petition_id", "level", "place", name=op.f("pk_petition_nodes")),
    )
    op.create_table(
        "pulses",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("signatures", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_pulses_petition_id_petitions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("petition_id", "source", "since", name=op.f("pk_pulses")),
    )
    op.create_table(
        "actions_done",
        sa.Column("supporter_id", BIG_ID, nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("done_at", MOMENT, nullable=False),
        sa.Column("outcome", choice("call_outcome", "spoke", "message", "nobody"), nullable=True),
        sa.Column("source", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_actions_done_action_id_actions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("fk_actions_done_supporter_id_supporters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("supporter_id", "action_id", name=op.f("pk_actions_done")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_actions_done_action_id"), "actions_done", ["action_id"])
    op.create_table(
        "actions_later",
        sa.Column("supporter_id", BIG_ID, nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_actions_later_action_id_actions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["supporters.id"], name=op.f("fk_actions_later_supporter_id_supporters"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("supporter_id", "action_id", name=op.f("pk_actions_later")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_actions_later_action_id"), "actions_later", ["action_id"])
    op.create_index(op.f("ix_actions_later_due_at"), "actions_later", ["due_at"])
    op.create_table(
        "signatures",
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("entry", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("show_name", sa.Boolean(), nullable=False),
        sa.Column("pass_on", sa.Boolean(), nullable=False),
        sa.Column("standing", choice("standing", "counted", "set_aside"), nullable=False),
        sa.Column("comment", choice("comment_state", "none", "waiting", "shown", "hidden"), nullable=False),
        sa.Column("burst_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["burst_id"], ["bursts.id"], name=op.f("fk_signatures_burst_id_bursts"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["petition_id"], ["petitions.id"], name=op.f("fk_signatures_petition_id_petitions"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("petition_id", "tag", name=op.f("pk_signatures")),
    )
    op.create_index(op.f("ix_signatures_burst_id"), "signatures", ["burst_id"])
    op.create_index("ix_signatures_comment", "signatures", ["petition_id"], sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index("ix_signatures_shown", "signatures", ["petition_id", "entry"], sqlite_where=SHOWN, postgresql_where=SHOWN)
    op.create_index(op.f("ix_signatures_petition_id_entry"), "signatures", ["petition_id", "entry"], unique=True)
    op.add_column("supporters", sa.Column("asked_at", MOMENT, nullable=True))


def downgrade() -> None:
    op.drop_column("supporters", "asked_at")
    for table in (
        "signatures",
        "actions_later",
        "actions_done",
        "pulses",
        "petition_nodes",
        "petition_news",
        "petition_heads",
        "petition_entries",
        "campaign_events",
        "bursts",
        "actions",
        "petitions",
        "campaign_cases",
        "source_steps",
        "campaigns",
        "audit",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_to_change_audit()")


def guard_audit() -> None:
    """An entry stays as it is: an error in the code, or a hand in the database, has to try harder than a statement."""
    said = "the record of what staff did is only added to"
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER audit_{change.lower()} BEFORE {change} ON audit BEGIN SELECT RAISE(ABORT, '{said}'); END")
        return
    op.execute(
        f"CREATE FUNCTION refuse_to_change_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{said}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_to_change_audit()"
    )
