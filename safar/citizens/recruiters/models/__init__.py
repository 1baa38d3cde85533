"""Firms that send people to work abroad, and everything decided about their licences."""

from safar.citizens.recruiters.models.belongings import Alias, Branch, ForeignPartner
from safar.citizens.recruiters.models.choices import COUNTRY, STIR, KindOfWork, LegalForm, State
from safar.citizens.recruiters.models.decisions import Deposit, LicenceDecision
from safar.citizens.recruiters.models.recruiter import Recruiter

__all__ = [
    "COUNTRY",
    "STIR",
    "Alias",
    "Branch",
    "Deposit",
    "ForeignPartner",
    "KindOfWork",
    "LegalForm",
    "LicenceDecision",
    "Recruiter",
    "State",
]
