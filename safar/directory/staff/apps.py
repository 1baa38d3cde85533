"""Makes the staff room's actions and history kinds known."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """The staff room."""

    name = "safar.directory.staff"
    label = "staff"
    verbose_name = _("Staff")

    def ready(self) -> None:
        from safar.directory.staff import kinds, register  # noqa: F401
