"""People: a name, a sex, a date of birth as far as it is known, and a timeline of facts. No more.

Services learn of each other through facts ("certificate issued, orientation, 1 March"); what a victim of a crime told
stands in the room that protects her and never here: facts of level 3 are refused.
Words: *fact* (something that happened, with its code, day and level), *precision* (how much of a birth date is known).
"""
