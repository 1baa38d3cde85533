"""Recruiters: before she pays, anybody learns whether a firm may send people to work abroad today.

A *recruiter* is a private employment agency that is licensed, or claims to be. Its *licence* is granted, suspended,
reinstated, renewed and withdrawn by *decisions* under dated rules; it names the *destinations* and *kinds of work* it is
good for. The *check* answers a name or number with a *verdict*; only `licensed`, for what was asked, today, is green.
"""
