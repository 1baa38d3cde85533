"""The whole policy as a page: for each kind of record, which role may do what, where, up to which level, and blind to what.

Made from the same table by which `visible()` and the row-level security judge, so it cannot say anything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from safar.doors.workbench.gate import answer, staff_page
from safar.foundation.access.policy import ANY, Rule, policy, roles
from safar.foundation.actions import all_actions

WHERE = {
    "published": _("what is published"),
    "scope": _("in the organisations and the place of the post"),
    "place": _("in the place of the post, any organisation"),
    "everywhere": _("everywhere"),
    "own": _("one’s own"),
}
LEVELS = (_("public"), _("personal"), _("sensitive"), _("protection"), _("sealed"))
WORDS = {
    "view": _("see"),
    "export": _("take out as a file"),
    "add": _("add"),
    "change": _("change"),
    "delete": _("delete"),
    "remove": _("clear away"),
    "import": _("bring in from a file"),
    **dict.fromkeys(
        ("load_places", "load_organisations", "load_recruiters", "load_people"), _("load a list")
    ),
    "leave_fact": _("write on the timeline"),
    "follow": _("find what was merged or is out of sight"),
    "revoke_grant": _("take rights back"),
    ANY: _("everything"),
}
"""What the plain words of the policy are called; the names of actions have labels of their own."""

JOBS = {
    "api": _("Keys of programs"),
    "demo": _("The demo world"),
    "loader": _("Loading of lists"),
    "eraser": _("Erasing people"),
    "matcher": _("Comparing people’s records"),
    "merger": _("Merging people’s records"),
    "finder": _("Finding people from the command line"),
    "messenger": _("Sending of messages"),
    "reach": _("How people are reached"),
    "staff": _("Posts and leave"),
    "sweeper": _("Clearing up"),
    "webhooks": _("Telling other systems"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """What one role may do with one kind of record."""

    role: Any
    is_job: bool
    may: list[Any]
    where: Any
    level: Any
    never_shown: list[Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of record and who may do what with it."""

    code: str
    title: Any
    lines: list[Line]

    @property
    def anchor(self) -> str:
        """Where it stands on the page."""
        return self.code.replace(".", "-").replace("_", "-")


def matrix(rules: Iterable[Rule], *, role: str = "") -> list[Resource]:
    """The policy by kind of record in the order of the table; with `role`, that role's lines alone."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        if not role or rule.role == role:
            found.setdefault(rule.resource, []).append(rule)
    return [_resource(code, lines) for code, lines in found.items()]


def _resource(code: str, rules: list[Rule]) -> Resource:
    model = next((model for model in apps.get_models() if model._meta.label_lower == code), None)
    title = model._meta.verbose_name_plural if model else code
    in_order = sorted(rules, key=lambda rule: rule.role.startswith("system:"))
    return Resource(code, title, [_line(rule, model) for rule in in_order])


def _line(rule: Rule, model: type[Model] | None) -> Line:
    return Line(
        role=role_label(rule.role),
        is_job=rule.role.startswith("system:"),
        may=[_word(word, rule.resource) for word in sorted(rule.actions, key=_plain_words_first)],
        where=WHERE[rule.where],
        level=LEVELS[rule.level],
        never_shown=[_field(name, model) for name in sorted(rule.hidden)],
    )


def role_label(role: str) -> Any:
    """A role as a person reads it; being who one is, and jobs of the system, are roles too."""
    given = {"public": _("Anybody"), "staff": _("Everybody who signed in"), **roles()}
    if role.startswith("system:"):
        job = role.removeprefix("system:")
        return _("The system: %(job)s") % {"job": JOBS.get(job, job)}
    return given.get(role, role)


def _plain_words_first(word: str) -> tuple[int, str]:
    order = list(WORDS)
    return (order.index(word) if word in WORDS else len(order), word)


def _word(word: str, resource: str) -> Any:
    if word in WORDS:
        return WORDS[word]
    app = resource.split(".")[0]
    declared = all_actions().get(f"{app}.{word}")
    return declared.label if declared else word.replace("_", " ")


def _field(name: str, model: type[Model] | None) -> Any:
    try:
        return getattr(model._meta.get_field(name), "verbose_name", name) if model else name
    except FieldDoesNotExist:
        return name


@require_safe
@staff_page
def policy_page(request: HttpRequest) -> HttpResponse:
    """Show the policy, all of it or one role's part."""
    wanted = request.GET.get("role", "")
    known = dict.fromkeys(rule.role for rule in policy())
    role = wanted if wanted in known else ""
    choices = [(code, role_label(code)) for code in known]
    shown = {"resources": matrix(policy(), role=role), "role": role, "roles": choices}
    return answer(request, "workbench/policy.html", shown)


urlpatterns = [path("", policy_page, name="policy")]
