"""The languages Safar speaks, with the one Django does not know: Uzbek in Cyrillic letters."""

from django.conf import locale

#: Code, name in its own script, short sign for the language switch, value of the HTML ``lang`` attribute (BCP 47).
LANGUAGES = (
    ("uz", "Oʻzbekcha", "Oʻz", "uz-Latn"),
    ("uz-cyrl", "Ўзбекча", "Ўз", "uz-Cyrl"),
    ("ru", "Русский", "Рус", "ru"),
    ("en", "English", "Eng", "en"),
)


def register_languages() -> None:
    """Tell Django about Uzbek in Cyrillic letters (before the settings' LANGUAGES are used)."""
    locale.LANG_INFO["uz-cyrl"] = {
        "bidi": False,
        "code": "uz-cyrl",
        "name": "Uzbek, Cyrillic",
        "name_local": "Ўзбекча",
    }
    locale.LANG_INFO["uz"]["name_local"] = "Oʻzbekcha"
