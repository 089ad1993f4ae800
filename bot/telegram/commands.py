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
    Command("cases", N_description("All cases"), NC_(WORDS, "cases, all cases, list")),
    Command("following", N_description("Cases I follow"), NC_(WORDS, "following, my cases")),
    Command("news", N_description("What was published last"), NC_(WORDS, "news, latest, updates")),
    Command("case", N_description("One case, by its short name"), NC_(WORDS, "case"), in_menu=False),
    Command("language", N_description("Change the language"), NC_(WORDS, "language, change language")),
    Command("settings", N_description("Settings"), NC_(WORDS, "settings, options")),
    Command("pause", N_description("Pause messages for a while"), NC_(WORDS, "pause")),
    Command("resume", N_description("Receive messages again"), NC_(WORDS, "resume, continue")),
    Command("stop", N_description("Stop all messages"), NC_(WORDS, "stop, unsubscribe, end, quit")),
    Command("mydata", N_description("See what is kept about me"), NC_(WORDS, "my data, mydata")),
    Command("forget", N_description("Erase what is kept about me"), NC_(WORDS, "forget me, erase me, delete my data")),
    Command("privacy", N_description("What is kept, and why"), NC_(WORDS, "privacy")),
    Command("help", N_description("What this bot can do"), NC_(WORDS, "help")),
    Command("cancel", N_description("Leave what you were doing"), NC_(WORDS, "cancel, never mind")),
)

ROMANISED = {
    # Roman Urdu and Arabizi: no catalogue has them, as no keyboard is set to them.
    "start": "shuru, shuru karo, salam, assalam o alaikum, ahlan, marhaba, mar7aba",
    "cases": "muqadmat, muqaddamat, tamam muqadmat, qadaya, 9adaya, el2adaya",
    "following": "mere muqadmat, meray muqadmat, qadayay",
    "news": "khabrein, khabren, taza khabar, akhbar, a5bar",
    "language": "zaban, zuban, lugha, logha, lo8a",
    "settings": "tarteebat, i3dadat, e3dadat",
    "pause": "waqfa, rok do thori dair",
    "resume": "dobara shuru, jari rakhein, isti2naf",
    "stop": "band karo, band karein, bas, ruko, rukein, wa2ef, wa2af, tawaqaf, khalas, 5alas",
    "mydata": "mera data, bayanati",
    "forget": "mujhe bhool jao, mera data mita dein, insani",
    "privacy": "raazdari, razdari, khososiya, 5ososiya",
    "help": "madad, musaada, mosa3ada, musa3ada",
    "cancel": "mansookh, chhoro, ilgha, el8a2",
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
