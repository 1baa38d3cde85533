"""A policy of two roles for the tests of this room: one sees files and what they hang on, the other the files alone."""

from safar.foundation.access.policy import rule

ROLES = {"keeper": "Keeper", "clerk": "Clerk", "reader": "Reader"}
POLICY = (
    rule("keeper", "access.grant", "view change", "scope", level=2),
    rule("keeper", "files.storedfile", "view attach change", "scope", level=2),
    rule("clerk", "access.grant", "view", "scope", level=1),
    rule("clerk", "files.storedfile", "view", "scope", level=1),
    rule("reader", "files.storedfile", "view", "scope", level=2),
)
