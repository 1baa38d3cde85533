"""The public website: the door a citizen, or her family, comes in by.

Here a person checks a recruiter before she pays, reads what to do at each stage of the journey, and
leaves the page in one press when somebody walks in. Every page is read without a password, works
without a script, and weighs no more than a slow line can carry.
"""
