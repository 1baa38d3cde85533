"""The recruiters' service as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecruitersConfig(AppConfig):
    """Recruiters, their licences, and the check before one pays."""

    name = "safar.citizens.recruiters"
    label = "recruiters"
    verbose_name = _("Recruiters")
