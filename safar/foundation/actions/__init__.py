"""Every change is a named action: one gate, one transaction, one history event, one place to look.

An action is a plain function with keyword-only input, ``by=`` and ``now=``, declared once with `action(...)`. From the
declaration come its button and form in the workbench, its API endpoint and its line in the history.

Words: *subject* (the row acted on), *fact published* (news delivered after commit), *submission* (a form or API post,
answered once), *duty* (something someone must do by a day).
"""

from safar.foundation.actions.declaration import Action, action, all_actions
from safar.foundation.actions.facts import publish, subscribe
from safar.foundation.actions.refusals import OutOfScope, Refused, Stale
from safar.foundation.actions.storing import store

__all__ = ["Action", "OutOfScope", "Refused", "Stale", "action", "all_actions", "publish", "store", "subscribe"]
