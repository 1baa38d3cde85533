"""What every test shares: a database cloned from the migrated template (safar.foundation.database.testing)."""

from safar.foundation.database.testing import django_db_modify_db_settings

__all__ = ["django_db_modify_db_settings"]
