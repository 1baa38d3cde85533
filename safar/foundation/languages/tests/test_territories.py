"""Countries by name."""

from django.utils import translation

from safar.foundation.languages.territories import country_choices


def test_every_country_of_iso_3166_and_kosovo_may_be_chosen_in_each_language():
    for language, germany in (("uz", "Germaniya"), ("ru", "Германия"), ("en", "Germany")):
        with translation.override(language):
            found = dict(country_choices())
        assert len(found) == 249 + 1, "249 officially assigned codes of ISO 3166-1"
        assert found["DE"] == germany
        assert list(found.values()) == sorted(found.values())
