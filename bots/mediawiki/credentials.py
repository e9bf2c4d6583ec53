"""What an account shows a wiki to be let in."""

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True)
class BotPassword:
    """A bot password (Special:BotPasswords). `name`: `account@app`."""

    name: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class OwnerOnlyConsumer:
    """What signs each request of an OAuth 1.0a consumer for its owner alone (Special:OAuthConsumerRegistration)."""

    consumer_key: str
    consumer_secret: str = field(repr=False)
    access_key: str
    access_secret: str = field(repr=False)


Credentials: TypeAlias = BotPassword | OwnerOnlyConsumer
