"""Every change is a named action: one gate, one transaction, one history event, one place to look.

An action is a plain function with keyword-only input, ``by=`` and ``now=``, declared once with `action(...)`. From the
declaration come its button and form in the workbench, its API endpoint and its line in the history.

Words: *subject* (the row acted on), *fact published* (news delivered after commit), *submission* (a form or API post,
answered once), *duty* (something someone must do by a day).
"""

from safar.foundation.languages.lazy import front

__all__ = [
    "Action",
    "OutOfScope",
    "Refused",
    "Stale",
    "action",
    "all_actions",
    "publish",
    "store",
    "subscribe",
]

__getattr__ = front(
    __name__,
    {
        "Action": "declaration",
        "action": "declaration",
        "all_actions": "declaration",
        "publish": "facts",
        "subscribe": "facts",
        "OutOfScope": "refusals",
        "Refused": "refusals",
        "Stale": "refusals",
        "store": "storing",
    },
)
