"""What the workbench itself remembers: the filters a person keeps."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from safar.foundation.access.labels import PERSONAL, Label
from safar.foundation.access.models import Labelled
from safar.foundation.languages.fields import NormalisedCharField


class SavedFilter(Labelled):
    """A filter one person keeps under a name of her own: a register and the query string of its list."""

    user_id = models.BigIntegerField(_("person"), db_index=True, editable=False)
    register = models.CharField(_("register"), max_length=60)
    title = NormalisedCharField(_("name"), max_length=60)
    query = models.CharField(_("filter"), max_length=2000)
    is_kept = models.BooleanField(_("is kept"), default=True)

    class Meta(Labelled.Meta):
        abstract = False
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")

    def __str__(self) -> str:
        return self.title

    def label(self) -> Label:
        """A filter belongs to its owner alone, and may name whom she looked for."""
        return Label(level=PERSONAL)
