"""Every command, declared once: the menu, the help page, the words that stand for it and the documentation read this."""

from dataclasses import dataclass

from bot.language import NC_, Catalogues, N_description, fold

WORDS = "words of command"
"""Catalogue context of the words; a translator writes them separated by commas."""


@dataclass(frozen=True, slots=True)
class Command:
    name: str
    description: str
    """For the menu: a message of the catalogues, at most 256 letters in each language."""
    words: str
    """What people may type instead, separated by commas: a message of the catalogues."""
    in_menu: bool = True


COMMANDS = (
    Command("start", N_description("Begin"), NC_(WORDS, "start, begin, hello, hi, salaam"), in_menu=False),
    Command("cases", N_description("All cases"), NC_(WORDS, "cases, all cases, list, list of cases")),
    Command("following", N_description("Cases I follow"), NC_(WORDS, "following, my cases, cases I follow")),
    Command(
        "news", N_description("Latest updates"), NC_(WORDS, "news, latest, latest news, updates, latest updates, what's new")
    ),
    Command(
        "events",
        N_description("Hearings and events"),
        NC_(WORDS, "events, hearings, hearings and events, my events, my hearings, when is the hearing, dates"),
    ),
    Command(
        "actions",
        N_description("What I can do"),
        NC_(WORDS, "actions, action, what can I do, what I can do, how can I help, act, take action, do something"),
    ),
    Command("event", N_description("One hearing or event, by its short name"), NC_(WORDS, "event, hearing"), in_menu=False),
    Command(
        "petitions",
        N_description("Petitions"),
        NC_(WORDS, "petitions, all petitions, open petitions, list of petitions, what can I sign"),
    ),
    Command(
        "petition",
        N_description("One petition, by its short name"),
        NC_(WORDS, "petition, one petition, the petition"),
        in_menu=False,
    ),
    Command(
        "sign", N_description("Sign a petition"), NC_(WORDS, "sign, sign it, I want to sign, sign the petition, sign a petition")
    ),
    Command(
        "mysignatures",
        N_description("What I have signed"),
        NC_(WORDS, "my signatures, my signature, my petitions, what I signed, what have I signed"),
    ),
    Command(
        "withdraw",
        N_description("Take a signature back"),
        NC_(WORDS, "withdraw, withdraw my signature, take my signature back, remove my signature, unsign"),
    ),
    Command("case", N_description("One case, by its short name"), NC_(WORDS, "case, one case"), in_menu=False),
    Command(
        "language",
        N_description("Change the language"),
        NC_(WORDS, "language, languages, change language, English, Arabic, Urdu"),
    ),
    Command("settings", N_description("Settings"), NC_(WORDS, "settings, options, preferences")),
    Command("pause", N_description("Pause messages for a while"), NC_(WORDS, "pause, pause messages")),
    Command("resume", N_description("Receive messages again"), NC_(WORDS, "resume, continue, unpause")),
    Command(
        "stop",
        N_description("Stop all messages"),
        NC_(WORDS, "stop, stop all, stop messages, unsubscribe, end, quit, no more messages"),
    ),
    Command("mydata", N_description("See what is kept about me"), NC_(WORDS, "my data, mydata, what do you know about me")),
    Command(
        "forget",
        N_description("Erase what is kept about me"),
        NC_(WORDS, "forget me, forget, erase me, erase my data, delete me, delete my data"),
    ),
    Command("privacy", N_description("What is kept, and why"), NC_(WORDS, "privacy, privacy policy")),
    Command("help", N_description("What this bot can do"), NC_(WORDS, "help, help me, menu, commands")),
    Command("cancel", N_description("Leave what you were doing"), NC_(WORDS, "cancel, never mind, back")),
)

