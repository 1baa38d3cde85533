"""What makes submitting twice do it once."""

from django.db import models


class Submission(models.Model):
    """One form or API post, answered once: the same key gives the stored answer, the same key with other content is refused."""

    actor = models.CharField(max_length=60)
    route = models.CharField(max_length=200)
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.CharField(max_length=500, default="")
    body = models.TextField(default="")
    made_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "route", "key"], name="submission_once")]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
