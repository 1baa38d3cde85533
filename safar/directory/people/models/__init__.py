"""People, the names, numbers and papers they are known by, and what belongs to them."""

from safar.directory.people.models.abilities import (
    DOMAINS,
    Cefr,
    Difficulty,
    Functioning,
    SpokenLanguage,
    Tongue,
)
from safar.directory.people.models.belonging import OfPerson
from safar.directory.people.models.consent import STANDINGS, About, Consent, Given, Purpose
from safar.directory.people.models.duplicate import Found, Merge, PairState, PairVerdict, PossibleDuplicate
from safar.directory.people.models.fact import Fact
from safar.directory.people.models.names import Name, NameKind
from safar.directory.people.models.papers import Identifier, PaperType, Seen
from safar.directory.people.models.person import ERASED_NAME, LETTERS, NAME, Person, Precision, Sex
from safar.directory.people.models.phone import Phone, Whose
from safar.directory.people.models.reaching import Channel, SafeContact, Weekday
from safar.directory.people.models.relation import Kin, Relation

__all__ = [
    "DOMAINS",
    "ERASED_NAME",
    "LETTERS",
    "NAME",
    "STANDINGS",
    "About",
    "Cefr",
    "Channel",
    "Consent",
    "Difficulty",
    "Fact",
    "Found",
    "Functioning",
    "Given",
    "Identifier",
    "Kin",
    "Merge",
    "Name",
    "NameKind",
    "OfPerson",
    "PairState",
    "PairVerdict",
    "PaperType",
    "Person",
    "Phone",
    "PossibleDuplicate",
    "Precision",
    "Purpose",
    "Relation",
    "SafeContact",
    "Seen",
    "Sex",
    "SpokenLanguage",
    "Tongue",
    "Weekday",
    "Whose",
]
