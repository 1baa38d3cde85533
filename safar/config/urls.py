"""Every address of the house: the doors, each under its own beginning."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from safar.doors.website.urls import plain_urlpatterns

urlpatterns = [
    *plain_urlpatterns,
    path("api/", include("safar.doors.api.urls")),
    *i18n_patterns(
        path("desk/", include("safar.doors.workbench.urls")),
        path("account/", include("safar.doors.workbench.signing_in")),
        path("programs/", include("safar.doors.api.guide")),
        path("", include("safar.doors.website.urls")),
        prefix_default_language=True,
    ),
]

handler400 = "safar.doors.website.errors.not_understood"
handler404 = "safar.doors.website.errors.not_found"
handler500 = "safar.doors.website.errors.broken"
