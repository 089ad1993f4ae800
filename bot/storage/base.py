"""What every table shares."""

from enum import StrEnum
from typing import TypeVar, dataclass_transform

from sqlalchemy import Enum, MetaData
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


@dataclass_transform(kw_only_default=True, field_specifiers=(mapped_column,))  # type checkers do not inherit kw_only
class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Rows stay inside their feature: services hand out frozen dataclasses."""

    metadata = MetaData(naming_convention=NAMES)


E = TypeVar("E", bound=StrEnum)


def choice(enum: type[E], name: str) -> Enum:
    """A column that holds one of the enumeration's values, checked by the database."""
    return Enum(
        enum,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=16,
        values_callable=lambda members: [str(m) for m in members],
    )
