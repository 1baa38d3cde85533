"""Codes of the recruiters' records, with their words."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a licence stands on paper (`rules.State`)."""

    APPLIED = "APPLIED", _("Applied")
    LICENSED = "LICENSED", _("Licensed")
    SUSPENDED = "SUSPENDED", _("Suspended")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")
    EXPIRED = "EXPIRED", _("Expired")
    REFUSED = "REFUSED", _("Refused")


class LegalForm(models.TextChoices):
    """Form of ownership (the keys of `spelling.FORMS`, in capitals)."""

    LIMITED = "LIMITED", _("Limited liability company (MChJ)")
    JOINT_STOCK = "JOINT_STOCK", _("Joint-stock company (AJ)")
    PRIVATE = "PRIVATE", _("Private enterprise (XK)")
    FAMILY = "FAMILY", _("Family enterprise (OK)")
    JOINT_VENTURE = "JOINT_VENTURE", _("Joint venture (QK)")
    STATE = "STATE", _("State unitary enterprise (DUK)")
    ENTREPRENEUR = "ENTREPRENEUR", _("Sole entrepreneur (YaTT)")


class KindOfWork(models.TextChoices):
    """Kinds of work a licence is good for, coarser than ISCO-08 and named as people name them."""

    AGRICULTURE = "AGRICULTURE", _("Farms, gardens and fishing")
    CONSTRUCTION = "CONSTRUCTION", _("Building and repair")
    MANUFACTURING = "MANUFACTURING", _("Factories and workshops")
    TEXTILE = "TEXTILE", _("Sewing and textiles")
    TRANSPORT = "TRANSPORT", _("Driving, loading and warehouses")
    HOSPITALITY = "HOSPITALITY", _("Hotels, kitchens and cafés")
    TRADE = "TRADE", _("Shops and selling")
    CARE = "CARE", _("Care of children and the old")
    HEALTH = "HEALTH", _("Medicine and nursing")
    DOMESTIC = "DOMESTIC", _("Work in a household")
    CLEANING = "CLEANING", _("Cleaning")
    ENGINEERING = "ENGINEERING", _("Engineering and technology")
    COMPUTING = "COMPUTING", _("Computers and communication")
    OFFICE = "OFFICE", _("Office and administration")
    OTHER = "OTHER", _("Other work")


COUNTRY = RegexValidator(r"^[A-Z]{2}$", _("Write the country as two capital letters (ISO 3166-1)."))
STIR = RegexValidator(r"^[0-9]{9}$", _("A STIR has nine digits."))
