"""Uzbek words whose Cyrillic spelling no letter-by-letter rule gives."""

import pytest

from safar.foundation.languages.text import to_cyrillic


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("kompyuterda parol", "компьютерда пароль"),
        ("parolni, Rol, roli", "паролни, Роль, роли"),
        ("12-sentabr, sentabrda", "12-сентябрь, сентябрда"),
        ("filtrlar va obyekt", "фильтрлар ва объект"),
        ("hujjatsiz ketsa", "ҳужжатсиз кетса"),
        ("boshlangʻich", "бошланғич"),
        ("reabilitatsiya, litsenziyasi", "реабилитация, лицензияси"),
    ],
)
def test_words_with_a_spelling_of_their_own(latin, cyrillic):
    assert to_cyrillic(latin) == cyrillic


@pytest.mark.parametrize(
    ("latin", "cyrillic"),
    [
        ("STIR 9 ta raqam", "STIR 9 та рақам"),
        ("PDF ga, CSV yoki JSON", "PDF га, CSV ёки JSON"),
        ("Masalan: XM-0417", "Масалан: XM-0417"),
        ("“safar manage keys create” buyrugʻi", "“safar manage keys create” буйруғи"),
        ("Zarafshon Ish MChJ", "Зарафшон Иш МЧЖ"),
        ("JShShIRning oxirgi raqami", "ЖШШИРнинг охирги рақами"),
        ("TOʻXTATILGAN: pul bermang", "ТЎХТАТИЛГАН: пул берманг"),
    ],
)
def test_what_is_compared_letter_by_letter_stays(latin, cyrillic):
    assert to_cyrillic(latin) == cyrillic
