"""What is done to people. Each act is on the person, whichever of her belongings it touches."""

from safar.directory.people.actions.agreeing import (
    give_consent,
    record_functioning,
    set_safe_contact,
    withdraw_consent,
)
from safar.directory.people.actions.knowing import LANGUAGES, NAMES, PHONES, RELATIVES
from safar.directory.people.actions.papers import (
    add_paper,
    add_scan,
    change_paper,
    link_papers,
    remove_paper,
)

#: The actions in the order the person's page names them.
ORDER = (
    set_safe_contact, *NAMES, *PHONES, add_paper, link_papers, add_scan, change_paper, remove_paper, *RELATIVES,
    give_consent, withdraw_consent, *LANGUAGES, record_functioning,
)  # fmt: skip
