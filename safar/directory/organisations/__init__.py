"""Organisations: the bodies, firms and associations both wings speak of, their offices and focal points.

A ministry, an employer abroad, a recruiter, a shelter: each stands here once, with its names in several scripts, the
body above it and where it sits. Where a shelter is, is not written here.
Words: *parent* (the body it answers to), *office* (where one goes), *focal point* (whom one asks for, on a topic).
"""
