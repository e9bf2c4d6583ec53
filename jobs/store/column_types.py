"""Columns of a table that hold values of ours."""

from enum import Enum
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter


class Json(sa.types.TypeDecorator[Any]):
    """A column for a value of a type that pydantic knows; None is SQL's NULL."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, type_: Any) -> None:
        super().__init__(none_as_null=True)
        self._adapter: TypeAdapter[Any] = TypeAdapter(type_)

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """The value as JSON."""
        return None if value is None else self._adapter.dump_python(value, mode="json")

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002 - as above
        """The value, from JSON."""
        return None if value is None else self._adapter.validate_python(value)


def one_of(states: type[Enum], length: int) -> sa.Enum:
    """A column for one of these, by its value."""
    return sa.Enum(states, native_enum=False, length=length, values_callable=lambda all_: [one.value for one in all_])
