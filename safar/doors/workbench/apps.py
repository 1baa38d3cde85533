"""The workbench as Django knows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkbenchConfig(AppConfig):
    """The staff's door, and the filters each person keeps."""

    name = "safar.doors.workbench"
    label = "workbench"
    verbose_name = _("Workbench")
