"""The workbench: the door the staff come in by.

An officer sees what waits for her today, finds a record by a name or a number, does what may be done with it, and reads
who did what before. Nearly every page is made from a register's declaration; the pages hold no rule of their own.
"""
