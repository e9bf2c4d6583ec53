"""How fast a wiki is written to."""

from enum import StrEnum


class WriteKind(StrEnum):
    """What a wiki counts together, for its limits and for the policy (Manual:$wgRateLimits)."""

    EDIT = "edit"
    """Whatever changes a page, deletions too."""
    UPLOAD = "upload"
    """A new version of a file."""
