"""Keys and what they protect: sealed values, blind indexes, and erasure by destroying a key.

A value of level 2 or above is encrypted with the data key of its complaint, case or document and bound to its table, row
and field. Data keys lie wrapped in a key store outside the database and its backups, so that destroying one erases what
it protected in the backups too. `docs/how-to/keys.md` tells an operator how to make, escrow, try and rotate keys.
"""
