"""Two records of one person: noticed, judged by somebody who may see both, made one, and taken apart again to the byte.

Words: *face* (what of a record is compared), *evidence* (what one field says), *pair* (two records that may be one person's),
*survivor* (the record that stays), *pointer* (the record that leads to it), *kept* (what taking apart needs, sealed).
"""
