"""What the history says of recruiters beside what actions say; known to every process, whichever of them wrote it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from safar.foundation import history

LOADED = history.register_kind(
    "recruiters.load",
    sentence=_("loaded the list %(list)s: %(new)s new, %(changed)s changed, %(same)s the same"),
    icon="upload",
    forget=dict,
).code
