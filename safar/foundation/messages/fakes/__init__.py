"""Stand-ins for the gateways, on this machine: they speak the same protocols over real sockets and write down what came.

They can be made to refuse, to be slow, to be down, and to take a message and hang up without an answer. Used by the tests
and, with ``safar manage fake_gateways``, to look at what leaves a demonstration. They send nothing on.
"""
