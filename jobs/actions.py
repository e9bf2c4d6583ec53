"""The few things a bot may do to a wiki. A plan is a list of them: data, made by a kind, run by the executor."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Upload(BaseModel):
    """Create one file, bytes and page, under a name that is free.

    `title`: with `File:`. `url` is where the bytes came from when it was planned; `sha1` (hex) and `size` (bytes) say
    which bytes were approved. `text`: the whole page. `categories`: what it must be found in, without namespace.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    do: Literal["upload"] = "upload"
    title: str
    url: str
    sha1: str
    size: int
    text: str
    categories: tuple[str, ...]


Action = Upload
