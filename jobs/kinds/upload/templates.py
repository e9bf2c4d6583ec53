"""What a request leaves to be found: the fields of a partner's own template, and for a check of a list a licence."""

from jobs.io.plan_context import PlanContext
from jobs.kinds.upload.columns import column_meant, slot
from jobs.kinds.upload.parameters import UploadParameters, known_template
from jobs.lists.manifest import pattern
from jobs.model.problems import Invalid, Problem, unknown
from jobs.model.profile import Profile
from wikitext.filepage import TEMPLATES, DescriptionTemplate, own_template
from wikitext.messages import message

_HELP = "mw:Special:MyLanguage/Help:TemplateData"


def completed(asked: UploadParameters, context: PlanContext, profile: Profile) -> UploadParameters:
    """The same request with what it leaves to be found. `profile`: what is in the columns of its list.

    Raises Invalid: there is no such template, or nothing says what it takes, or the request fills what it does not.
    """
    return with_license(_with_template(asked, context), profile)


def with_license(asked: UploadParameters, profile: Profile) -> UploadParameters:
    """With the licence that a column says for each file, where the request says none and there is such a column."""
    column = license_column(profile) if asked.license is None else ""
    return asked.model_copy(update={"license": pattern(f"{{{column}}}")}) if column else asked


def license_column(profile: Profile) -> str:
    """The column that says what the files' licences are, or none."""
    return column_meant("license", profile) or ""


def _with_template(asked: UploadParameters, context: PlanContext) -> UploadParameters:
    """With the fields of its template, which for a partner's own are asked of the wiki. Raises Invalid."""
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
