"""The key the chain is made with."""

from safar.foundation.encryption.keys import store


def seal_key() -> bytes:
    """The key of the seals, from the key store outside the database."""
    return store().key("history-seal")
