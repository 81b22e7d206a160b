"""Who was told what of a contract, apart from the words in which it was said."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "disclosure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("assurance", sa.String(), nullable=False),
        sa.Column("classes", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("disclosure", schema=None) as batch_op:
        batch_op.create_index("disclosure_by_conversation", ["conversation"], unique=False)
        batch_op.create_index("disclosure_by_contract", ["contract", "at"], unique=False)
    found = op.get_bind().execute(
        sa.text("SELECT created_at, conversation, evidence FROM outbox WHERE evidence IS NOT NULL")
    )
    told = {
        (at, chat, evidence["contract_id"], " ".join(evidence["disclosed"]))
        for at, chat, text in found.all()
        if (evidence := json.loads(text)).get("disclosed")
    }
    for at, chat, contract, classes in sorted(told):
        op.get_bind().execute(
            sa.text(
                "INSERT INTO disclosure (at, conversation, contract, assurance, classes)"
                " VALUES (:at, :chat, :contract, '', :classes)"
            ),
            {"at": at, "chat": chat, "contract": contract, "classes": classes},
        )
