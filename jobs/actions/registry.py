"""The actions there are. A new one is a file beside this one, its data in `jobs.model.actions`, and a line here."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from jobs.actions.action_type import ActionType
from jobs.actions.deletion import DELETION
from jobs.actions.edit import EDIT
from jobs.actions.restoration import RESTORATION
from jobs.actions.structured_data import DESCRIPTION
from jobs.actions.upload import UPLOAD
from jobs.model.actions import Action, Delete, Describe, Edit, RestoreFile, Undelete, Undescribe, Upload

ACTIONS: Mapping[type[BaseModel], ActionType[Any]] = {
    Upload: UPLOAD,
    Edit: EDIT,
    Delete: DELETION,
    Undelete: DELETION,
    RestoreFile: RESTORATION,
    Describe: DESCRIPTION,
    Undescribe: DESCRIPTION,
}


def type_of(action: Action) -> ActionType[Any]:
    """What there is to know of the action; two that take each other back share it."""
    return ACTIONS[type(action)]
