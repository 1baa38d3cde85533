"""The pages of the public website. None needs a password, a cookie or a script."""

from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import segno
from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from safar.citizens.recruiters.check import Answer
from safar.citizens.recruiters.codes import compact
from safar.citizens.recruiters.lookup import answer, recheck
from safar.map import STAGES, pages_at

from . import verdicts
from .context import furniture
from .earlier import again
from .firm_facts import grouped_stir
from .forms import CheckForm, CodeForm
from .guides import FALSE_OFFER_SIGNS, SOURCE, guide_for

LONGEST_NUMBER = 40
"""Signs of the longest licence number an address may carry."""

public_page = cache_control(public=True, max_age=300)
true_now_only = cache_control(no_store=True)


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """Show what a person can do today: check a recruiter, or find herself on the road."""
    road = [
        {"stage": stage, "pages": pages_at(stage.code), "guide": guide_for(stage.code)} for stage in STAGES
    ]
    return render(
        request, "website/home.html", {"road": road, "signs": FALSE_OFFER_SIGNS, "check": CheckForm()}
    )


@require_safe
@true_now_only
def check(request: HttpRequest) -> HttpResponse:
    """Ask for a recruiter's name or number and answer whether it may send people to work today."""
    if "q" not in request.GET:
        return render(request, "website/check/ask.html", {"form": CheckForm()})
    form = CheckForm(request.GET)
    if not form.is_valid():
        return render(request, "website/check/ask.html", {"form": form})
    now = timezone.localtime()
    found = answer(
        form.cleaned_data["q"],
        destination=form.cleaned_data["to"] or None,
        work=form.cleaned_data["work"] or None,
        now=now,
    )
    if found.verdict == "answer_number":
        return redirect(f"{reverse('website:code')}?{urlencode({'number': found.text})}")
    if found.verdict == "empty":
        form.add_error("q", form.fields["q"].error_messages["required"])
        return render(request, "website/check/ask.html", {"form": form})
    return render(request, verdicts.TEMPLATE, verdicts.page(found, checked_at=_moment(now), code=found.code))


@require_safe
@true_now_only
def code(request: HttpRequest) -> HttpResponse:
    """Ask for a number on paper: of an answer given earlier, or of a licence, under the code on a wall.

    For an answer's number the page tells what was said then and what holds now; any other number is checked.
    """
    if "number" not in request.GET:
        return render(request, "website/check/code.html", {"form": CodeForm()})
    form = CodeForm(request.GET)
    if not form.is_valid():
        return render(request, "website/check/code.html", {"form": form})
    now, number = timezone.localtime(), form.cleaned_data["number"]
    earlier = recheck(number, now=now)
    if earlier is None and compact(number):
        form.add_error("number", _("This number is not one of ours: compare it with the paper, sign by sign"))
        return render(request, "website/check/code.html", {"form": form})
    if earlier is None:
        return redirect(f"{reverse('website:check')}?{urlencode({'q': number})}")
    return render(request, "website/check/again.html", {"again": again(earlier, now=_moment(now))})


@require_safe
@true_now_only
def poster(request: HttpRequest, number: str) -> HttpResponse:
    """Print a sheet for a licensed recruiter's wall; a recruiter that may not work gets its verdict instead."""
    found = _by_number(number)
    if found.firm is None or found.verdict != "licensed":
        return redirect(f"{reverse('website:check')}?{urlencode({'q': number})}")
    context = {
        "firm": found.firm,
        "stir": grouped_stir(found.firm.stir),
        "address": _printed_address(number),
    }
    return render(request, "website/check/poster.html", context)


@require_safe
@public_page
def guide(request: HttpRequest, stage: str) -> HttpResponse:
    """Show the advice for one stage of the road."""
    advice = guide_for(stage)
    here = next((one for one in STAGES if one.code == stage), None)
    if advice is None or here is None:
        raise Http404
    context = {"guide": advice, "stage": here, "pages": pages_at(stage), "source": SOURCE}
    return render(request, "website/guide.html", context)


@require_safe
@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what this site keeps of a visitor."""
    return render(request, "website/privacy.html")


@require_safe
@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say how the site was made usable for everybody, and what is not known yet."""
    return render(request, "website/accessibility.html")


@require_safe
@public_page
def licences(request: HttpRequest) -> HttpResponse:
    """Name whose work the site is built of, and where its facts come from."""
    return render(request, "website/licences.html")


@require_safe
def front_door(request: HttpRequest) -> HttpResponse:
    """Lead to the home page in the reader's language."""
    return _in_readers_language(reverse("website:home"))


@require_safe
def scanned(request: HttpRequest, number: str) -> HttpResponse:
    """Lead from a scanned code to the answer of today, in the reader's language."""
    _refuse_long(number)
    return _in_readers_language(f"{reverse('website:check')}?{urlencode({'q': number})}")


@require_safe
@cache_control(public=True, max_age=86_400)
def qr_picture(request: HttpRequest, number: str) -> HttpResponse:
    """Draw the code that leads to the answer about a licence number."""
    _refuse_long(number)
    picture = BytesIO()
    drawing = segno.make_qr(_printed_address(number), error="q")
    drawing.save(picture, kind="svg", xmldecl=False, border=4, omitsize=True, svgclass=None, lineclass=None)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml; charset=utf-8")


@require_safe
@public_page
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]  # its stubs forget addresses with parts
def embedded_check(request: HttpRequest, language: str) -> HttpResponse:
    """Show the check alone, for other sites to put in a frame; the answer opens on this site."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    with translation.override(language):
        context: dict[str, Any] = {**furniture(path=request.path_info), "check": CheckForm()}
        response = render(request, "website/check/embedded.html", context)
    response["Content-Language"] = language
    return response


@require_safe
@cache_control(public=True, max_age=86_400)
def robots(request: HttpRequest) -> HttpResponse:
    """Ask search engines to keep out of everything that is not a public page."""
    lines = ("User-agent: *", "Disallow: /*/desk/", "Disallow: /*/account/", "Disallow: /api/", "")
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the old name of the icon to the icon."""
    return HttpResponseRedirect(static("safar/assets/favicon.svg"))


def _by_number(number: str) -> Answer:
    _refuse_long(number)
    return answer(number, destination=None, work=None, now=timezone.localtime())


def _moment(now: datetime) -> str:
    return format_date(now, "d.m.Y H:i")


def _refuse_long(number: str) -> None:
    if len(number) > LONGEST_NUMBER:
        raise Http404


def _printed_address(number: str) -> str:
    """The address that stands on paper: short, and the same in every language."""
    return settings.SAFAR_PUBLIC_URL + reverse("scanned", args=[number])


def _in_readers_language(address: str) -> HttpResponse:
    """Redirect to an address made in the language the middleware found; another reader gets another address."""
    response = HttpResponseRedirect(address)
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response
