"""How rows look: the declarative root, the column types that keep time and JSON honest, and what a logged row is."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Integer, MetaData
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Json = JSON().with_variant(JSONB(), "postgresql")
Id = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[datetime]):
    """An aware moment, stored as UTC; a naive one is a bug and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(DeclarativeBase):
    """Root of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant, dict[str, Any]: Json, list[Any]: Json, int: Id}

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)


class Logged:
    """A row of the gym's or the training's data: every write to it goes through the unit of work, is recorded with
    before and after images, and can be undone. `data` is the class of who may see its images; `settled` are the values of
    its `status` at which a row is over and done with, and goes with what it points at."""

    __data__: ClassVar[str] = "staff"
    __settled__: ClassVar[tuple[str, ...]] = ()

    @declared_attr
    def gym_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("gyms.id"), index=True)

    @declared_attr
    def version(cls) -> Mapped[int]:
        return mapped_column(Integer, default=1)


def logged_tables() -> set[str]:
    """Names of the tables whose writes are recorded."""
    return {m.local_table.name for m in Row.registry.mappers if issubclass(m.class_, Logged)}  # type: ignore[attr-defined]


def model_of(table: str) -> type[Row]:
    """The mapped class of a table by its name."""
    for mapper in Row.registry.mappers:
        if mapper.local_table.name == table:  # type: ignore[attr-defined]
            found: type[Row] = mapper.class_
            return found
    raise KeyError(table)


__all__ = ["Id", "Instant", "Json", "Logged", "Row", "logged_tables", "model_of"]
