"""Files people hand in: taken in only if they are what they say, kept under names that say nothing, given out only in sight.

A file belongs to a record and inherits its label: who may not see the record cannot see that the file exists. From level 2
its content is encrypted with a key of its own. `docs/how-to/files.md` lists what is accepted and why the rest is refused.

Words: *kind* (PDF, picture, workbook, table, text), *accept* (judge and clean a file), *attach* (keep it with a record).
"""
