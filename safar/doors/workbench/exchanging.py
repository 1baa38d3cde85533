"""Tables in and out: an export of the list as it is filtered, an import shown row by row before anything is saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from safar.doors.workbench.doing import refuse
from safar.doors.workbench.file_check import SHOWN, check_screen
from safar.doors.workbench.gate import StaffRequest, answer, query_without, register_page, staff_page
from safar.doors.workbench.lists import COLUMNS, LAYOUT
from safar.doors.workbench.references import understood
from safar.foundation.access.visibility import Hidden, resource_of
from safar.foundation.actions import Refused
from safar.foundation.actions.once import FIELD, answer_once, fresh_key
from safar.foundation.files.kinds import LARGEST, MB
from safar.foundation.files.uploads import takes
from safar.foundation.registers import Register, register_by_slug
from safar.foundation.registers.exchange import CONTENT_TYPES, export
from safar.foundation.registers.importing import (
    AT_WORK,
    BAD,
    columns_of,
    find_upload,
    findings_of,
    has_file,
    importable,
    keep_upload,
    key_of,
    may_import,
    may_take_back,
    most,
    own_uploads,
    preview,
    read_beside,
    refused_file,
    refused_rows,
    remap,
    start_at_once,
    start_import,
    step_of,
    stop_import,
)
from safar.foundation.registers.models import Upload

State = Upload.State


class UploadForm(forms.Form):
    """The file to bring in."""

    file = forms.FileField(
        label=gettext_lazy("Table file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.json"}),
    )

    def __init__(self, *args: Any, register: Register) -> None:
        super().__init__(*args)
        rows, megabytes = most(register)
        self.fields["file"].help_text = gettext(
            "CSV, XLSX or JSON, up to %(megabytes)s MB and %(rows)s rows. The first row names the columns."
        ) % {"megabytes": megabytes, "rows": number_format(rows, force_grouping=True)}


@require_safe
@register_page
def export_list(request: StaffRequest, register: Register, kind: str) -> StreamingHttpResponse:
    """Hand over the rows of the list as a file, in pieces."""
    if kind not in CONTENT_TYPES:
        raise Http404
    now = timezone.now()
    params, _faults = understood(register, request.actor, _only_filters(request))
    pieces = export(register, request.actor, params, kind, now=now)
    name = f"{register.slug}-{timezone.localtime(now):%Y-%m-%d-%H%M}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return StreamingHttpResponse(pieces, content_type=CONTENT_TYPES[kind], headers=headers)


def largest_file(request: StaffRequest, slug: str) -> int:
    """A file as large as the register takes from whoever may bring one; of nobody else more than of any page."""
    register = register_by_slug(slug)
    with (
        transaction.atomic()
    ):  # the file is read before the request's own transaction begins: without one no grant is seen
        is_open = register is not None and may_import(register, request.actor)
    return max(LARGEST, most(register)[1] * MB) if register and is_open else LARGEST


@takes(largest_file)
@require_http_methods(["GET", "HEAD", "POST"])
@register_page
def import_file(request: StaffRequest, register: Register) -> HttpResponse:
    """Take a table file; nothing is saved in the register yet."""
    _open_to(request, register)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = UploadForm(*sent, register=register)
    form.fields[FIELD] = forms.CharField(
        widget=forms.HiddenInput, initial=fresh_key(), required=False, max_length=64
    )
    if form.is_bound and form.is_valid():
        try:
            return answer_once(request, lambda: _kept(request, register, form.cleaned_data["file"]))
        except Refused as refused:
            refuse(form, refused)
    context = {
        "register": register,
        "form": form,
        "fields": importable(register).items(),
        "key": key_of(register),
        "step": 1,
        "left_out": [
            register.label_of(name) for name in register.action_only if name not in importable(register)
        ],
    }
    return answer(request, "workbench/import/file.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@register_page
def match_columns(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Say which column of the file fills which field, and of a whole file in whose name it is brought in."""
    _open_to(request, register)
    upload = find_upload(register, request.actor, pk)
    if upload.state not in (State.UPLOADED, State.CHECKED):
        return redirect("workbench:import-check", register.slug, upload.pk)
    owners = register.whole.owners(request.actor) if register.whole else []
    fault = ""
    if request.method == "POST":
        _matched(request, register, upload, owners)
        try:
            if register.whole:
                _hand_over(register, request, upload, State.CHECKING)
            return redirect("workbench:import-check", register.slug, upload.pk)
        except Refused as refused:
            fault, upload = refused.message, find_upload(register, request.actor, pk)
    fields = [
        (name, label, upload.mapping.get(name, ""), name == key_of(register))
        for name, label in importable(register).items()
    ]
    context = {
        "register": register,
        "upload": upload,
        "columns": columns_of(upload),
        "fields": fields,
        "owners": owners,
        "owner_label": register.whole.owner_label if register.whole else "",
        "fault": fault,
        "step": 2,
    }
    return answer(request, "workbench/import/columns.html", context, status=422 if fault else 200)


