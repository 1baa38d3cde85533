"""Makes the staff room's history kinds known, and tells the history whose names stand behind its numbers."""

from allauth.usersessions.apps import UserSessionsConfig
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """The staff room."""

    name = "safar.directory.staff"
    label = "staff"
    verbose_name = _("Staff")
    default = True

    def ready(self) -> None:
        from safar.directory.staff import kinds  # noqa: F401
        from safar.directory.staff.models import Account
        from safar.foundation import history

        history.name_actors(Account.objects.names_of)


class SessionListConfig(UserSessionsConfig):
    """The library's table of who is signed in where; we write it ourselves, since the library would keep usable keys in it."""

    def ready(self) -> None:
        """Connect none of the library's receivers: `safar.directory.staff.sessions` does their work."""
