"""Why an action was not done: named, and each says what to do now."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A rule says no; the message is the user's sentence, shown over the form with everything typed kept."""

    def __init__(self, message: Any, *, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message, self.field = message, field


class OutOfScope(Refused):
    """The row would land where the actor may not act."""

    def __init__(self) -> None:
        super().__init__(_("You cannot place the record there: it is outside your organisation or region."))


class Stale(Exception):
    """Somebody stored the row after the actor had opened it; `current` is the row as it stands now."""

    def __init__(self, current: Any) -> None:
        super().__init__("the record was changed by somebody else")
        self.current = current
