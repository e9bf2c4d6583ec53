"""What all changes have in common: they are frozen values that say what is wrong with them."""

from pydantic import BaseModel, ConfigDict
from pydantic_core import PydanticCustomError


class ChangeModel(BaseModel):
    """A change; one that cannot be made is refused with the key of a message and its arguments."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def wrong(key: str, *arguments: str | int) -> PydanticCustomError:
    """The error that a validator raises to have a message said: its key and its arguments."""
    return PydanticCustomError(key, key, {"arguments": arguments})
