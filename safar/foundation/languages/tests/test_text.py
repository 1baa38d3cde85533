"""Names stay themselves in every script and spelling of their apostrophes; what is hidden in them changes nothing."""

import signal
import unicodedata
from contextlib import contextmanager

import alifbo
import pytest
from confusable_homoglyphs.categories import unique_aliases
from confusable_homoglyphs.confusables import confusables_data
from hypothesis import given
from hypothesis import strategies as st

from safar.foundation.languages import letters
from safar.foundation.languages.text import (
    fold,
    has_mixed_scripts,
    normalise,
    skeleton,
    to_cyrillic,
    to_latin,
    uzkey,
)

HIDDEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u00ad\u034f\u115f\u3164\ufe0f\U000e0041"
anything = st.text(max_size=60)
uzbek = st.text(
    alphabet="abdefghijklmnopqrstuvxyzABDEFGH'’ʻ -абвгдеёжзийклмнопрстуфхцчшщъыьэюяўқғҳЎҚҒҲСЕА019",
    max_size=40,
)

# Each pair is one name as two registers write it: Uzbek Latin and Uzbek or Russian Cyrillic.
SAME_NAME = [
    ("O'zbekiston", "Ўзбекистон"),
    ("Gʻozgʻon", "Ғозғон"),
    ("Qashqadaryo", "Қашқадарё"),
    ("Shahrisabz", "Шаҳрисабз"),
    ("Chorsu", "Чорсу"),
    ("Xorazm", "Хоразм"),
    ("Yangiyoʻl", "Янгийўл"),
    ("Yelena Yuldasheva", "Елена Юлдашева"),
    ("Elena", "Елена"),
    ("Isʼhoqov", "Исҳоқов"),
    ("Masʼul", "Масъул"),
    ("Obʼyekt", "Объект"),
    ("Batalyon", "Батальон"),
    ("Konsert", "Концерт"),
    ("Litsey", "Лицей"),
    ("Sirk", "Цирк"),
    ("Sentr", "Центр"),
    ("Shchukin", "Щукин"),
    ("Ishonch Safar MCHJ", "Ишонч Сафар МЧЖ"),
    ("Şavkat", "Шавкат"),
    ("Özbekiston", "Ўзбекистон"),
]


class TestNormalise:
    @pytest.mark.parametrize("sign", letters.APOSTROPHES)
    def test_every_apostrophe_after_o_and_g_is_the_turned_comma(self, sign):
        assert normalise(f"O{sign}zbekiston g{sign}alaba, tog{sign}") == "Oʻzbekiston gʻalaba, togʻ"

    @pytest.mark.parametrize("sign", letters.APOSTROPHES)
    def test_between_other_latin_letters_it_is_the_tutuq(self, sign):
        assert normalise(f"ma{sign}no Is{sign}hoq") == "maʼno Isʼhoq"

    def test_the_list_of_apostrophes_is_unicodes(self):
        """Every sign Unicode calls confusable with ' is ours, letters of other scripts apart."""
        unicodes = {row["c"].strip("\u200e") for row in confusables_data["'"]} | {"'"}
        foreign_letters = {sign for sign in unicodes if unicodedata.category(sign[0]) in ("Lo", "Mn")}
        assert unicodes - foreign_letters - set(letters.APOSTROPHES) <= {"\U00016f51", "\U00016f52", "ߴ", "ߵ"}

    def test_quotation_marks_and_cyrillic_apostrophes_stay(self):
        assert normalise("'salom' dedi; п'ять") == "'salom' dedi; п'ять"

    def test_a_doubled_apostrophe_is_one(self):
        assert normalise("o''g'il ma''no") == "oʻgʻil maʼno"

    def test_spaces_collapse_and_hidden_signs_go(self):
        assert normalise(f"  Sa{HIDDEN}far\u00a0\u3000 \t Ish\x00\x07 ") == "Safar Ish"
        assert normalise("\u2800 \u3164") == ""

    def test_a_half_of_a_surrogate_pair_goes_so_that_the_text_can_be_stored(self):
        assert normalise("a\ud800b").encode() == b"ab"

    def test_parts_of_letters_become_one_letter(self):
        assert normalise("и\u0306 e\u0301") == "й é"

    def test_lines_are_kept_on_request_only(self):
        assert normalise(" a \r\n\r\n\r\n\r\n b\u2028c ", lines=True) == "a\n\nb\nc"
        assert normalise("a\nb") == "a b"

    def test_the_limit_cuts(self):
        assert normalise("abcd efgh", limit=5) == "abcd"

    @given(anything, st.booleans())
    def test_twice_is_once(self, text, lines):
        once = normalise(text, lines=lines)
        assert normalise(once, lines=lines) == once

    @given(anything)
    def test_the_result_is_nfc_and_holds_nothing_unseen(self, text):
        result = normalise(text)
        assert unicodedata.is_normalized("NFC", result)
        assert not [s for s in result if unicodedata.category(s) in ("Cf", "Cc", "Cs", "Zl", "Zp")]


