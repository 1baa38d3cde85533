"""The page of a demonstration that shows which messages left, in which words; elsewhere there is no such page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from safar.foundation.languages.names import LANGUAGES
from safar.foundation.messages.showing import Shown, recent

TAGS = {code: (name, tag) for code, name, _short, tag in LANGUAGES}


@require_safe
@cache_control(no_store=True)
def outbox(request: HttpRequest) -> HttpResponse:
    """Show the newest messages of a demonstration."""
    if not settings.SAFAR_DEMO:
        raise Http404
    messages = [{"one": one, "tag": TAGS[one.language][1], "facts": facts(one)} for one in recent()]
    return render(request, "website/outbox.html", {"messages_shown": messages})


def facts(one: Shown) -> list[dict[str, Any]]:
    """What is known of a message, line by line."""
    queued = format_date(timezone.localtime(one.queued_at), "d.m.Y H:i:s")
    lines = [
        (_("state"), one.state.label, ""),
        (_("queued at"), queued, "number"),
        (_("channel"), one.channel, ""),
        (_("language"), TAGS[one.language][0], ""),
        (_("text"), one.wording, "code"),
        (_("attempts"), one.attempts, "number"),
    ]
    if one.may_be_double:
        lines.append((_("may have arrived twice"), _("yes"), "warn"))
    if one.reason:
        lines.append((_("reason"), one.reason, "code"))
    return [
        {"label": label[:1].upper() + label[1:], "value": v, "kind": k} for label, v, k in lines if v != ""
    ]
