"""Beginnings of words that no SMS, Telegram message or e-mail may hold, in the four languages: each tells whoever looks over
a shoulder what the message is about. Compared without regard to script, case and apostrophes; Uzbek stands for both scripts.
"""

NEVER_IN_MESSAGES = (
    # who we are and what we do
    "safar", "agent", "агент", "migra", "мигра", "ministr", "vazirlik", "министер", "embass", "elchixona", "посольств",
    "consul", "konsul", "консул", "police", "politsiya", "polits", "полици", "милици", "court", "sud", "суд", "prosecut",
    "prokur", "прокур",
    # what happened to a person
    "victim", "jabr", "qurbon", "жертв", "потерпевш", "traffick", "savdo", "торговл", "violen", "zoʻravon", "насили",
    "shelter", "boshpana", "приют", "protect", "himoya", "защит", "rescue", "qutqar", "спас", "abuse", "exploit",
    "эксплуат", "slave", "qullik", "рабств", "complain", "shikoyat", "жалоб", "report", "witness", "guvoh", "свидетел",
    "deport", "депорт", "detain", "qamoq", "арест", "debt", "qarz", "долг",
    # what she asked for
    "visa", "viza", "виза", "визу", "passport", "pasport", "паспорт", "licen", "litsenz", "лиценз", "recruit", "rekrut",
    "рекрут", "employ", "ish beruv", "работодат", "vacanc", "vakans", "ваканс", "abroad", "xorij", "chet el", "рубеж",
    "course", "kurs", "курс", "orientation", "training", "oʻquv", "обучен", "certificat", "sertifikat", "сертификат",
    "grant", "грант", "loan", "kredit", "кредит", "money", "pul", "деньг", "reintegr", "реинтегр", "return", "qaytish",
    "возвращ", "doctor", "shifokor", "врач", "health", "sogʻliq", "здоров", "psycholog", "psixolog", "психолог", "lawyer",
    "advokat", "адвокат", "юрист", "yurist", "child", "bola", "ребен", "case", "ishingiz", "дело",
)  # fmt: skip
