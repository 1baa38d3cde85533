"""What is done to people. Each act is on the person, whichever of her belongings it touches."""

from safar.directory.people.actions.agreeing import (
    give_consent,
    record_functioning,
    set_safe_contact,
    withdraw_consent,
)
from safar.directory.people.actions.erasing import erase_again, erase_person, still_there
from safar.directory.people.actions.held import export_what_is_held
from safar.directory.people.actions.knowing import LANGUAGES, NAMES, PHONES, RELATIVES
from safar.directory.people.actions.merging import (
    decide_later,
    merge_people,
    not_the_same,
    propose_duplicate,
    unmerge_people,
)
from safar.directory.people.actions.papers import (
    add_paper,
    add_scan,
    change_paper,
    link_papers,
    remove_paper,
)
from safar.directory.people.actions.registering import add_person, change_person
from safar.directory.people.actions.writing import send_again, send_message

#: The actions in the order the person's page names them.
ORDER = (
    set_safe_contact, send_message, send_again, *NAMES, *PHONES, add_paper, link_papers, add_scan, change_paper, remove_paper, *RELATIVES,
    give_consent, withdraw_consent, *LANGUAGES, record_functioning,
    propose_duplicate, unmerge_people, erase_person,
)  # fmt: skip
#: What is decided about two records.
DECISIONS = (merge_people, not_the_same, decide_later)

__all__ = [
    "DECISIONS", "LANGUAGES", "NAMES", "ORDER", "PHONES", "RELATIVES", "add_paper", "add_person", "add_scan", "change_paper",
    "change_person", "decide_later", "erase_again", "erase_person", "export_what_is_held", "give_consent", "link_papers",
    "merge_people", "not_the_same", "propose_duplicate", "record_functioning", "remove_paper", "send_again", "send_message",
    "set_safe_contact", "still_there", "unmerge_people", "withdraw_consent",
]  # fmt: skip
