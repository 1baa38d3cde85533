"""Two toy models, kept out of the project's own registry: boats, which are protected and tracked, and their harbours."""

import pgtrigger.registry
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.test.utils import isolate_apps

from safar.foundation.access import wall
from safar.foundation.access.actors import acting, system_actor
from safar.foundation.access.labels import Label
from safar.foundation.access.models import Labelled
from safar.foundation.history import guard
from safar.foundation.history import models as history_models
from safar.foundation.history.tracking import tracked


class Hidden(models.TextField):
    """A field whose values are encrypted, as the encryption room marks them."""

    encrypted = True


with isolate_apps("safar.foundation.history"):

    class Harbour(models.Model):
        """Where boats lie."""

        name = models.CharField(max_length=40)

        class Meta:
            app_label = "history"

        def __str__(self) -> str:
            return self.name

    @tracked(exclude=("search_key",))
    class Boat(Labelled):
        """A thing that belongs to an office in a place."""

        class State(models.TextChoices):
            AFLOAT = "AFLOAT", "Afloat"
            SUNK = "SUNK", "Sunk"

        name = models.CharField("name", max_length=40)
        state = models.CharField("state", max_length=10, choices=State.choices, default=State.AFLOAT)
        harbour = models.ForeignKey(
            Harbour, models.PROTECT, null=True, related_name="+", verbose_name="harbour"
        )
        owner = models.CharField("owner", max_length=40, default="", blank=True)
        colours = ArrayField(models.CharField(max_length=10), default=list)
        search_key = models.CharField(max_length=40, default="", db_index=True)
        log = Hidden(default="")
        org = models.BigIntegerField(default=1)
        place = models.CharField(max_length=20, default="UZ.17.")
        level = models.PositiveSmallIntegerField(default=0)
        case = models.UUIDField(null=True)

        class Meta(Labelled.Meta):
            abstract = False
            app_label = "history"
            indexes = []

        def label(self) -> Label:
            return Label(self.org, self.place, self.level, self.case)


BoatVersion = history_models.__dict__["BoatVersion"]
delattr(history_models, "BoatVersion")
LOADER = system_actor("loader")
TRIGGERS = [(m, t) for m, t in pgtrigger.registry.registered() if m is Boat]
for _model, _trigger in TRIGGERS:
    pgtrigger.registry.delete(_trigger.get_uri(_model))


def build(connection) -> None:
    """Make the tables, triggers and wall of the toys."""
    with connection.schema_editor() as editor:
        for model in (Harbour, Boat, BoatVersion):
            editor.create_model(model)
    with connection.cursor() as cursor:
        for model, trigger in TRIGGERS:
            cursor.execute(str(trigger.compile(model).install_sql))
        for statement in wall.guard_statements(Boat) + wall.event_statements(Boat, BoatVersion):
            cursor.execute(statement)
        for statement in guard.follow_statements(Boat):
            cursor.execute(statement)
        cursor.execute(guard.FUNCTIONS)
        for model, trigger in TRIGGERS:
            for statement in guard.version_statements(model, trigger):
                cursor.execute(statement)


def boat(name: str = "Aral", **values) -> Boat:
    """A stored boat."""
    made = Boat(name=name, **values)
    made.take_label()
    with acting(LOADER):
        made.save(force_insert=True)
    return made