class TestFold:
    @pytest.mark.parametrize(("latin", "cyrillic"), SAME_NAME)
    def test_both_scripts_give_one_key(self, latin, cyrillic):
        assert fold(latin) == fold(cyrillic)

    @pytest.mark.parametrize("cyrillic", [pair[1] for pair in SAME_NAME])
    def test_the_key_of_cyrillic_is_the_key_of_its_transliteration_by_alifbo(self, cyrillic):
        assert fold(cyrillic) == fold(alifbo.from_cyrillic(cyrillic).text)
        assert fold(cyrillic) == fold(alifbo.to_old_latin(alifbo.from_cyrillic(cyrillic).text).text)

    @pytest.mark.parametrize(
        ("shown", "meant"),
        [
            ("Sаfаr", "Safar"),  # two Cyrillic а in a Latin word
            ("ВANK", "BANK"),  # Cyrillic В
            ("Ѕafar", "Safar"),  # Cyrillic dze
            ("ΑRTEL", "ARTEL"),  # Greek alpha
            ("ΑΒΚ", "ABK"),  # Greek alone
            ("Cафар", "Сафар"),  # Latin C in a Cyrillic word
            ("Tошкент", "Тошкент"),  # Latin T
            ("Hукус", "Нукус"),  # Latin H, which is Н
            ("Ｓａｆａｒ ２０２６", "Safar 2026"),  # fullwidth
            ("𝐒𝐚𝐟𝐚𝐫", "Safar"),  # mathematical bold
            ("Safar ٢٠٢٦", "Safar 2026"),  # Arabic digits
            ("ꜱᴀꜰᴀʀ", "safar"),  # small capitals
            ("Sa\u0301far", "Safar"),  # a stress mark
            ("«ISHONCH—SAFAR»®, 2-filial", "ishonch safar 2 filial"),
        ],
    )
    def test_look_alikes_are_read_as_what_they_imitate(self, shown, meant):
        assert fold(shown) == fold(meant)

    def test_the_key_is_plain_ascii_for_names_of_this_region(self):
        for latin, cyrillic in SAME_NAME:
            assert fold(cyrillic).isascii()
            assert fold(latin).replace(" ", "").isalnum()

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Salom", "Saloma"),
            ("Karim", "Qarim"),
            ("Xasan", "Hasan"),
            ("Safar 1", "Safar 2"),
            ("Сафар", "Сабар"),
        ],
    )
    def test_different_names_have_different_keys(self, one, other):
        assert fold(one) != fold(other)

    def test_dropped_words_do_not_count_in_any_script_or_number(self):
        drop = frozenset({"MCHJ", "масъулияти чекланган жамият", "ООО"})
        assert fold("“Ishonch” MChJ", drop=drop) == "ishonch"
        assert fold("ООО Ишонч", drop=drop) == "ishonch"
        assert fold("Ishonch masʼuliyati cheklangan jamiyat", drop=drop) == "ishonch"
        assert fold("Masʼuliyati Ishonch", drop=drop) == "masuliyati ishonch"
        assert fold("МЧЖ", drop=drop) == "mchj"

    @pytest.mark.parametrize(
        ("shape", "letter"), [*letters.LOOKS_LATIN.items(), *letters.GREEK_LOOKS_LATIN.items()]
    )
    def test_each_look_alike_is_in_unicodes_table(self, shape, letter):
        names = {row["c"].strip("\u200e") for row in confusables_data.get(letter, [])}
        # Unicode files capital I-shapes under l, and a few shapes only under each other.
        under_l = {row["c"].strip("\u200e") for row in confusables_data["l"]} if letter == "I" else set()
        assert shape in names | under_l, (shape, letter)

    @pytest.mark.parametrize(("latin", "shape"), letters.LOOKS_CYRILLIC.items())
    def test_the_way_back_is_the_same_table(self, latin, shape):
        assert letters.LOOKS_LATIN[shape] == latin

    @given(uzbek | anything)
    def test_twice_is_once(self, text):
        assert fold(fold(text)) == fold(text)

    @given(uzbek | anything, st.lists(st.tuples(st.integers(0, 80), st.sampled_from(HIDDEN)), max_size=6))
    def test_hidden_signs_change_nothing(self, text, hidden):
        laced = list(text)
        for at, sign in hidden:
            laced.insert(at, sign)
        assert fold("".join(laced)) == fold(text)

    @given(uzbek | anything)
    def test_what_is_stored_has_the_key_of_what_was_typed(self, text):
        assert fold(normalise(text)) == fold(text)

    @given(uzbek)
    def test_capitals_do_not_count(self, text):
        # Shapes are judged before case is, so words of one script are asked here.
        one_script = "".join(s for s in text if "CYRILLIC" not in unicodedata.name(s, ""))
        assert fold(one_script.upper()) == fold(one_script)


