"""What makes submitting twice do it once."""

from django.db import models


class Submission(models.Model):
    """One form or API post, answered once: the same key gives the stored answer, the same key with other content is refused.

    `subject` is the key of the record the answer tells of and `level` its level: `forgetting` empties the answers of level 2
    and above after a day, and a repeated sending is then answered from the record as it stands.
    """

    actor = models.CharField(max_length=60)
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=500, default="")
    body = models.TextField(default="")
    subject = models.CharField(max_length=64, default="")
    level = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "route", "key"], name="submission_once")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
