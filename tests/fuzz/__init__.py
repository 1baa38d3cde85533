"""Whatever a program may send to the API, from every role: no fault of the server, and no answer its description does not tell of.

``python -m tests.fuzz`` (``make fuzz``) begins an installation of its own, with the demo world in it, sends so many cases as each
kind of caller, prints the counts, and ends with 1 if anything was wrong.
"""
