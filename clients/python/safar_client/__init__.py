"""Safar's API for Python: ``Safar(address, token).people.list(q="Yoʻldosheva")``.

Rows are typed; lists turn their pages by themselves; an act carries a key, so that sending it twice does it once; what the server
asks to wait is waited. Made from docs/openapi.json of the Safar repository, and held equal to it by a test there.
"""

from safar_client.base import Answered, BrokenOff, Conflict, Line, NotFound, Refused
from safar_client.registers import Safar
from safar_client.webhooks import NotGenuine, Told, told

__all__ = [
    "Answered",
    "BrokenOff",
    "Conflict",
    "Line",
    "NotFound",
    "NotGenuine",
    "Refused",
    "Safar",
    "Told",
    "told",
]
