"""Bringing a table file into a register: upload, map its columns, check its rows, apply in the background, report.

Each row goes through the register's own add or change action with its form, so that an import can do nothing a person
could not do by hand: rows outside her scope are not found, and new rows cannot land there. Columns that only actions may
change are left out and named.

Applying is the worker's: it does a few rows at a time, each time with the person's rights as they stand then, and commits
them with the number of the row it has come to. A worker that is killed is followed by one that goes on from there.
"""

from safar.foundation.languages.lazy import front

__all__ = [
    "AT_WORK",
    "BAD",
    "CHANGED",
    "CHECKED_ROWS",
    "NEW",
    "SAME",
    "Preview",
    "PreviewRow",
    "columns_of",
    "find_upload",
    "findings_of",
    "forget_old_uploads",
    "guess_mapping",
    "has_file",
    "importable",
    "keep_upload",
    "key_of",
    "may_import",
    "may_take_back",
    "most",
    "own_uploads",
    "preview",
    "read_beside",
    "refused_file",
    "refused_rows",
    "remap",
    "start_at_once",
    "start_import",
    "step_of",
    "stop_import",
    "take_up_left_imports",
]

__getattr__ = front(
    __name__,
    {
        "AT_WORK": "at_once",
        "BAD": "judging",
        "CHANGED": "judging",
        "CHECKED_ROWS": "judging",
        "NEW": "judging",
        "SAME": "judging",
        "Preview": "judging",
        "PreviewRow": "judging",
        "columns_of": "uploads",
        "find_upload": "uploads",
        "findings_of": "at_once",
        "forget_old_uploads": "uploads",
        "guess_mapping": "uploads",
        "has_file": "uploads",
        "importable": "uploads",
        "keep_upload": "uploads",
        "key_of": "uploads",
        "may_import": "uploads",
        "may_take_back": "at_once",
        "most": "uploads",
        "own_uploads": "uploads",
        "preview": "judging",
        "read_beside": "uploads",
        "refused_file": "reporting",
        "refused_rows": "reporting",
        "remap": "uploads",
        "start_at_once": "at_once",
        "start_import": "applying",
        "step_of": "at_once",
        "stop_import": "applying",
        "take_up_left_imports": "left_behind",
    },
)
