"""E-mail addresses of contacts, by which a customer proves who they are."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "contact_email",
        sa.Column("contract", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contract"], ["contract.id"]),
        sa.PrimaryKeyConstraint("contract", "email"),
    )
    with op.batch_alter_table("contact_email", schema=None) as batch_op:
        batch_op.create_index("contact_by_email", ["email"], unique=False)
    rows = op.get_bind().execute(sa.text("SELECT id, body FROM contract")).all()
    emails = {
        (number, contact["email"].lower())
        for number, body in rows
        for contact in json.loads(body)["contacts"]
        if contact["email"]
    }
    for number, email in sorted(emails):
        op.get_bind().execute(
            sa.text("INSERT INTO contact_email (contract, email) VALUES (:number, :email)"),
            {"number": number, "email": email},
        )
