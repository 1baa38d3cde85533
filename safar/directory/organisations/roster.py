"""The bodies of the demo world in four name forms. Public bodies by their own names; whatever is invented says Namoyish."""

from __future__ import annotations

from dataclasses import dataclass

from safar.directory.organisations.models import Type


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation of the demo world: its key, type, names, the key of its superior, code of its place, its country."""

    key: str
    type: str
    uz: str
    ru: str
    en: str
    parent: str = ""
    place: str = ""
    country: str = "UZ"


BRANCHES = {
    "uz": "Migratsiya agentligi, {}",
    "ru": "Агентство миграции, {}",
    "en": "Migration Agency, {}",
}

BODIES = (
    # -- the state of Uzbekistan
    Body("cabinet", Type.OTHER, "Oʻzbekiston Respublikasi Vazirlar Mahkamasi", "Кабинет Министров Республики Узбекистан",
         "Cabinet of Ministers of the Republic of Uzbekistan", "", "1726"),
    Body("agency", Type.AGENCY, "Vazirlar Mahkamasi huzuridagi Migratsiya agentligi", "Агентство миграции при Кабинете Министров",
         "Migration Agency under the Cabinet of Ministers", "cabinet", "1726"),
    Body("labour", Type.MINISTRY, "Kambagʻallikni qisqartirish va bandlik vazirligi",
         "Министерство сокращения бедности и занятости", "Ministry of Poverty Reduction and Employment", "cabinet", "1726"),
    Body("interior", Type.MINISTRY, "Ichki ishlar vazirligi", "Министерство внутренних дел", "Ministry of Internal Affairs",
         "cabinet", "1726"),
    Body("foreign", Type.MINISTRY, "Tashqi ishlar vazirligi", "Министерство иностранных дел", "Ministry of Foreign Affairs",
         "cabinet", "1726"),
    Body("health", Type.MINISTRY, "Sogʻliqni saqlash vazirligi", "Министерство здравоохранения", "Ministry of Health",
         "cabinet", "1726"),
    Body("justice", Type.MINISTRY, "Adliya vazirligi", "Министерство юстиции", "Ministry of Justice", "cabinet", "1726"),
    Body("prosecutor", Type.PROSECUTOR, "Bosh prokuratura", "Генеральная прокуратура", "Prosecutor General’s Office", "", "1726"),
    Body("central-bank", Type.BANK, "Markaziy bank", "Центральный банк", "Central Bank", "", "1726"),
    Body("statistics", Type.AGENCY, "Milliy statistika qoʻmitasi", "Национальный комитет по статистике",
         "National Statistics Committee", "", "1726"),
    Body("academy", Type.ACADEMY, "Davlat boshqaruvi akademiyasi", "Академия государственного управления",
         "Academy of Public Administration", "", "1726"),
    Body("mahallas", Type.MAHALLA, "Oʻzbekiston mahallalari uyushmasi", "Ассоциация махаллей Узбекистана",
         "Association of Mahallas of Uzbekistan", "", "1726"),
    Body("rehabilitation", Type.REHABILITATION, "Odam savdosi jabrdiydalariga yordam koʻrsatish reabilitatsiya markazi",
         "Реабилитационный центр помощи жертвам торговли людьми", "Rehabilitation Centre for Victims of Trafficking", "labour", "1726"),
    Body("monocentre-tashkent", Type.TRAINING_CENTRE, "“Ishga marhamat” monomarkazi, Toshkent",
         "Моноцентр «Ишга мархамат», Ташкент", "Monocentre “Ishga marhamat”, Tashkent", "labour", "1726"),
    Body("monocentre-namangan", Type.TRAINING_CENTRE, "“Ishga marhamat” monomarkazi, Namangan",
         "Моноцентр «Ишга мархамат», Наманган", "Monocentre “Ishga marhamat”, Namangan", "labour", "1714401"),
    # -- abroad: its own missions, and the authorities it works with
    Body("consulate", Type.CONSULATE, "Oʻzbekistonning Londondagi elchixonasi", "Посольство Узбекистана в Лондоне",
         "Embassy of Uzbekistan in London", "foreign", "GB", "GB"),
    Body("consulate-istanbul", Type.CONSULATE, "Oʻzbekistonning Istanbuldagi bosh konsulxonasi",
         "Генеральное консульство Узбекистана в Стамбуле", "Consulate General of Uzbekistan in Istanbul", "foreign", "TR", "TR"),
    Body("consulate-moscow", Type.CONSULATE, "Oʻzbekistonning Moskvadagi elchixonasi", "Посольство Узбекистана в Москве",
         "Embassy of Uzbekistan in Moscow", "foreign", "RU", "RU"),
    Body("consulate-seoul", Type.CONSULATE, "Oʻzbekistonning Seuldagi elchixonasi", "Посольство Узбекистана в Сеуле",
         "Embassy of Uzbekistan in Seoul", "foreign", "KR", "KR"),
    Body("consulate-doha", Type.CONSULATE, "Oʻzbekistonning Dohadagi elchixonasi", "Посольство Узбекистана в Дохе",
         "Embassy of Uzbekistan in Doha", "foreign", "QA", "QA"),
    Body("office-berlin", Type.AGENCY, "Migratsiya agentligining Berlindagi vakolatxonasi",
         "Представительство Агентства миграции в Берлине", "Migration Agency, Berlin office", "agency", "DE", "DE"),
    Body("office-riyadh", Type.AGENCY, "Migratsiya agentligining Riyoddagi vakolatxonasi",
         "Представительство Агентства миграции в Эр-Рияде", "Migration Agency, Riyadh office", "agency", "SA", "SA"),
    Body("glaa", Type.LABOUR_AUTHORITY, "Gangmasters and Labour Abuse Authority", "Gangmasters and Labour Abuse Authority",
         "Gangmasters and Labour Abuse Authority", "", "GB", "GB"),
    Body("fair-work", Type.LABOUR_AUTHORITY, "Fair Work Agency", "Fair Work Agency", "Fair Work Agency", "", "GB", "GB"),
    Body("labour-tj", Type.MINISTRY, "Tojikiston mehnat, migratsiya va aholi bandligi vazirligi",
         "Министерство труда, миграции и занятости населения Таджикистана",
         "Ministry of Labour, Migration and Employment of Tajikistan", "", "TJ", "TJ"),
    Body("labour-kg", Type.MINISTRY, "Qirgʻiziston mehnat, ijtimoiy taʼminot va migratsiya vazirligi",
         "Министерство труда, социального обеспечения и миграции Кыргызстана",
         "Ministry of Labour, Social Security and Migration of Kyrgyzstan", "", "KG", "KG"),
    # -- international
    Body("iom", Type.INTERNATIONAL, "Xalqaro migratsiya tashkiloti", "Международная организация по миграции",
         "International Organization for Migration", "", "CH", "CH"),
    Body("iom-uz", Type.INTERNATIONAL, "Xalqaro migratsiya tashkilotining Oʻzbekistondagi vakolatxonasi",
         "Представительство МОМ в Узбекистане", "IOM mission in Uzbekistan", "iom", "1726"),
    Body("un-network", Type.INTERNATIONAL, "BMTning migratsiya boʻyicha tarmogʻi", "Сеть ООН по миграции",
         "United Nations Network on Migration", "", "CH", "CH"),
    # -- invented, and saying so
    Body("partner", Type.NGO, "“Namoyish Istiqbol” NNT (oʻylab topilgan)", "ННО «Намойиш Истикбол» (вымышлена)",
         "Namoyish Istiqbol NGO (invented)", "", "1706"),
    Body("shelter", Type.SHELTER, "“Namoyish Panoh” boshpanasi (oʻylab topilgan)", "Приют «Намойиш Панох» (вымышлен)",
         "Namoyish Panoh shelter (invented)", "partner", "1706"),
    Body("ngo-women", Type.NGO, "“Namoyish Mehr” ayollar markazi (oʻylab topilgan)", "Женский центр «Намойиш Мехр» (вымышлен)",
         "Namoyish Mehr women’s centre (invented)", "", "1718401"),
    Body("legal-aid", Type.LEGAL_AID, "“Namoyish Adolat” huquqiy maslahat markazi (oʻylab topilgan)",
         "Юридическая консультация «Намойиш Адолат» (вымышлена)", "Namoyish Adolat legal advice centre (invented)", "", "1726273"),
    Body("diaspora", Type.DIASPORA, "“Namoyish Vatandosh” uyushmasi (oʻylab topilgan)", "Объединение «Намойиш Ватандош» (вымышлено)",
         "Namoyish Vatandosh association (invented)", "", "KR", "KR"),
    Body("donor", Type.DONOR, "“Namoyish” xayriya jamgʻarmasi (oʻylab topilgan)", "Фонд «Намойиш» (вымышлен)",
         "Namoyish fund (invented)", "", "DE", "DE"),
    Body("bank", Type.BANK, "“Namoyish Karvon” banki (oʻylab topilgan)", "Банк «Намойиш Карвон» (вымышлен)",
         "Namoyish Karvon bank (invented)", "", "1726"),
    Body("college", Type.TRAINING_CENTRE, "“Namoyish Hunar” kasb markazi (oʻylab topilgan)",
         "Учебный центр «Намойиш Хунар» (вымышлен)", "Namoyish Hunar training centre (invented)", "", "1730401"),
    Body("clinic", Type.MEDICAL, "“Namoyish Shifo” klinikasi (oʻylab topilgan)", "Клиника «Намойиш Шифо» (вымышлена)",
         "Namoyish Shifo clinic (invented)", "", "1703401"),
    Body("hokimiyat", Type.LOCAL_ADMINISTRATION, "Namoyish tumani hokimligi (oʻylab topilgan)",
         "Хокимият Намойишского района (вымышлен)", "Namoyish district administration (invented)", "", "1714"),
    Body("mahalla-1", Type.MAHALLA, "Namoyish MFY (oʻylab topilgan)", "Махалля Намойиш (вымышлена)", "Namoyish mahalla (invented)",
         "mahallas", "990-0001"),
    Body("mahalla-2", Type.MAHALLA, "Misol MFY (oʻylab topilgan)", "Махалля Мисол (вымышлена)", "Misol mahalla (invented)",
         "mahallas", "990-0004"),
    Body("television", Type.MEDIA, "“Namoyish TV” telekanali (oʻylab topilgan)", "Телеканал «Намойиш ТВ» (вымышлен)",
         "Namoyish TV (invented)", "", "1726"),
    Body("farm", Type.EMPLOYER, "Namoyish Strawberry Farms Ltd (invented)", "Namoyish Strawberry Farms Ltd (вымышлена)",
         "Namoyish Strawberry Farms Ltd (invented)", "", "GB", "GB"),
    Body("hotel", Type.EMPLOYER, "Namoyish Gulf Hotels W.L.L. (invented)", "Namoyish Gulf Hotels W.L.L. (вымышлена)",
         "Namoyish Gulf Hotels W.L.L. (invented)", "", "QA", "QA"),
    Body("builder", Type.EMPLOYER, "Namoyish Yapı A.Ş. (invented)", "Namoyish Yapı A.Ş. (вымышлена)", "Namoyish Yapı A.Ş. (invented)",
         "", "TR", "TR"),
    Body("sewing", Type.EMPLOYER, "“Namoyish Tikuv” MChJ (oʻylab topilgan)", "ООО «Намойиш Тикув» (вымышлено)",
         "Namoyish Tikuv LLC (invented)", "", "1718401"),
)  # fmt: skip
