"""Tables in and out: an export of the list as it is filtered, an import shown row by row before anything is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from safar.doors.workbench.doing import refuse
from safar.doors.workbench.gate import StaffRequest, answer, query_without, register_page, staff_page
from safar.doors.workbench.lists import COLUMNS, LAYOUT
from safar.doors.workbench.references import understood
from safar.foundation.access.visibility import Hidden, resource_of
from safar.foundation.actions import Refused
from safar.foundation.actions.once import FIELD, answer_once, fresh_key
from safar.foundation.registers import Register, register_by_slug
from safar.foundation.registers.exchange import CONTENT_TYPES, export
from safar.foundation.registers.importing import (
    BAD,
    CHANGED,
    MOST_MB,
    MOST_ROWS,
    NEW,
    SAME,
    Preview,
    columns_of,
    find_upload,
    has_file,
    importable,
    keep_upload,
    may_import,
    own_uploads,
    preview,
    refused_file,
    refused_rows,
    remap,
    start_import,
    stop_import,
)
from safar.foundation.registers.models import Upload

SHOWN = 50
LEAST_COLUMNS = 5
STATES = {
    BAD: gettext_lazy("With errors"),
    CHANGED: gettext_lazy("Changed"),
    NEW: gettext_lazy("New"),
    SAME: gettext_lazy("The same"),
}


class UploadForm(forms.Form):
    """The file to bring in."""

    file = forms.FileField(
        label=gettext_lazy("Table file"),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.json"}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].help_text = gettext(
            "CSV, XLSX or JSON, up to %(megabytes)s MB and %(rows)s rows. The first row names the columns."
        ) % {"megabytes": MOST_MB, "rows": number_format(MOST_ROWS, force_grouping=True)}


@dataclass(frozen=True, slots=True)
class Part:
    """One share of the bar that shows what will happen."""

    state: str
    label: Any
    count: int
    start: int


@dataclass
class CheckScreen:
    """Everything the check of a file shows."""

    register: Register
    upload: Upload
    preview: Preview
    counts: dict[str, int]
    parts: list[Part]
    state: str
    columns: list[str]
    rows: list[Any]
    more: int
    labels: dict[str, Any]
    key: str

    @property
    def total(self) -> int:
        """Rows that were judged."""
        return len(self.preview.rows)

    @property
    def rest(self) -> int:
        """Rows of a long file that are judged only as they are saved."""
        return self.upload.total - self.total

    @property
    def ready(self) -> int:
        """Rows that will be saved."""
        return self.counts[NEW] + self.counts[CHANGED]

    @property
    def bad(self) -> int:
        """Rows that will be left out."""
        return self.counts[BAD]


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


@require_http_methods(["GET", "HEAD", "POST"])
@register_page
def import_file(request: StaffRequest, register: Register) -> HttpResponse:
    """Take a table file; nothing is saved in the register yet."""
    _open_to(request, register)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
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
        "key": register.label_of(register.import_key),
        "step": 1,
        "left_out": [
            register.label_of(name) for name in register.action_only if name not in importable(register)
        ],
    }
    return answer(request, "workbench/import/file.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@register_page
def match_columns(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Say which column of the file fills which field."""
    _open_to(request, register)
    upload = find_upload(register, request.actor, pk)
    if upload.state != Upload.State.UPLOADED:
        return redirect("workbench:import-check", register.slug, upload.pk)
    if request.method == "POST":
        remap(
            register,
            request.actor,
            upload,
            {name: request.POST.get(f"field_{name}", "") for name in importable(register)},
        )
        return redirect("workbench:import-check", register.slug, upload.pk)
    columns = columns_of(upload)
    fields = [
        (name, label, upload.mapping.get(name, ""), name == register.import_key)
        for name, label in importable(register).items()
    ]
    context = {"register": register, "upload": upload, "columns": columns, "fields": fields, "step": 2}
    return answer(request, "workbench/import/columns.html", context)


