"""The door for other systems: every register read a page at a time, every action callable once, by token.

A token stands for one person's rights, narrowed to named resources, for a purpose and until a day; it never shows more
than its owner may see at this moment. The description (OpenAPI 3.1) lies in ``docs/openapi.json`` and is held equal to
the running one by a test.
"""
