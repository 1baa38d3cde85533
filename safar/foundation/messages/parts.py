"""How many parts an SMS takes: 160 signs if all are of the GSM 7-bit alphabet, 70 as soon as one is not (3GPP TS 23.038).

Uzbek in Latin letters leaves that alphabet by its two apostrophes alone, Cyrillic by every letter. The apostrophes, quotation
marks and dashes have ASCII look-alikes; a text that fits the short alphabet with them is sent with them.
"""

from __future__ import annotations

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Signs that take the place of two.
EXTENSION = frozenset("\f^{}\\[~]|€")
PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u02bb\u02bc\u2018\u2019", "'"),
        **dict.fromkeys("\u201c\u201d\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2013\u2014", "-"),
        "\u00a0": " ",
        "\u2026": "...",
    }
)
ALONE_7, JOINED_7, ALONE_16, JOINED_16 = 160, 153, 70, 67
MOST_PARTS = 2


def as_sms(text: str) -> str:
    """The text as it is sent: with ASCII look-alikes if it then fits the short alphabet, else as it stands."""
    plain = text.translate(PLAIN)
    return plain if is_gsm_7(plain) else text


def is_gsm_7(text: str) -> bool:
    """Whether every sign is of the GSM 7-bit alphabet or its extension."""
    return set(text) <= BASIC | EXTENSION


def parts(text: str) -> int:
    """How many SMS the text takes, as it stands."""
    if is_gsm_7(text):
        length = len(text) + sum(sign in EXTENSION for sign in text)
        alone, joined = ALONE_7, JOINED_7
    else:
        length = len(text.encode("utf-16-be")) // 2
        alone, joined = ALONE_16, JOINED_16
    return 1 if length <= alone else -(-length // joined)
