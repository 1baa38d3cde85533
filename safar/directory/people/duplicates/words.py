"""Evidence in words, in the reader's language. No number of the state is ever part of it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from safar.directory.people.duplicates.rules import Evidence, Field, Judgement, Says

TITLES = {
    Field.PINFL: _("PINFL (JShShIR)"),
    Field.PAPER: _("Papers"),
    Field.NAME: _("Name"),
    Field.BIRTH: _("Date of birth"),
    Field.SEX: _("Sex"),
    Field.PHONE: _("Telephone"),
    Field.PLACE: _("Lives in"),
}
WORDS = {
    (Field.PINFL, Says.AGREES): _("the same PINFL"),
    (Field.PINFL, Says.DIFFERS): _("each has another PINFL"),
    (Field.PAPER, Says.AGREES): _("the same paper"),
    (Field.PAPER, Says.DIFFERS): _("papers of one sort with different numbers"),
    (Field.NAME, Says.AGREES): _("the names sound the same"),
    (Field.NAME, Says.PARTLY): _("family and given name sound the same"),
    (Field.NAME, Says.NEAR): _("the names are close"),
    (Field.NAME, Says.DIFFERS): _("other names"),
    (Field.BIRTH, Says.AGREES): _("born on the same day"),
    (Field.BIRTH, Says.PARTLY): _("born in the same year"),
    (Field.BIRTH, Says.NEAR): _("the dates of birth are close: perhaps a slip"),
    (Field.BIRTH, Says.DIFFERS): _("other dates of birth"),
    (Field.SEX, Says.AGREES): _("the same sex"),
    (Field.SEX, Says.DIFFERS): _("another sex"),
    (Field.PHONE, Says.AGREES): _("the same telephone, said to be her own by both"),
    (Field.PHONE, Says.PARTLY): _("one telephone, shared"),
    (Field.PHONE, Says.DIFFERS): _("other telephones"),
    (Field.PLACE, Says.AGREES): _("lives in the same place"),
    (Field.PLACE, Says.PARTLY): _("lives in the same region"),
    (Field.PLACE, Says.DIFFERS): _("lives elsewhere"),
}
OUTCOMES = {
    Says.AGREES: _("agrees"),
    Says.PARTLY: _("agrees in part"),
    Says.NEAR: _("is near"),
    Says.DIFFERS: _("differs"),
    Says.UNKNOWN: _("not known of both"),
}
#: The icon of an outcome.
ICONS = {
    Says.AGREES: "check",
    Says.PARTLY: "check",
    Says.NEAR: "info",
    Says.DIFFERS: "x",
    Says.UNKNOWN: "",
}


def words_of(one: Evidence) -> Any:
    """What one field says."""
    return WORDS.get((one.field, one.says), OUTCOMES[one.says])


def summary(judgement: Judgement) -> list[Any]:
    """What the fields say that say anything."""
    return [words_of(one) for one in judgement.evidence if one.says is not Says.UNKNOWN]
