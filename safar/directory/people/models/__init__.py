"""People, the names and numbers they are known by, and the facts of their timelines."""

from safar.directory.people.models.fact import Fact
from safar.directory.people.models.names import Name, NameKind
from safar.directory.people.models.person import LETTERS, NAME, Person, Precision, Sex
from safar.directory.people.models.phone import Phone, Whose

__all__ = ["LETTERS", "NAME", "Fact", "Name", "NameKind", "Person", "Phone", "Precision", "Sex", "Whose"]