ROMANISED = {
    # Roman Urdu first, then Arabizi, each as people really spell it: no catalogue has them, as no keyboard is set to them.
    # A word that is a common one of the other language is left out: "insani" would be "forget me", but also "human".
    "stop": "band, band karo, band karein, band karen, band kar do, band kardo, band kar dein, bas, bus, bas karo, bas karein, "
    "ruko, rukein, ruken, ruk jao, ruk jayein, roko, rokein, rok do, khatam, khatam karo, khatam karein, msg band karo, "
    "message band karo, messages band karo, paigham band karo, paighamat band karein, mazeed paigham nahi, unsubscribe karo, "
    "wa2ef, wa2ef el rasayel, wa2af, wa22ef, wa2fo, wa2fou, waqef, waqqef, waqqif, wagef, waggef, w2ef, qif, tawaqaf, tawaqqaf, "
    "twaqaf, tawa9af, tawa2af, awqif, aw2ef, iqaf, i2af, khalas, 5alas, kefaya, kifaya, kfaya, kafa, bikaffi, bkaffi, yikfi, "
    "battal, ilgha2 al ishtirak, elgha2 el eshterak, el8a2 el eshterak, el8i el eshterak, ma baddi rasayel, mabghaa rasayel",
    "start": "shuru, shuru karo, shuru karein, shuru karen, shru karo, aghaz, salam, salaam, slm, aoa, assalam o alaikum, "
    "asalam o alaikum, assalamualaikum, assalamu alaikum, asalamualaikum, assalam alaikum, adaab, "
    "ahlan, ahlein, hala, marhaba, marhaban, mar7aba, mr7ba, ibda2, ebda2, ibda, bidaya, salam 3alaikum, salam 3aleikom, "
    "salamu 3alaikum, essalamu 3alaikum, assalamu 3alaykum",
    "cases": "muqadmat, muqaddamat, muqadmaat, muqadme, muqadmay, muqaddame, tamam muqadmat, sare muqadme, saray muqadmay, "
    "sare cases, sab cases, cases dikhao, "
    "qadaya, 9adaya, 2adaya, gadaya, al qadaya, el qadaya, el 9adaya, el2adaya, el 2adaya, kol el 2adaya, kol el qadaya, "
    "kul al qadaya",
    "case": "muqadma, muqaddama, qadiya, qadiyya, qadeya, 9adiya, 2adeya",
    "following": "mere muqadmat, meray muqadmat, mere muqadme, meray muqadmay, mere case, mere cases, meray cases, "
    "qadayay, qadayaya, 9adayay, 2adayaya, mutaba3ati, motab3ati, moutaba3ati",
    "news": "khabrein, khabren, khabar, khabre, taza khabar, taza khabrein, taza khabren, naya kya hai, kya naya hai, "
    "akhbar, akhbaar, a5bar, al akhbar, el akhbar, el a5bar, akher el akhbar, a5er el a5bar, jadid, jdid, al jadid, el jadid, "
    "shu el akhbar, shu fi jdid, eh el akhbar, eh el gedid",
    "events": "samaat, samaatein, samaaten, sunwai, peshi, peshiyan, agli peshi, agli samaat, samaat kab hai, peshi kab hai, "
    "sunwai kab hai, programme, taqreeb, taqreebat, tareekh, tareekhein, meri tareekhein, "
    "jalsa, galsa, jalasat, galasat, al jalasat, el galasat, el jalse, mata el jalsa, emta el galsa, aymta el jalse, mawa3id, "
    "mawa3eed, mawaid, mawa2id, fa3aliyat, fa3aliyyat, fa3aleyat",
    "actions": "kya kar sakta hoon, kya kar sakti hoon, main kya kar sakta hoon, main kya kar sakti hoon, kya karun, kya karoon, "
    "hum kya kar sakte hain, kaise madad karun, kaise madad kar sakta hoon, iqdamat, "
    "shu fini a3mel, shu fiyyi a3mel, shu ba2dar a3mel, eh elli a2dar a3mlo, a3mel eh, ma yumkinuni fi3luh, kif sa3id, "
    "keef sa3ed, kif bsa3ed, azay asa3ed, ezzay asa3ed",
    "event": "aik samaat, ek samaat, aik peshi, ek peshi, aik taqreeb, ek taqreeb, jalsa wahda, galsa wahda, fa3aliya, fa3aliyya",
    "petitions": "petitionein, petitionen, petitiony, saari petitionein, sari petitionein, petitions dikhao, darkhwastein, "
    "darkhwasten, kis par dastakhat, "
    "3ara2id, 3ara2ed, 3arayed, 3araid, 3arayid, 3araye9, al 3ara2id, el 3arayed, al3ara2id, el3arayed, kol el 3arayed",
    "petition": "aik petition, ek petition, petition dikhao, darkhwast, "
    "3arida, 3areeda, 3aridah, 3areedah, al 3arida, el 3areeda",
    "sign": "dastakhat, dastkhat, dastakhat karo, dastakhat karein, dastakhat karen, dastakhat karna hai, dastakhat karne hain, "
    "sign karo, sign karein, sign karna hai, petition sign karo, petition sign karni hai, "
    "waqqi3, wa22i3, wa2e3, wa99i3, waqe3, tawqi3, taw2i3, tawqee3, taw9i3, baddi waqqi3, biddi wa22e3, 3ayez awa22a3",
    "mysignatures": "mere dastakhat, meray dastakhat, mere dastkhat, meri petitionein, meri petitions, maine kya sign kiya, "
    "tawqi3ati, tawqi3aty, taw2i3ati, taw2e3aty, tawaqi3i, tawa2i3i, 3ara2idi",
    "withdraw": "dastakhat wapas, dastakhat wapas lo, dastakhat wapas lein, dastakhat wapas lena hai, dastakhat hatao, "
    "dastakhat hata do, mera dastakhat hatao, mera sign hatao, sign wapas, "
    "sa7b al tawqi3, sa7b el taw2i3, sa7b tawqi3i, s7ab el taw2i3, is7ab tawqi3i, es7ab taw2i3i, shil taw2i3i, shiil tawqi3i",
    "language": "zaban, zabaan, zuban, zubaan, zaban badlo, zaban badlein, zuban badlo, zuban badlein, urdu mein, urdu me, "
    "angrezi, angrezi mein, "
    "lugha, logha, lu8a, lo8a, al lugha, el logha, el lo8a, taghyir al lugha, ghayer el logha, 8ayer el lo8a, 3arabi, 3araby, "
    "bel 3arabi, bil 3arabi, inglizi, englizi, ordu",
    "settings": "tarteebat, tartibat, setting, settings kholo, i3dadat, e3dadat, i3dadaat, idadat, al i3dadat, el e3dadat",
    "pause": "waqfa, kuch dair roko, kuch der roko, kuch dair rok do, kuch der rok do, thori dair roko, thori der roko, "
    "thori dair rok do, thori der rok do, thori dair ruko, thori der ruko, "
    "iqaf mu2aqqat, iqaf mo2aqat, i2af mo2aqat, tawaqqof mo2aqat, wa2ef shwayya, wa2ef shway, wa2fo shwayya, istira7a, estra7a",
    "resume": "dobara shuru, dobara shuru karo, dobara shuru karein, phir shuru karo, phir se shuru karo, phir se shuru karein, "
    "jari rakho, jari rakhein, jari rakhen, bahal karo, bahal karein, "
    "isti2naf, este2naf, istamir, istamer, estamer, istimrar, estemrar, kammel, kamel, kamil",
    "mydata": "mera data, meri maloomat, meri malumat, mere bare mein kya hai, "
    "bayanati, bayanaty, bayanate, ma3lumati, ma3loumati, ma3lomati",
    "forget": "mujhe bhool jao, mujhe bhul jao, mujhe bhool jain, mujhe bhool jayein, mera data mitao, mera data mita do, "
    "mera data mita dein, mera data delete karo, mera data delete kar do, meri maloomat mita dein, "
    "insuni, insooni, ensouni, imsa7 bayanati, emsa7 bayanati, msa7 bayanati, i7thif bayanati, e7zef bayanati, 7zef bayanati, "
    "7adhf bayanati, 7azf bayanati",
    "privacy": "raazdari, razdari, raazdaari, khususiya, khususiyya, khososiya, khosoosiya, 5ososiya, 5osoosiya, "
    "al khususiya, el khososiya, el 5ososiya",
    "help": "madad, madad karo, madad karein, madad chahiye, madad chahye, meri madad karo, meri madad karein, "
    "musaada, musa3ada, mosa3ada, mosa3da, al musa3ada, el mosa3da, sa3idni, sa3edni, sa3duni, sa3dooni, awamer",
    "cancel": "mansookh, mansukh, mansookh karo, cancel karo, cancel karein, chhoro, choro, chhor do, chor do, chhorein, "
    "rehne do, rehnay do, rehne dein, rahne do, koi baat nahi, koi baat nahin, wapas, wapis, "
    "ilgha, ilgha2, elgha2, el8a2, il8a2, el8i, elghi, tarajo3, tarajaa, ma3lesh, ma3lish, ruju3, rojo3",
}


class Vocabulary:
    """Which command a whole message stands for: `/cases`, or a word for it in any language, whoever types it."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._commands = {command.name for command in COMMANDS}
        self._words: dict[str, str] = {}
        # Stopping comes first: a word that could mean two things stops.
        for command in sorted(COMMANDS, key=lambda command: command.name != "stop"):
            for word in _words_for(command, catalogues):
                self._words.setdefault(fold(word), command.name)

    def command(self, name: str) -> str | None:
        return name if name in self._commands else None

    def meant(self, text: str) -> str | None:
        """The command a message stands for as a whole; a word inside a sentence ("STOP this bill!") stands for nothing."""
        return self._words.get(fold(text)) if len(text) <= 40 else None


def _words_for(command: Command, catalogues: Catalogues) -> list[str]:
    lists = [catalogues.translate(locale, command.words, WORDS) for locale in catalogues.locales]
    lists.append(ROMANISED.get(command.name, ""))
    return [word for words in lists for word in words.replace("،", ",").split(",") if word.strip()]
