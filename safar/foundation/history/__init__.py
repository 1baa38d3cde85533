"""What happened, who did it and when: two books that keep each other honest.

*Events* are the sealed book: one line for each act, look, export and refusal, appended in the act's own transaction. It
holds ids, codes and salted digests; the values a sentence needs stand beside it and may be erased without breaking the
seal. *Versions* are the row history: each protected row as it stood after every change, written by the database itself.

Words: *kind* (what sort of act, with its sentence), *seal* (a link of the chain over a batch of events), *checkpoint*
(the chain's newest link, kept outside the database), *version* (a row as it stood), *forget* (erase personal values).
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from safar.foundation.history.comparing import Change, changes, versions
    from safar.foundation.history.forgetting import forget
    from safar.foundation.history.kinds import UnknownKind, keeping, register_kind
    from safar.foundation.history.reading import actor_names, events, events_of, name_actors, sentence
    from safar.foundation.history.recording import (
        record,
        record_export,
        record_read,
        record_refusal,
        set_context,
    )
    from safar.foundation.history.tracking import tracked
    from safar.foundation.history.verification import status, verify, verify_copy, verify_report_lines

_STANDS_IN = {
    "comparing": ("Change", "changes", "versions"),
    "forgetting": ("forget",),
    "kinds": ("UnknownKind", "keeping", "register_kind"),
    "reading": ("actor_names", "events", "events_of", "name_actors", "sentence"),
    "recording": ("record", "record_export", "record_read", "record_refusal", "set_context"),
    "tracking": ("tracked",),
    "verification": ("status", "verify", "verify_copy", "verify_report_lines"),
}
_MODULE_OF = {name: module for module, names in _STANDS_IN.items() for name in names}

__all__ = [
    "Change",
    "UnknownKind",
    "actor_names",
    "changes",
    "events",
    "events_of",
    "forget",
    "keeping",
    "name_actors",
    "record",
    "record_export",
    "record_read",
    "record_refusal",
    "register_kind",
    "sentence",
    "set_context",
    "status",
    "tracked",
    "verify",
    "verify_copy",
    "verify_report_lines",
    "versions",
]


def __getattr__(name: str) -> Any:
    """Find a public name in its module when first asked for: models may not be imported while applications load."""
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{module}"), name)
