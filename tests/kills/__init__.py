"""The kill harness: ``make kills``, or ``python -m tests.kills [--kills 200] [--database 100] [--seed N]``.

On a throw-away installation with web server, worker and database it puts load on through the doors (token, browser's form,
files, messages to a stand-in), kills each of the three with SIGKILL at random moments, starts them again, and proves in the end that
nothing acknowledged is lost, nothing was done twice and nothing half.
"""
