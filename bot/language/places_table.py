"""The places themselves. Their names are messages: English here, the other languages in the catalogues."""

from dataclasses import dataclass

from bot.language.extraction_marks import N_


@dataclass(frozen=True, slots=True)
class Place:
    """`key` never changes and may be stored; `country` is an ISO 3166 code, None where it is disputed."""

    key: str
    name: str
    timezone: str
    country: str | None
    aliases: tuple[str, ...] = ()
    listed: bool = True


# The first place of a zone stands for the zone. A country only chooses the names of months; where people differ over
# it, none is given and the reader's language decides.
PLACES = (
    Place("london", N_("London"), "Europe/London", "GB"),
    Place("birmingham", N_("Birmingham"), "Europe/London", "GB"),
    Place("bradford", N_("Bradford"), "Europe/London", "GB"),
    Place("glasgow", N_("Glasgow"), "Europe/London", "GB"),
    Place("leeds", N_("Leeds"), "Europe/London", "GB"),
    Place("manchester", N_("Manchester"), "Europe/London", "GB"),
    Place("dublin", N_("Dublin"), "Europe/Dublin", "IE"),
    Place("karachi", N_("Karachi"), "Asia/Karachi", "PK"),
    Place("islamabad", N_("Islamabad"), "Asia/Karachi", "PK", ("Rawalpindi", "راولپنڈی")),
    Place("lahore", N_("Lahore"), "Asia/Karachi", "PK"),
    Place("peshawar", N_("Peshawar"), "Asia/Karachi", "PK"),
    Place("quetta", N_("Quetta"), "Asia/Karachi", "PK"),
    Place("multan", N_("Multan"), "Asia/Karachi", "PK"),
    Place("muzaffarabad", N_("Muzaffarabad"), "Asia/Karachi", None),
    Place("delhi", N_("Delhi"), "Asia/Kolkata", "IN", ("New Delhi", "دلی", "Dilli", "نئی دہلی", "نيودلهي")),
    Place("srinagar", N_("Srinagar"), "Asia/Kolkata", None),
    Place("hyderabad", N_("Hyderabad"), "Asia/Kolkata", "IN"),
    Place("lucknow", N_("Lucknow"), "Asia/Kolkata", "IN"),
    Place("mumbai", N_("Mumbai"), "Asia/Kolkata", "IN", ("Bombay", "بمبئی")),
    Place("dhaka", N_("Dhaka"), "Asia/Dhaka", "BD"),
    Place("kabul", N_("Kabul"), "Asia/Kabul", "AF"),
    Place("tehran", N_("Tehran"), "Asia/Tehran", "IR"),
    Place("amman", N_("Amman"), "Asia/Amman", "JO"),
    Place("irbid", N_("Irbid"), "Asia/Amman", "JO"),
    Place("jerusalem", N_("Jerusalem"), "Asia/Jerusalem", None, ("Al-Quds", "بيت المقدس", "یروشلم", "أورشليم")),
    Place("ramallah", N_("Ramallah"), "Asia/Hebron", "PS"),
    Place("hebron", N_("Hebron"), "Asia/Hebron", "PS", ("Al-Khalil",)),
    Place("nablus", N_("Nablus"), "Asia/Hebron", "PS"),
    Place("gaza", N_("Gaza"), "Asia/Gaza", "PS", ("Ghazza",)),
    Place("haifa", N_("Haifa"), "Asia/Jerusalem", "IL"),
    Place("tel-aviv", N_("Tel Aviv"), "Asia/Jerusalem", "IL", ("Jaffa", "يافا")),
    Place("cairo", N_("Cairo"), "Africa/Cairo", "EG", ("Al Qahira", "Masr")),
    Place("alexandria", N_("Alexandria"), "Africa/Cairo", "EG", ("Iskandariya",)),
    Place("damascus", N_("Damascus"), "Asia/Damascus", "SY", ("Dimashq", "الشام")),
    Place("aleppo", N_("Aleppo"), "Asia/Damascus", "SY", ("Halab",)),
    Place("beirut", N_("Beirut"), "Asia/Beirut", "LB"),
    Place("baghdad", N_("Baghdad"), "Asia/Baghdad", "IQ"),
    Place("basra", N_("Basra"), "Asia/Baghdad", "IQ"),
    Place("erbil", N_("Erbil"), "Asia/Baghdad", "IQ", ("Hawler",)),
    Place("riyadh", N_("Riyadh"), "Asia/Riyadh", "SA"),
    Place("jeddah", N_("Jeddah"), "Asia/Riyadh", "SA"),
    Place("mecca", N_("Mecca"), "Asia/Riyadh", "SA", ("Makkah", "مكة المكرمة")),
    Place("kuwait", N_("Kuwait City"), "Asia/Kuwait", "KW"),
    Place("manama", N_("Manama"), "Asia/Bahrain", "BH", ("Bahrain", "البحرين", "بحرین")),
    Place("doha", N_("Doha"), "Asia/Qatar", "QA", ("Qatar", "قطر")),
    Place("dubai", N_("Dubai"), "Asia/Dubai", "AE"),
    Place("abu-dhabi", N_("Abu Dhabi"), "Asia/Dubai", "AE"),
    Place("muscat", N_("Muscat"), "Asia/Muscat", "OM"),
    Place("sanaa", N_("Sanaa"), "Asia/Aden", "YE"),
    Place("aden", N_("Aden"), "Asia/Aden", "YE"),
    Place("khartoum", N_("Khartoum"), "Africa/Khartoum", "SD"),
    Place("tripoli", N_("Tripoli (Libya)"), "Africa/Tripoli", "LY"),
    Place("tunis", N_("Tunis"), "Africa/Tunis", "TN"),
    Place("algiers", N_("Algiers"), "Africa/Algiers", "DZ", ("Alger",)),
    Place("rabat", N_("Rabat"), "Africa/Casablanca", "MA"),
    Place("casablanca", N_("Casablanca"), "Africa/Casablanca", "MA"),
    Place("nouakchott", N_("Nouakchott"), "Africa/Nouakchott", "MR"),
    Place("mogadishu", N_("Mogadishu"), "Africa/Mogadishu", "SO"),
    Place("nairobi", N_("Nairobi"), "Africa/Nairobi", "KE"),
    Place("johannesburg", N_("Johannesburg"), "Africa/Johannesburg", "ZA"),
    Place("istanbul", N_("Istanbul"), "Europe/Istanbul", "TR"),
    Place("ankara", N_("Ankara"), "Europe/Istanbul", "TR"),
    Place("berlin", N_("Berlin"), "Europe/Berlin", "DE"),
    Place("cologne", N_("Cologne"), "Europe/Berlin", "DE", ("Köln",)),
    Place("paris", N_("Paris"), "Europe/Paris", "FR"),
    Place("strasbourg", N_("Strasbourg"), "Europe/Paris", "FR"),
    Place("brussels", N_("Brussels"), "Europe/Brussels", "BE", ("Bruxelles", "Brussel")),
    Place("the-hague", N_("The Hague"), "Europe/Amsterdam", "NL", ("Den Haag",)),
    Place("geneva", N_("Geneva"), "Europe/Zurich", "CH", ("Genève", "Genf")),
    Place("vienna", N_("Vienna"), "Europe/Vienna", "AT", ("Wien",)),
    Place("madrid", N_("Madrid"), "Europe/Madrid", "ES"),
    Place("rome", N_("Rome"), "Europe/Rome", "IT", ("Roma",)),
    Place("oslo", N_("Oslo"), "Europe/Oslo", "NO"),
    Place("stockholm", N_("Stockholm"), "Europe/Stockholm", "SE"),
    Place("new-york", N_("New York"), "America/New_York", "US"),
    Place("washington", N_("Washington"), "America/New_York", "US", ("Washington DC",)),
    Place("detroit", N_("Detroit"), "America/Detroit", "US", ("Dearborn",)),
    Place("chicago", N_("Chicago"), "America/Chicago", "US"),
    Place("houston", N_("Houston"), "America/Chicago", "US"),
    Place("los-angeles", N_("Los Angeles"), "America/Los_Angeles", "US"),
    Place("toronto", N_("Toronto"), "America/Toronto", "CA"),
    Place("montreal", N_("Montreal"), "America/Toronto", "CA", ("Montréal",)),
    Place("kuala-lumpur", N_("Kuala Lumpur"), "Asia/Kuala_Lumpur", "MY"),
    Place("jakarta", N_("Jakarta"), "Asia/Jakarta", "ID"),
    Place("sydney", N_("Sydney"), "Australia/Sydney", "AU"),
    Place("melbourne", N_("Melbourne"), "Australia/Melbourne", "AU"),
)
