"""The website as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebsiteConfig(AppConfig):
    """The public website, and the look that every door shares."""

    name = "safar.doors.website"
    label = "website"
    verbose_name = _("Public website")
