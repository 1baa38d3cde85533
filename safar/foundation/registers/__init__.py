"""Registers: about forty plain tables of the house, each one frozen declaration of 15 to 30 lines.

From a declaration come list, filter, search, record page, create and edit, history, CSV and XLSX in and out, the read
API and the permission checks. What is a conversation (a call, a screening) is not a register and has its own pages.
"""

from safar.foundation.languages.lazy import front

__all__ = ["Child", "Register", "Section", "View", "all_registers", "register_by_slug", "register_of"]

DECLARED, LISTED = (
    ("Child", "Register", "Section", "View"),
    ("all_registers", "register_by_slug", "register_of"),
)
__getattr__ = front(__name__, dict.fromkeys(DECLARED, "declaration") | dict.fromkeys(LISTED, "registry"))
