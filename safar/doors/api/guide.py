"""The guide for those who write programs: what a token is, and examples that a test runs as they stand."""

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from safar.doors.api.rates import BULK, STREAM
from safar.doors.website.pages import public_page

EXAMPLES = Path(__file__).parent / "examples"


def example(name: str) -> str:
    """The text of an example. They are no modules of ours, so their names end in .txt."""
    return (EXAMPLES / f"{name}.txt").read_text(encoding="utf-8").rstrip()


@require_safe
@public_page
def guide(request: HttpRequest) -> HttpResponse:
    """Tell how another system reads, acts and is told."""
    shown = {file.stem.replace(".", "_"): example(file.stem) for file in sorted(EXAMPLES.glob("*.txt"))}
    limits = {"minute": settings.SAFAR_API_REQUESTS_A_MINUTE, "stream": STREAM, "bulk": BULK}
    return render(request, "api/guide.html", {"examples": shown, "limits": limits})


urlpatterns = [path("", guide, name="programs")]
