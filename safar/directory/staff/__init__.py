"""Staff: who works where, in which role, and how she proves at sign-in that it is her.

An account is a person who may sign in; a post is her place in one organisation, with a role. From posts come grants,
which is all that `foundation.access` knows of staff. Nobody touches her own posts or grants, nor resets her own second
factor; two colleagues together reset somebody else's.

Words: *account*, *post*, *leave* (its grants rest, a stand-in holds them), *hand-over*, *starting password* (given once,
replaced at the first sign-in), *second factor* (a code from an authenticator app, or a recovery code).
"""
