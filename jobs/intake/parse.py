"""A template call becomes a Request, or all its problems at once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from jobs.kinds.kind import Kind
from jobs.kinds.registry import KINDS
from jobs.model.problems import Problem, is_no, problem_of, unknown
from wikitext.messages import message
from wikitext.templates import BrokenCall, Call

OWN_PARAMETERS = ("id", "status", "report")
"""What the bot writes into the template; whatever anyone else writes there is not read."""

_CHECK_ONLY = "check only"
_COMMON = ("type", "language", "wiki", _CHECK_ONLY)


@dataclass(frozen=True)
class Request:
    """A request that can be planned: its kind and the kind's own model of the parameters."""

    kind: Kind[Any]
    parameters: BaseModel


def asked(call: Call) -> dict[str, str]:
    """What the call asks for: its parameters less the bot's own and the empty ones."""
    if isinstance(call, BrokenCall):
        return {}
    return {name: value for name, value in call.parameters.items() if value and name not in OWN_PARAMETERS}


def asks_for_check(parameters: Mapping[str, str]) -> bool:
    """Whether nothing but the check is asked for: whatever is written there but a no is a wish that nothing be done."""
    return not is_no(parameters.get(_CHECK_ONLY, ""))


def fingerprint(call: Call) -> str:
    """The same for two calls that ask the same: the bot's own parameters, order and white space do not count."""
    if isinstance(call, BrokenCall):
        said: object = " ".join(call.source.split())
    else:
        said = [sorted(asked(call).items()), sorted({*call.repeated} - {*OWN_PARAMETERS}), call.unnamed]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def problems_of(call: Call) -> tuple[Problem, ...]:
    """Everything that is wrong with the call by itself: with how it is written, and with what it asks."""
    if isinstance(call, BrokenCall):
        return (Problem("", message("problem-broken", call.suspect[:80])),)
    repeated = [Problem(name, message("problem-repeated")) for name in call.repeated if name not in OWN_PARAMETERS]
    unnamed = [Problem("", message("problem-unnamed", text[:60])) for text in call.unnamed]
    request = read_request(asked(call))
    return (*repeated, *unnamed, *(() if isinstance(request, Request) else request))


def read_request(parameters: Mapping[str, str]) -> Request | tuple[Problem, ...]:
    """The request that these parameters (as `asked` gives them) make, or everything that is wrong with them."""
    name = parameters.get("type", "").lower()
    if name not in KINDS:
        why = unknown(name, KINDS, "problem-unknown-type") if name else message("problem-no-type", ", ".join(KINDS))
        return (Problem("type", why),)
    kind = KINDS[name]
    own = {key: value for key, value in parameters.items() if key not in _COMMON}
    if asks_for_check(parameters):
        own = {**kind.assumed, **own}
    known = {*_COMMON, *_fields(kind.parameters), *kind.more_names(own)}
    problems = [Problem(key, unknown(key, known, "problem-unknown-parameter")) for key in own if key not in known]
    try:
        model = kind.parameters.model_validate({key: value for key, value in own.items() if key in known})
    except ValidationError as error:
        return (*problems, *(problem_of(dict(detail)) for detail in error.errors()))
    return tuple(problems) or Request(kind, model)


def readable(parameters: Mapping[str, str]) -> Request | None:
    """What is left of the parameters without those that are wrong, as a request to check its list; None: too little."""
    read = read_request({**parameters, _CHECK_ONLY: "yes"})
    if isinstance(read, Request):
        return read
    wrong = {problem.parameter for problem in read}
    rest = {name: value for name, value in parameters.items() if name not in wrong}
    return readable(rest) if len(rest) < len(parameters) else None


def is_of_call(problem: Problem) -> bool:
    """Whether a problem is one of how a call is written, which its parameters do not show."""
    return problem.why.key in {"problem-repeated", "problem-unnamed"}


def _fields(model: type[BaseModel]) -> set[str]:
    """The names of the model's parameters, as they are written."""
    return {field.alias or name for name, field in model.model_fields.items()}