class TestSkeleton:
    def test_swapped_words_give_the_same(self):
        assert skeleton("Ishonch Safar") == skeleton("Safar Ishonch") == skeleton("САФАР ишонч")

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("Xorazm", "Khorezm"),
            ("Toshkent", "Tashkent"),
            ("Muhammad", "Muxamed"),
            ("Qodirov", "Kodirow"),
            ("Jasur", "Djasur"),
            ("Yuldashev", "Yoʻldoshev"),
            ("Oʻzbek Invest", "Uzbek Invest"),
            ("Golden Work", "G0lden Work"),
            ("Safar", "Saffar"),
            ("Щукин", "Shukin"),
        ],
    )
    def test_spellings_that_sound_alike_meet(self, one, other):
        assert skeleton(one) == skeleton(other)

    def test_other_consonants_do_not(self):
        assert skeleton("Safar") != skeleton("Samar")
        assert skeleton("Chorsu") != skeleton("Shorsu")

    @given(
        st.lists(st.sampled_from(["ishonch", "сафар", "Ғозғон", "0ltin", "aeo", "5"]), max_size=5),
        st.randoms(),
    )
    def test_order_never_matters(self, words, random):
        shuffled = random.sample(words, len(words))
        assert skeleton(" ".join(words)) == skeleton(" ".join(shuffled))

    @given(anything)
    def test_any_text_has_one(self, text):
        assert len(skeleton(text).split()) == len(fold(text).split())


class TestMixedScripts:
    @pytest.mark.parametrize("text", ["Sаfar", "Тoшкент", "ΑRTEL", "firma Ѕafar"])
    def test_a_word_of_two_scripts_is_found(self, text):
        assert has_mixed_scripts(text)

    @pytest.mark.parametrize(
        "text", ["Safar", "Агро Export 24", "Oʻzbekiston", "ООО Safar", "日本ソフト", "Ｓafar", "", "é1"]
    )
    def test_words_of_one_script_each_are_fine(self, text):
        assert not has_mixed_scripts(text)

    @given(
        st.text(
            alphabet=st.characters(
                min_codepoint=0x41, max_codepoint=0x52F, categories=["Lu", "Ll"], exclude_characters="Ŀŀ"
            ),
            max_size=8,
        )
    )
    def test_it_agrees_with_unicodes_list_of_scripts(self, word):
        """But for the L with a dot, which comes apart into two words."""
        scripts = unique_aliases(unicodedata.normalize("NFKC", word)) - {"COMMON", "INHERITED"}
        assert has_mixed_scripts(word) == (len(scripts) > 1)


