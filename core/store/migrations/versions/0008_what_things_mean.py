"""what things mean."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels: Any = None
depends_on: Any = None


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "meanings",
        sa.Column("gym_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meanings")),
        sa.UniqueConstraint("gym_id", "model", "kind", "name", name=op.f("uq_meanings_gym_id_model_kind_name")),
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("meanings")
