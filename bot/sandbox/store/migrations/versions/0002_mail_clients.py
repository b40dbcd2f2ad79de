"""Mail clients: what a password was made for, and what client and server said to each other."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("app_password", sa.Column("tool", sa.String(length=20), nullable=False, server_default="mail_client"))
    op.create_table(
        "transcript",
        sa.Column("persona_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.String(length=10), nullable=False),
        sa.Column("connection", sa.String(length=16), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("world_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["world_id"], ["world.id"], name=op.f("fk_transcript_world_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["world_id", "persona_id"],
            ["persona.world_id", "persona.id"],
            name=op.f("fk_transcript_world_id_persona_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript")),
    )
    op.create_index(op.f("ix_transcript_world_id_persona_id_id"), "transcript", ["world_id", "persona_id", "id"])


def downgrade() -> None:
    op.drop_table("transcript")
    with op.batch_alter_table("app_password") as table:
        table.drop_column("tool")
