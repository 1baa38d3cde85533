"""Words that sing: one for every record, in all its texts."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DataError, IntegrityError, models, transaction
from django.utils import timezone

from safar.directory.people.models import Person
from safar.directory.people.search.folding import bones_of_name, sounds_of_name
from safar.foundation.access.models import protected_models
from safar.foundation.access.visibility import resource_of
from safar.foundation.encryption.fields import EncryptedTextField
from safar.foundation.files import keeping
from safar.foundation.files.accept import accept
from safar.foundation.files.models import StoredFile
from safar.foundation.files.tests.makers import pdf
from tests.laws.world import VARIANTS, Variant, World

MARK = "qanarya"
SONG = re.compile(rf"{MARK}[a-z]{{5}}", re.IGNORECASE)


@dataclass
class Canaries:
    """Which word stands in which record, in how many texts they stand in all, and the keys of the files that say them."""

    of_row: dict[tuple[type, Any], str] = field(default_factory=dict)
    texts: int = 0
    files: list[Any] = field(default_factory=list)

    def allowed(self, world: World, role: str) -> set[str]:
        """Words of the records a role may see, by the letter of the policy."""
        return {
            self.of_row[model, pk]
            for model in world.rows for pk in world.expected(role, model) if (model, pk) in self.of_row
        }  # fmt: skip


def vary_the_rest(world: World) -> None:
    """Records that are in no register, such as telephones and facts, get labels of every kind too, where a table has them."""
    for model in protected_models():
        if model not in world.rows and model._meta.app_label != "access":
            with contextlib.suppress(IntegrityError), transaction.atomic():
                model.unscoped.update(label_level=4, label_case=None)
            rows = zip(
                model.unscoped.order_by("pk").values_list("pk", flat=True)[: len(VARIANTS)],
                VARIANTS,
                strict=False,
            )
            world.rows[model] = [
                labelled for pk, variant in rows if (labelled := _labelled(model, pk, variant))
            ]


def _labelled(model: type[models.Model], pk: Any, variant: tuple[Any, ...]) -> Variant | None:
    org, place, level, case, public = variant
    values = {"label_org": org, "label_place": place, "label_level": level, "label_case": case}
    if not isinstance(model._meta.get_field("is_public"), models.GeneratedField):
        values["is_public"] = public
    try:
        with transaction.atomic():
            model.unscoped.filter(pk=pk).update(**values)
    except IntegrityError:
        return None
    row = model.unscoped.get(pk=pk)
    return Variant(pk, org, place, level, case, row.is_public, getattr(row, "user_id", None))


def plant(world: World) -> Canaries:
    """Write the words, as the owner whom no wall stops; what the database itself refuses stays as it was."""
    found = Canaries()
    for model, variants in world.rows.items():
        columns = [f for f in model._meta.concrete_fields if _is_text(f)]
        for variant in variants:
            word = _word(len(found.of_row))
            texts = sum(_written(model, variant.pk, column, word) for column in columns)
            if texts:
                found.of_row[model, variant.pk] = word
                if model is Person:
                    heard = {"sounds": sounds_of_name(word), "bones": bones_of_name(word)}
                    Person.unscoped.filter(pk=variant.pk).update(**heard)
                found.texts += texts
    return found


def attach_songs(world: World, canaries: Canaries) -> list[Any]:
    """Keep a PDF with each person, under her label, her word on its page; the keys of the files."""
    kept, now = [], timezone.now()
    for variant in world.rows[Person]:
        if word := canaries.of_row.get((Person, variant.pk)):
            taken = accept(SimpleUploadedFile(f"{word}.pdf", page_that_says(word)))
            file = StoredFile(
                subject_type=resource_of(Person), subject_pk=str(variant.pk), name=taken.name, kind=taken.kind.code,
                size=len(taken.content), uploaded_by=0, uploaded_at=now, label_org=variant.org,
                label_place=variant.place, label_level=variant.level, label_case=variant.case,
            )  # fmt: skip
            keeping._put(file, taken.content, now=now)
            StoredFile.unscoped.bulk_create([file])
            kept.append(file.pk)
    return kept


def page_that_says(word: str) -> bytes:
    """A PDF of one page with a word written on it."""
    ink = f"BT /F 12 Tf 20 100 Td ({word}) Tj ET".encode()
    font = b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    drawn = b"4 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(ink), ink)
    return (
        pdf(objects=drawn)
        .replace(b"/Parent", font + b" /Contents 4 0 R /Parent")
        .replace(b"/Size 4", b"/Size 5")
    )


def _is_text(column: Any) -> bool:
    plain = (
        isinstance(column, models.CharField | models.TextField)
        and not column.generated
        and not column.choices
    )
    mine = plain and not column.primary_key and not column.name.startswith(("label_", "digest", "data_key"))
    return mine or isinstance(column, EncryptedTextField)


def _written(model: type[models.Model], pk: Any, column: Any, word: str) -> bool:
    try:
        with transaction.atomic():
            if isinstance(column, EncryptedTextField):
                row = model.unscoped.get(pk=pk)
                setattr(row, column.attname, word)
                model.unscoped.filter(pk=pk).update(**{column.attname: column.pre_save(row, add=False)})
            else:
                model.unscoped.filter(pk=pk).update(**{column.attname: word})
    except (DataError, IntegrityError, ValueError):
        return False
    return True


def _word(number: int) -> str:
    letters = ""
    for _place in range(5):
        number, digit = divmod(number, 26)
        letters = chr(97 + digit) + letters
    return MARK + letters