@require_safe
@register_page
def check_import(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Show what would become of the rows; once they are being saved, how far it is; in the end what became of them."""
    upload = find_upload(register, request.actor, pk)
    if upload.state == Upload.State.APPLYING:
        return _progress(request, register, upload)
    if upload.state != Upload.State.UPLOADED:
        return _report(request, register, upload)
    _open_to(request, register)
    try:
        judged = preview(register, request.actor, upload)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("workbench:import-columns", register.slug, upload.pk)
    screen = check_screen(register, upload, judged, request.GET)
    return answer(request, "workbench/import/check.html", {"screen": screen, "register": register, "step": 3})


@require_POST
@register_page
def save_import(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Hand the good rows to the worker, or go on where it was stopped."""
    _open_to(request, register)
    upload = find_upload(register, request.actor, pk)

    def start() -> HttpResponse:
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


@require_safe
@register_page
def import_errors(request: StaffRequest, register: Register, pk: str) -> HttpResponse:
    """Hand over the rows that cannot be saved, each with its reason."""
    upload = find_upload(register, request.actor, pk)
    if not has_file(upload):
        raise Http404
    text = refused_file(register, request.actor, upload)
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
    context = {"register": register, "upload": upload, "key": fresh_key(), "step": 4}
    return answer(request, f"workbench/import/{name}.html", context)


def _report(request: StaffRequest, register: Register, upload: Upload) -> HttpResponse:
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    context = {
        "register": register,
        "upload": upload,
        "report": upload.report,
        "refused": refused_rows(request.actor, upload, first=SHOWN),
        "has_file": has_file(upload),
        "may_go_on": upload.state == Upload.State.STOPPED
        and has_file(upload)
        and may_import(register, request.actor),
        "left": upload.total - upload.done,
        "key": fresh_key(),
        "step": 5 if upload.state == Upload.State.APPLIED else 4,
    }
    return answer(request, "workbench/import/report.html", context)


def check_screen(register: Register, upload: Upload, judged: Preview, params: Any) -> CheckScreen:
    """The check as the page shows it: rows of one state, the first fifty unless all are asked for."""
    counts = judged.counts
    asked = params.get("show", "")
    state = asked if asked in STATES else next((s for s in (BAD, CHANGED, NEW) if counts[s]), SAME)
    rows = [row for row in judged.rows if row.state == state]
    shown = rows if params.get("all") else rows[:SHOWN]
    start, parts = 0, []
    for name in (NEW, CHANGED, SAME, BAD):
        parts.append(Part(name, STATES[name], counts[name], start))
        start += counts[name]
    return CheckScreen(
        register=register,
        upload=upload,
        preview=judged,
        counts=counts,
        parts=parts,
        state=state,
        columns=_columns_to_show(register, judged, rows),
        rows=shown,
        more=len(rows) - len(shown),
        labels=STATES,
        key=fresh_key(),
    )


def _columns_to_show(register: Register, judged: Preview, rows: list[Any]) -> list[str]:
    """The key's column, those with errors, then others while there is room."""
    wrong = [c for row in rows for c in row.errors if c in judged.columns]
    first = judged.mapping.get(register.import_key, "")
    wanted = dict.fromkeys([first, *wrong, *judged.mapping.values()])
    keep = set(list(wanted)[: max(LEAST_COLUMNS, len(set(wrong)) + 1)])
    return [c for c in judged.columns if c in keep]


def _kept(request: StaffRequest, register: Register, file: Any) -> HttpResponse:
    upload = keep_upload(register, request.actor, file, now=timezone.now())
    complete = register.import_key in upload.mapping
    return redirect(
        "workbench:import-check" if complete else "workbench:import-columns", register.slug, upload.pk
    )


def _open_to(request: StaffRequest, register: Register) -> None:
    if not may_import(register, request.actor):
        raise Hidden(resource_of(register.model), "", "import")


def _only_filters(request: StaffRequest) -> Any:
    return QueryDict(query_without(request.GET, *LAYOUT, COLUMNS))
