"""The room of files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """Files attached to records."""

    name = "safar.foundation.files"
    label = "files"
    verbose_name = _("Files")
