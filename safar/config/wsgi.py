"""The application granian serves: Django, with the public check answered before it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safar.config.settings")
django = get_wsgi_application()

from safar.citizens.recruiters.snapshot import keep_fresh  # noqa: E402  (needs the applications to be ready)
from safar.doors.website.quick import QuickCheck  # noqa: E402

application = QuickCheck(django, keep_fresh())