class TestOrder:
    def test_the_latin_alphabet_ends_with_oʻ_gʻ_sh_ch(self):
        words = [
            "choy",
            "shamol",
            "gʻoz",
            "oʻrik",
            "zebra",
            "Zafar",
            "cent",
            "Abdulla",
            "dunyo",
            "olma",
            "gul",
        ]
        expected = [
            "Abdulla",
            "cent",
            "dunyo",
            "gul",
            "olma",
            "Zafar",
            "zebra",
            "oʻrik",
            "gʻoz",
            "shamol",
            "choy",
        ]
        assert sorted(words, key=uzkey) == expected

    def test_the_cyrillic_alphabet_ends_with_its_own_letters(self):
        words = ["ҳаво", "ғоз", "қор", "Ўткир", "Ўзбек", "Яшин", "жар", "ёж", "ель"]
        assert sorted(words, key=uzkey) == [
            "ель",
            "ёж",
            "жар",
            "Яшин",
            "Ўзбек",
            "Ўткир",
            "қор",
            "ғоз",
            "ҳаво",
        ]

    def test_the_alphabet_of_2026_and_other_apostrophes_sort_alike(self):
        assert uzkey("o'rik") == uzkey("Oʻrik") == uzkey("örik")
        assert uzkey("shamol") == uzkey("Şamol")

    def test_the_tutuq_parts_s_from_h(self):
        assert sorted(["Isʼhoq", "Iskandar", "ishonch"], key=uzkey) == ["Isʼhoq", "Iskandar", "ishonch"]

    def test_latin_stands_before_cyrillic_and_digits_before_both(self):
        assert sorted(["Абдулла", "choy", "2-maktab"], key=uzkey) == ["2-maktab", "choy", "Абдулла"]

    @given(anything)
    def test_case_and_hidden_signs_do_not_sort(self, text):
        assert uzkey(normalise(text)) == uzkey(text)


class TestScripts:
    @pytest.mark.parametrize(
        ("latin", "cyrillic"),
        [
            ("Oʻzbekiston", "Ўзбекистон"),
            ("Gʻozgʻon", "Ғозғон"),
            ("Yangiyoʻl tumani", "Янгийўл тумани"),
            ("masʼul shaxs", "масъул шахс"),
            ("Isʼhoq", "Исъҳоқ"),
            ("choy va shakar", "чой ва шакар"),
        ],
    )
    def test_one_script_becomes_the_other(self, latin, cyrillic):
        assert to_cyrillic(latin) == cyrillic
        assert to_latin(cyrillic) == latin

    def test_s_and_h_do_not_melt_into_sh(self):
        assert to_latin("Исҳоқов") == "Isʼhoqov"

    def test_placeholders_tags_and_addresses_stay(self):
        assert (
            to_cyrillic("%(name)s — {count} ta <b>xat</b> &nbsp; a@b.uz")
            == "%(name)s — {count} та <b>хат</b> &nbsp; a@b.uz"
        )
        assert to_cyrillic("50%dan ortiq") == "50%дан ортиқ"


@pytest.mark.parametrize(
    "function", [normalise, fold, skeleton, has_mixed_scripts, uzkey, to_latin, to_cyrillic]
)
@pytest.mark.parametrize(
    "piece",
    ["a", "oʻ", "'", "а́", "Sаfаr ", "<a", "%(", "{", "t", "y", "ь", "@a.", "a\u0301\u0323", "n\n"],
    ids=ascii,
)
def test_a_long_text_does_not_hang(function, piece):
    """A hundred thousand letters are done in a moment; quadratic work on them would take minutes."""
    size = 20_000 if function in (to_latin, to_cyrillic) else 100_000
    with given_up_after(seconds=10):
        function((piece * size)[:size])


@contextmanager
def given_up_after(*, seconds):
    def give_up(*_):
        raise TimeoutError("still working")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
