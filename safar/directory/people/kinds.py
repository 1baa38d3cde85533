"""What the history says of people beside what actions say; known to every process, whichever of them wrote it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from safar.foundation import history

LOADED = history.register_kind(
    "people.load",
    sentence=_("loaded people from a file: %(new)s new, %(changed)s changed, %(same)s the same"),
    icon="upload",
    forget=dict,
).code
UNDONE = history.register_kind(
    "people.load_undone",
    sentence=_(
        "took a load of people back: %(removed)s removed, %(restored)s as before, %(kept)s left as they are"
    ),
    icon="rotate-ccw",
    forget=dict,
).code
SOUGHT = history.register_kind(
    "people.sought",
    sentence=_("looked for people from the command line: %(questions)s questions"),
    icon="search",
).code
