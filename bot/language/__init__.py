"""What Nida says and how: catalogues, the text builder, dates and places, content in several languages, folding."""

from bot.language.builder import Words
from bot.language.catalogue import Catalogues
from bot.language.catalogue_files import SOURCE_LOCALE, locales_folder
from bot.language.dates import clock_time, day, hijri_line, moment, relative
from bot.language.extraction_marks import N_, NC_, N_description, N_label, N_notice
from bot.language.folding import fold
from bot.language.languages import language_name, own_name, untranslated
from bot.language.marks import without_marks
from bot.language.markup import check_markup, markup, plain_text, restored
from bot.language.places import PLACES, Place, place_by_key, place_name, place_of_zone, search_place
from bot.language.reader import Digits, Reader
from bot.language.text import Description, Label, Notice, Text, bulleted, lines, paragraphs
from bot.language.translated import Chosen, State, Translated, Translation, Unreviewed, Written, fingerprint, plain
from bot.language.values import Value, bar, command, free, handle, identifier, link, name, number, phone, title, url, word

__all__ = [
    "NC_",
    "N_",
    "PLACES",
    "SOURCE_LOCALE",
    "Catalogues",
    "Chosen",
    "Description",
    "Digits",
    "Label",
    "N_description",
    "N_label",
    "N_notice",
    "Notice",
    "Place",
    "Reader",
    "State",
    "Text",
    "Translated",
    "Translation",
    "Unreviewed",
    "Value",
    "Words",
    "Written",
    "bar",
    "bulleted",
    "check_markup",
    "clock_time",
    "command",
    "day",
    "fingerprint",
    "fold",
    "free",
    "handle",
    "hijri_line",
    "identifier",
    "language_name",
    "lines",
    "link",
    "locales_folder",
    "markup",
    "moment",
    "name",
    "number",
    "own_name",
    "paragraphs",
    "phone",
    "place_by_key",
    "place_name",
    "place_of_zone",
    "plain",
    "plain_text",
    "relative",
    "restored",
    "search_place",
    "title",
    "untranslated",
    "url",
    "without_marks",
    "word",
]
