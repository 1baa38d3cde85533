"""Who may see and do what: one actor, one policy table, one `visible()`.

A row is visible if some grant of the actor covers its organisation, its place and its level; from level 3 on only to
members of its case. What is hidden looks exactly like what does not exist.

Words: *actor* (who acts now), *grant* (a role over organisations and a place, up to a level), *rule* (what a role may do
with a resource), *label* (organisation, place, level and case written on every protected row).
"""
