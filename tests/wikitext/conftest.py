"""How properties are tried: as often as the profile says, but never against the clock."""

from hypothesis import settings

settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")
