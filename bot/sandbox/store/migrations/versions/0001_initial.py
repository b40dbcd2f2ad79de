"""Every table of the sandbox, and the full-text index where SQLite keeps it."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

FULL_TEXT = (
    "CREATE VIRTUAL TABLE message_search USING fts5("
    "world_id, words, content='message', content_rowid='id', tokenize='unicode61', prefix='2 3')",
    "CREATE TRIGGER message_search_added AFTER INSERT ON message BEGIN "
    "INSERT INTO message_search(rowid, world_id, words) VALUES (new.id, new.world_id, new.words); END",
    "CREATE TRIGGER message_search_removed AFTER DELETE ON message BEGIN "
    "INSERT INTO message_search(message_search, rowid, world_id, words) "
    "VALUES ('delete', old.id, old.world_id, old.words); END",
)
"""Elsewhere `store.listing.matching` asks LIKE the same question."""


def upgrade() -> None:
    op.create_table(
        "world",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("next_uidvalidity", sa.Integer(), nullable=False),
        sa.Column("whitelist_refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('solo', 'class')", name=op.f("ck_world_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_world")),
        sa.UniqueConstraint("code", name=op.f("uq_world_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_world_expires_at"), "world", ["expires_at"])

    op.create_table(
        "mailbox",
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("unlisted", sa.Boolean(), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("operator", sa.String(length=60), nullable=False),
        sa.Column("holder", sa.String(length=200), nullable=False),
        sa.Column("responsible", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("profession", sa.String(length=100), nullable=False),
        sa.Column("rpps", sa.String(length=20), nullable=False),
        sa.Column("structure", sa.String(length=100), nullable=False),
        sa.Column("town", sa.String(length=100), nullable=False),
        sa.Column("department", sa.String(length=3), nullable=False),
        sa.Column("region", sa.String(length=60), nullable=False),
        sa.Column("minor", sa.Boolean(), nullable=False),
        sa.Column("opposed", sa.String(length=20), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('open', 'full', 'closed', 'deleted', 'unknown', 'auto_reply')", name=op.f("ck_mailbox_state")
        ),
        sa.CheckConstraint("type IN ('PER', 'ORG', 'APP', 'CAB', 'PATIENT')", name=op.f("ck_mailbox_type")),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_mailbox_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("world_id", "address", name=op.f("uq_mailbox_world_id_address")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_mailbox_world_id_id")),
    )
    op.create_table(
        "participant",
        sa.Column("pseudonym", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("role IN ('trainee', 'trainer')", name=op.f("ck_participant_role")),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_participant_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_participant_token_sha256")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_participant_world_id_id")),
        sa.UniqueConstraint("world_id", "pseudonym", name=op.f("uq_participant_world_id_pseudonym")),
    )
    op.create_table(
        "source",
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_source_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_source_world_id_id")),
    )
    op.create_table(
        "auto_reply",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "mailbox_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_auto_reply_world_id_mailbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_auto_reply_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auto_reply")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_auto_reply_world_id_id")),
        sa.UniqueConstraint("world_id", "mailbox_id", name=op.f("uq_auto_reply_world_id_mailbox_id")),
    )
    op.create_table(
        "exchange",
        sa.Column("patient_box_id", sa.Integer(), nullable=False),
        sa.Column("contact_box_id", sa.Integer(), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=10), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("closed_by IN ('subject', 'header')", name=op.f("ck_exchange_closed_by")),
        sa.CheckConstraint("state IN ('known', 'open', 'closed')", name=op.f("ck_exchange_state")),
        sa.ForeignKeyConstraint(
            ["world_id", "contact_box_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_exchange_world_id_contact_box_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "patient_box_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_exchange_world_id_patient_box_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_exchange_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange")),
        sa.UniqueConstraint(
            "world_id",
            "patient_box_id",
            "contact_box_id",
            "thread",
            name=op.f("uq_exchange_world_id_patient_box_id_contact_box_id_thread"),
        ),
    )
    op.create_index(op.f("ix_exchange_world_id_contact_box_id"), "exchange", ["world_id", "contact_box_id"])

    op.create_table(
        "folder",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("special_use", sa.String(length=10), nullable=True),
        sa.Column("tree", sa.String(length=12), nullable=False),
        sa.Column("selectable", sa.Boolean(), nullable=False),
        sa.Column("subscribed", sa.Boolean(), nullable=False),
        sa.Column("uidvalidity", sa.Integer(), nullable=False),
        sa.Column("uidnext", sa.Integer(), nullable=False),
        sa.Column("highest_modseq", sa.Integer(), nullable=False),
        sa.Column("first_recent", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("special_use IN ('inbox', 'sent', 'drafts', 'trash')", name=op.f("ck_folder_special_use")),
        sa.CheckConstraint("tree IN ('professional', 'patient')", name=op.f("ck_folder_tree")),
        sa.ForeignKeyConstraint(
            ["world_id", "mailbox_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_folder_world_id_mailbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "parent_id"], ["folder.world_id", "folder.id"], name=op.f("fk_folder_world_id_parent_id")
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_folder_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_folder")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_folder_world_id_id")),
        sa.UniqueConstraint("world_id", "mailbox_id", "name", name=op.f("uq_folder_world_id_mailbox_id_name")),
    )
    op.create_index(op.f("ix_folder_world_id_parent_id"), "folder", ["world_id", "parent_id"])

    op.create_table(
        "forward_rule",
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("documents_only", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "mailbox_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_forward_rule_world_id_mailbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_forward_rule_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forward_rule")),
        sa.UniqueConstraint(
            "world_id", "mailbox_id", "target", name=op.f("uq_forward_rule_world_id_mailbox_id_target")
        ),
    )
    op.create_table(
        "message",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_folded", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_address", sa.Text(), nullable=False),
        sa.Column("return_path", sa.String(length=320), nullable=False),
        sa.Column("to_line", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("preview", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("prefix", sa.LargeBinary(), nullable=False),
        sa.Column("envelope", sa.JSON(), nullable=True),
        sa.Column("structure", sa.JSON(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('ordinary', 'bounce', 'dsn', 'mdn', 'auto_reply', 'forward', 'answer', 'draft')",
            name=op.f("ck_message_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "source_id"],
            ["source.world_id", "source.id"],
            name=op.f("fk_message_world_id_source_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_message_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_message_world_id_id")),
    )
    op.create_index(op.f("ix_message_world_id_message_id"), "message", ["world_id", "message_id"])
    op.create_index(op.f("ix_message_world_id_source_id"), "message", ["world_id", "source_id"])

    op.create_table(
        "persona",
        sa.Column("key", sa.String(length=320), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=200), nullable=False),
        sa.Column("profession", sa.String(length=100), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('PER', 'MED', 'APP', 'PATIENT')", name=op.f("ck_persona_kind")),
        sa.ForeignKeyConstraint(
            ["world_id", "participant_id"],
            ["participant.world_id", "participant.id"],
            name=op.f("fk_persona_world_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_persona_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persona")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_persona_world_id_id")),
        sa.UniqueConstraint("world_id", "key", name=op.f("uq_persona_world_id_key")),
    )
    op.create_index(op.f("ix_persona_world_id_participant_id"), "persona", ["world_id", "participant_id"])

    op.create_table(
        "access",
        sa.Column("persona_id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("right", sa.String(length=10), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"right\" IN ('own', 'member', 'delegate')", name=op.f("ck_access_right")),
        sa.ForeignKeyConstraint(
            ["world_id", "mailbox_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_access_world_id_mailbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "persona_id"],
            ["persona.world_id", "persona.id"],
            name=op.f("fk_access_world_id_persona_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_access_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access")),
        sa.UniqueConstraint(
            "world_id", "persona_id", "mailbox_id", name=op.f("uq_access_world_id_persona_id_mailbox_id")
        ),
    )
    op.create_index(op.f("ix_access_world_id_mailbox_id"), "access", ["world_id", "mailbox_id"])

    op.create_table(
        "app_password",
        sa.Column("persona_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('app', 'psc', 'psc_refresh')", name=op.f("ck_app_password_kind")),
        sa.ForeignKeyConstraint(
            ["world_id", "persona_id"],
            ["persona.world_id", "persona.id"],
            name=op.f("fk_app_password_world_id_persona_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_app_password_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_password")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_app_password_token_sha256")),
    )
    op.create_index(op.f("ix_app_password_world_id_persona_id"), "app_password", ["world_id", "persona_id"])

    op.create_table(
        "auto_reply_sent",
        sa.Column("auto_reply_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=320), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "auto_reply_id"],
            ["auto_reply.world_id", "auto_reply.id"],
            name=op.f("fk_auto_reply_sent_world_id_auto_reply_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id"], ["world.id"], name=op.f("fk_auto_reply_sent_world_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auto_reply_sent")),
        sa.UniqueConstraint(
            "world_id", "auto_reply_id", "address", name=op.f("uq_auto_reply_sent_world_id_auto_reply_id_address")
        ),
    )
    op.create_table(
        "delivery",
        sa.Column("folder_id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("draft", sa.Boolean(), nullable=False),
        sa.Column("keywords", sa.String(length=500), nullable=False),
        sa.Column("internal_date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("modseq", sa.Integer(), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("previous_folder_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "folder_id"],
            ["folder.world_id", "folder.id"],
            name=op.f("fk_delivery_world_id_folder_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "message_id"],
            ["message.world_id", "message.id"],
            name=op.f("fk_delivery_world_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "previous_folder_id"],
            ["folder.world_id", "folder.id"],
            name=op.f("fk_delivery_world_id_previous_folder_id"),
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_delivery_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("folder_id", "uid", name=op.f("uq_delivery_folder_id_uid")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_delivery_world_id_id")),
    )
    op.create_index(op.f("ix_delivery_folder_id_internal_date_id"), "delivery", ["folder_id", "internal_date", "id"])
    op.create_index(op.f("ix_delivery_folder_id_seen"), "delivery", ["folder_id", "seen"])
    op.create_index(op.f("ix_delivery_world_id_folder_id"), "delivery", ["world_id", "folder_id"])
    op.create_index(op.f("ix_delivery_world_id_message_id"), "delivery", ["world_id", "message_id"])
    op.create_index(op.f("ix_delivery_world_id_previous_folder_id"), "delivery", ["world_id", "previous_folder_id"])
    op.create_index(op.f("ix_delivery_world_id_thread"), "delivery", ["world_id", "thread"])

    op.create_table(
        "favourite",
        sa.Column("persona_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "persona_id"],
            ["persona.world_id", "persona.id"],
            name=op.f("fk_favourite_world_id_persona_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_favourite_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_favourite")),
        sa.UniqueConstraint("world_id", "persona_id", "address", name=op.f("uq_favourite_world_id_persona_id_address")),
    )
    op.create_table(
        "signature",
        sa.Column("persona_id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "mailbox_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_signature_world_id_mailbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "persona_id"],
            ["persona.world_id", "persona.id"],
            name=op.f("fk_signature_world_id_persona_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_signature_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sa.UniqueConstraint(
            "world_id", "persona_id", "mailbox_id", name=op.f("uq_signature_world_id_persona_id_mailbox_id")
        ),
    )
    op.create_index(op.f("ix_signature_world_id_mailbox_id"), "signature", ["world_id", "mailbox_id"])

    op.create_table(
        "submission",
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(length=10), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("persona_id", sa.Integer(), nullable=True),
        sa.Column("mailbox_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("decided_by", sa.String(length=30), nullable=False),
        sa.Column("smtp_reply", sa.String(length=200), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("door IN ('webmail', 'smtp', 'imap', 'box')", name=op.f("ck_submission_door")),
        sa.CheckConstraint("state IN ('accepted', 'refused', 'to_confirm')", name=op.f("ck_submission_state")),
        sa.ForeignKeyConstraint(
            ["world_id", "mailbox_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_submission_world_id_mailbox_id"),
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "message_id"],
            ["message.world_id", "message.id"],
            name=op.f("fk_submission_world_id_message_id"),
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "parent_id"],
            ["submission.world_id", "submission.id"],
            name=op.f("fk_submission_world_id_parent_id"),
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "persona_id"],
            ["persona.world_id", "persona.id"],
            name=op.f("fk_submission_world_id_persona_id"),
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_submission_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_submission_world_id_id")),
        sa.UniqueConstraint("world_id", "idempotency_key", name=op.f("uq_submission_world_id_idempotency_key")),
    )
    op.create_index(op.f("ix_submission_world_id_mailbox_id"), "submission", ["world_id", "mailbox_id"])
    op.create_index(op.f("ix_submission_world_id_message_id"), "submission", ["world_id", "message_id"])
    op.create_index(op.f("ix_submission_world_id_parent_id"), "submission", ["world_id", "parent_id"])
    op.create_index(op.f("ix_submission_world_id_persona_id"), "submission", ["world_id", "persona_id"])

    op.create_table(
        "addressee",
        sa.Column("submission_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=3), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=30), nullable=False),
        sa.Column("rule", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("field IN ('to', 'cc', 'bcc')", name=op.f("ck_addressee_field")),
        sa.CheckConstraint("state IN ('delivered', 'bounced', 'refused')", name=op.f("ck_addressee_state")),
        sa.ForeignKeyConstraint(
            ["world_id", "submission_id"],
            ["submission.world_id", "submission.id"],
            name=op.f("fk_addressee_world_id_submission_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_addressee_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addressee")),
        sa.UniqueConstraint(
            "world_id", "submission_id", "position", name=op.f("uq_addressee_world_id_submission_id_position")
        ),
    )
    op.create_index(op.f("ix_addressee_world_id_address"), "addressee", ["world_id", "address"])

    op.create_table(
        "draft",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("persona_id", sa.Integer(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "delivery_id"],
            ["delivery.world_id", "delivery.id"],
            name=op.f("fk_draft_world_id_delivery_id"),
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "mailbox_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_draft_world_id_mailbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "persona_id"],
            ["persona.world_id", "persona.id"],
            name=op.f("fk_draft_world_id_persona_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_draft_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_draft_world_id_id")),
        sa.UniqueConstraint("world_id", "key", name=op.f("uq_draft_world_id_key")),
    )
    op.create_index(op.f("ix_draft_world_id_delivery_id"), "draft", ["world_id", "delivery_id"])
    op.create_index(op.f("ix_draft_world_id_mailbox_id"), "draft", ["world_id", "mailbox_id"])
    op.create_index(op.f("ix_draft_world_id_persona_id"), "draft", ["world_id", "persona_id"])

    op.create_table(
        "journal",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("participant_id", sa.Integer(), nullable=True),
        sa.Column("persona_id", sa.Integer(), nullable=True),
        sa.Column("mailbox_id", sa.Integer(), nullable=True),
        sa.Column("submission_id", sa.Integer(), nullable=True),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("door", sa.String(length=10), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "mailbox_id"], ["mailbox.world_id", "mailbox.id"], name=op.f("fk_journal_world_id_mailbox_id")
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "message_id"], ["message.world_id", "message.id"], name=op.f("fk_journal_world_id_message_id")
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "participant_id"],
            ["participant.world_id", "participant.id"],
            name=op.f("fk_journal_world_id_participant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "persona_id"], ["persona.world_id", "persona.id"], name=op.f("fk_journal_world_id_persona_id")
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "submission_id"],
            ["submission.world_id", "submission.id"],
            name=op.f("fk_journal_world_id_submission_id"),
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_journal_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("world_id", "id", name=op.f("uq_journal_world_id_id")),
    )
    op.create_index(op.f("ix_journal_world_id_mailbox_id_id"), "journal", ["world_id", "mailbox_id", "id"])
    op.create_index(op.f("ix_journal_world_id_message_id"), "journal", ["world_id", "message_id"])
    op.create_index(op.f("ix_journal_world_id_participant_id_id"), "journal", ["world_id", "participant_id", "id"])
    op.create_index(op.f("ix_journal_world_id_persona_id"), "journal", ["world_id", "persona_id"])
    op.create_index(op.f("ix_journal_world_id_submission_id"), "journal", ["world_id", "submission_id"])

    op.create_table(
        "planned_answer",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("thread", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "delivery_id"],
            ["delivery.world_id", "delivery.id"],
            name=op.f("fk_planned_answer_world_id_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "mailbox_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_planned_answer_world_id_mailbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id"], ["world.id"], name=op.f("fk_planned_answer_world_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_answer")),
        sa.UniqueConstraint("world_id", "delivery_id", name=op.f("uq_planned_answer_world_id_delivery_id")),
    )
    op.create_index(op.f("ix_planned_answer_due_at"), "planned_answer", ["due_at"])
    op.create_index(op.f("ix_planned_answer_world_id_mailbox_id"), "planned_answer", ["world_id", "mailbox_id"])

    op.create_table(
        "receipt_request",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("mailbox_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=320), nullable=False),
        sa.Column("wanted_by", sa.String(length=320), nullable=False),
        sa.Column("elsewhere", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'sent', 'refused')", name=op.f("ck_receipt_request_state")),
        sa.ForeignKeyConstraint(
            ["world_id", "delivery_id"],
            ["delivery.world_id", "delivery.id"],
            name=op.f("fk_receipt_request_world_id_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "mailbox_id"],
            ["mailbox.world_id", "mailbox.id"],
            name=op.f("fk_receipt_request_world_id_mailbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id"], ["world.id"], name=op.f("fk_receipt_request_world_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt_request")),
        sa.UniqueConstraint("world_id", "delivery_id", name=op.f("uq_receipt_request_world_id_delivery_id")),
    )
    op.create_index(op.f("ix_receipt_request_world_id_mailbox_id"), "receipt_request", ["world_id", "mailbox_id"])

    op.create_table(
        "draft_file",
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=255), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "draft_id"],
            ["draft.world_id", "draft.id"],
            name=op.f("fk_draft_file_world_id_draft_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_draft_file_world_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft_file")),
    )
    op.create_index(op.f("ix_draft_file_world_id_draft_id"), "draft_file", ["world_id", "draft_id"])

    op.create_table(
        "exercise_progress",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("exercise", sa.String(length=100), nullable=False),
        sa.Column("step", sa.String(length=100), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hints", sa.Integer(), nullable=False),
        sa.Column("journal_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["world_id", "journal_id"],
            ["journal.world_id", "journal.id"],
            name=op.f("fk_exercise_progress_world_id_journal_id"),
        ),
        sa.ForeignKeyConstraint(
            ["world_id", "participant_id"],
            ["participant.world_id", "participant.id"],
            name=op.f("fk_exercise_progress_world_id_participant_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["world_id"], ["world.id"], name=op.f("fk_exercise_progress_world_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_progress")),
        sa.UniqueConstraint(
            "world_id",
            "participant_id",
            "exercise",
            "step",
            name=op.f("uq_exercise_progress_world_id_participant_id_exercise_step"),
        ),
    )
    op.create_index(op.f("ix_exercise_progress_world_id_journal_id"), "exercise_progress", ["world_id", "journal_id"])
    if op.get_bind().dialect.name == "sqlite":
        for statement in FULL_TEXT:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE message_search")
    op.drop_table("exercise_progress")
    op.drop_table("draft_file")
    op.drop_table("receipt_request")
    op.drop_table("planned_answer")
    op.drop_table("journal")
    op.drop_table("draft")
    op.drop_table("addressee")
    op.drop_table("submission")
    op.drop_table("signature")
    op.drop_table("favourite")
    op.drop_table("delivery")
    op.drop_table("auto_reply_sent")
    op.drop_table("app_password")
    op.drop_table("access")
    op.drop_table("persona")
    op.drop_table("message")
    op.drop_table("forward_rule")
    op.drop_table("folder")
    op.drop_table("exchange")
    op.drop_table("auto_reply")
    op.drop_table("source")
    op.drop_table("participant")
    op.drop_table("mailbox")
    op.drop_table("world")
