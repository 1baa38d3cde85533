"""What `safar manage check` says about the keys."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from safar.foundation.encryption import keys


@register(Tags.security)
def keys_are_closed_to_others(**_: Any) -> list[CheckMessage]:
    """A key store that is there must be readable by us alone, and lie apart from the files it protects."""
    folder = Path(settings.SAFAR_KEYS).resolve()
    files = Path(getattr(settings, "SAFAR_FILES", folder.parent / "files")).resolve()
    found: list[CheckMessage] = []
    if folder == files or files in folder.parents or folder in files.parents:
        found.append(Error("SAFAR_KEYS and SAFAR_FILES must be folders apart.", id="encryption.E010"))
    if keys.is_there(folder):
        try:
            keys.KeyStore(folder)
        except keys.KeyTrouble as trouble:
            found.append(Error(str(trouble), id="encryption.E011"))
    return found


@register(Tags.security, deploy=True)
def keys_are_no_trial_keys(**_: Any) -> list[CheckMessage]:
    """Keys made without a ceremony are not to protect real people."""
    try:
        trial = keys.are_trial()
    except keys.KeyTrouble as trouble:
        return [Error(str(trouble), id="encryption.E012")]
    hint = "Begin with an empty database and “safar manage keys create”: docs/how-to/keys.md."
    return [Warning("The keys in use are trial keys.", hint=hint, id="encryption.W013")] if trial else []
