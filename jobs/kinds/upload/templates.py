"""A partner's own description template, as the wiki describes it."""

from jobs.io.plan_context import PlanContext
from jobs.kinds.upload.columns import slot
from jobs.kinds.upload.parameters import UploadParameters, known_template
from jobs.model.problems import Invalid, Problem, unknown
from wikitext.filepage import TEMPLATES, DescriptionTemplate, own_template
from wikitext.messages import message

_HELP = "mw:Special:MyLanguage/Help:TemplateData"


def with_template(asked: UploadParameters, context: PlanContext) -> UploadParameters:
    """The same request with the fields of its template, which for a partner's own are asked of the wiki.

    Raises Invalid: there is no such template, or nothing says what it takes, or the request fills what it does not.
    """
    if asked.template.fields:
        return asked
    template = _own(asked.template.name, context)
    known = {*UploadParameters.model_fields, *template.fields}
    strange = [name for name in asked.__pydantic_extra__ if slot(template, name) is None]
    if strange:
        raise Invalid([Problem(name, unknown(name, known, "problem-unknown-parameter")) for name in strange])
    return asked.model_copy(update={"template": template})


def _own(name: str, context: PlanContext) -> DescriptionTemplate:
    data = context.wiki.template_data(name)
    if data is None:
        raise Invalid([Problem("template", unknown(name, TEMPLATES, "problem-template"))])
    template = known_template(data.name) or own_template(data.name, data.parameters)
    if not template.fields:
        page = f"{context.prefix}Template:{data.name}"
        raise Invalid([Problem("template", message("problem-no-templatedata", page, _HELP))])
    return template
