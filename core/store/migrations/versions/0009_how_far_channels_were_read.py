"""how far channels were read."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels: Any = None
depends_on: Any = None


def upgrade() -> None:
    """Go to this revision; what was read so far is in the arrivals."""
    op.create_table(
        "bookmarks",
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("bot", sa.String(length=60), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bookmarks")),
        sa.UniqueConstraint("platform", "bot", "channel", name=op.f("uq_bookmarks_platform_bot_channel")),
    )
    op.execute(
        "INSERT INTO bookmarks (platform, bot, channel, upto) "
        "SELECT platform, bot, lane, MAX(CAST(SUBSTR(event_id, 2) AS BIGINT)) FROM arrivals "
        "WHERE platform = 'discord' AND event_id LIKE 'm%' GROUP BY platform, bot, lane"
    )


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_table("bookmarks")