@require_safe
@register_page
def check_import(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Show what would become of the rows; once they are being saved, how far it is; in the end what became of them."""
    upload = find_upload(register, request.actor, pk)
    if upload.state in AT_WORK:
        return _progress(request, register, upload)
    if upload.state not in (State.UPLOADED, State.CHECKED):
        return _report(request, register, upload)
    _open_to(request, register)
    if register.whole and upload.state == State.UPLOADED:
        return redirect("workbench:import-columns", register.slug, upload.pk)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    try:
        judged = findings_of(register, upload) if register.whole else preview(register, request.actor, upload)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("workbench:import-columns", register.slug, upload.pk)
    screen = check_screen(register, upload, judged, request.GET)
    context = {"screen": screen, "register": register, "step": 3, "owner": _owner(request, register, upload)}
    return answer(request, "workbench/import/check.html", context)


@require_POST
@register_page
def save_import(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Hand the good rows to the worker, or go on where it was stopped."""
    _open_to(request, register)
    upload = find_upload(register, request.actor, pk)

    def start() -> HttpResponse:
        if register.whole:
            state = State.CHECKING if upload.state == State.STOPPED else State.APPLYING
            _hand_over(register, request, upload, state)
        else:
            start_import(register, request.actor, upload, now=timezone.now())
        return redirect("workbench:import-check", register.slug, upload.pk)

    return answer_once(request, start)


@require_POST
@register_page
def halt_import(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Stop an import half way."""
    upload = find_upload(register, request.actor, pk)

    def stop() -> HttpResponse:
        stop_import(request.actor, upload, now=timezone.now())
        return redirect("workbench:import-check", register.slug, upload.pk)

    return answer_once(request, stop)


@require_http_methods(["GET", "HEAD", "POST"])
@register_page
def take_import_back(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Ask once more, then have the worker undo all that a file brought in."""
    _open_to(request, register)
    upload = find_upload(register, request.actor, pk)
    if not register.whole or not may_take_back(upload, now=timezone.now()):
        return redirect("workbench:import-check", register.slug, upload.pk)

    def start() -> HttpResponse:
        _hand_over(register, request, upload, State.UNDOING)
        return redirect("workbench:import-check", register.slug, upload.pk)

    if request.method == "POST":
        return answer_once(request, start)
    context = {"register": register, "upload": upload, "report": upload.report, "key": fresh_key(), "step": 5}
    return answer(request, "workbench/import/back.html", context)


@require_safe
@register_page
def import_errors(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Hand over the rows that cannot be saved, each with its reason."""
    upload = find_upload(register, request.actor, pk)
    if not has_file(upload):
        raise Http404
    text: str | bytes = (
        read_beside(upload, "errors") if register.whole else refused_file(register, request.actor, upload)
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{register.slug}-errors.csv"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(text, content_type=CONTENT_TYPES["csv"], headers=headers)


@require_safe
@staff_page
def my_uploads(request: StaffRequest) -> HttpResponse:
    """The files I brought in, each with how far it is."""
    found = [(one, register_by_slug(one.register)) for one in own_uploads(request.actor, now=timezone.now())]
    return answer(request, "workbench/import/mine.html", {"uploads": [pair for pair in found if pair[1]]})


def _progress(request: StaffRequest, register: Register, upload: Upload) -> HttpResponse:
    name = "moving" if request.htmx else "progress"
    context = {
        "register": register,
        "upload": upload,
        "key": fresh_key(),
        "step": 3 if upload.state == State.CHECKING else 4,
        "stage": step_of(upload) if register.whole else None,
    }
    return answer(request, f"workbench/import/{name}.html", context)


def _report(request: StaffRequest, register: Register, upload: Upload) -> HttpResponse:
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "register": register,
        "upload": upload,
        "report": upload.report,
        "refused": _refused(request, register, upload),
        "has_file": has_file(upload),
        "may_go_on": upload.state == State.STOPPED
        and has_file(upload)
        and may_import(register, request.actor),
        "may_take_back": may_take_back(upload, now=timezone.now()),
        "owner": _owner(request, register, upload),
        "left": upload.total - upload.done,
        "key": fresh_key(),
        "step": 4 if upload.state == State.STOPPED else 5,
    }
    return answer(request, "workbench/import/report.html", context)


def _kept(request: StaffRequest, register: Register, file: Any) -> HttpResponse:
    upload = keep_upload(register, request.actor, file, now=timezone.now())
    if register.whole:
        if upload.owner in dict(register.whole.owners(request.actor)):
            _hand_over(register, request, upload, State.CHECKING)
            return redirect("workbench:import-check", register.slug, upload.pk)
        return redirect("workbench:import-columns", register.slug, upload.pk)
    complete = register.import_key in upload.mapping
    return redirect(
        "workbench:import-check" if complete else "workbench:import-columns", register.slug, upload.pk
    )


def _matched(
    request: StaffRequest, register: Register, upload: Upload, owners: Sequence[tuple[int, str]]
) -> None:
    asked = request.POST.get("owner", "")
    remap(
        register,
        request.actor,
        upload,
        {name: request.POST.get(f"field_{name}", "") for name in importable(register)},
        owner=next(
            (pk for pk, _name in owners if str(pk) == asked), owners[0][0] if len(owners) == 1 else None
        ),
        now=timezone.now(),
    )


def _hand_over(register: Register, request: StaffRequest, upload: Upload, state: str) -> None:
    start_at_once(register, request.actor, upload, state, now=timezone.now())


def _refused(request: StaffRequest, register: Register, upload: Upload) -> list[tuple[int, dict[str, str]]]:
    """The first of the rows left out, each with its reasons by column."""
    if not register.whole:
        return refused_rows(request.actor, upload, first=SHOWN)
    if not has_file(upload) or not upload.report.get(BAD):
        return []
    return [(row.number, row.errors) for row in findings_of(register, upload).rows if row.state == BAD][
        :SHOWN
    ]


def _owner(request: StaffRequest, register: Register, upload: Upload) -> str:
    """The name of the organisation a whole file is brought in for."""
    owners = dict(register.whole.owners(request.actor)) if register.whole else {}
    return owners.get(upload.owner or 0, "")


def _open_to(request: StaffRequest, register: Register) -> None:
    if not may_import(register, request.actor):
        raise Hidden(resource_of(register.model), "", "import")


def _only_filters(request: StaffRequest) -> Any:
    return QueryDict(query_without(request.GET, *LAYOUT, COLUMNS))
