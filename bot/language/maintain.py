"""What translators' catalogues go through: extract, update, check, compile. Diffs stay small: nothing is re-ordered,
re-wrapped or dated, and no message is ever guessed from a similar one."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import write_po

from bot.errors import NidaError
from bot.language import gate, plurals
from bot.language.catalogue_files import DOMAIN, SOURCE_LOCALE, compiled_bytes, read_catalogue
from bot.language.extraction import template
from bot.language.pseudo import LETTERS, pseudo

TEMPLATE = f"{DOMAIN}.pot"
_VOLATILE = ('"POT-Creation-Date:', '"PO-Revision-Date:', '"Generated-By:', '"Last-Translator:', '"Language-Team:',
             '"Report-Msgid-Bugs-To:', '"Project-Id-Version:')  # fmt: skip
_HEADER = """# Nida: what the bot says{language}.
# docs/translating.md tells how to work on this file.
#"""


def extract(root: Path) -> Path:
    """Write the template from the sources under `root` to locales/nida.pot and return its path."""
    file = root / "locales" / TEMPLATE
    _write(file, _template_text(root))
    return file


def _template_text(root: Path) -> str:
    catalog = template(root)
    catalog.header_comment = _HEADER.format(language=", as the code has it")
    return _po_text(catalog)


def update(root: Path) -> list[Path]:
    """Bring every catalogue in line with the template: new messages come in empty, those gone are left out.

    In the source language a new message is its own translation. Returns the catalogues that changed.
    """
    pot = root / "locales" / TEMPLATE
    if not pot.exists():
        raise NidaError(f"{pot} is missing; run `nida locales extract` first.")
    return [po for po in catalogue_files(root / "locales") if _updated(po, pot)]


def check(root: Path) -> list[gate.Fault]:
    """All faults of the catalogues, and of the template if it is not what the sources under `root` say today."""
    return gate.check(root / "locales", sources=root) or _faults_of_the_template(root)


def _faults_of_the_template(root: Path) -> list[gate.Fault]:
    """It has every message and no other; whether it says of them what the code says."""
    file = root / "locales" / TEMPLATE
    if file.read_text(encoding="utf-8") == _template_text(root):
        return []
    fault = "the order of the messages, where they stand or what translators are told of them is not as in the code"
    return [gate.Fault(file, 0, "", fault, gate.EXTRACT)]


def compile_catalogues(locales: Path) -> list[Path]:
    """Compile every catalogue in the folder `locales`.

    Raises NidaError and writes nothing when the gate finds a fault.
    """
    if faults := gate.check(locales):
        raise NidaError("\n".join(str(fault) for fault in faults))
    return [_compiled(po) for po in catalogue_files(locales)]


def write_pseudo(root: Path, folder: Path) -> list[Path]:
    """Write catalogues in pseudo-languages to `folder` and compile them; returns the compiled ones.

    Words of command stay English, so that a person can still use them.
    """
    messages = read_catalogue(root / "locales" / TEMPLATE)
    return [_compiled(_pseudo_catalogue(folder, locale, messages)) for locale in LETTERS]


def _pseudo_catalogue(folder: Path, locale: str, messages: Catalog) -> Path:
    po = new_catalogue(folder, locale)
    catalog = read_catalogue(po, locale)
    for message in messages:
        if message.id:
            catalog.add(message.id, _pseudo_text(message, locale), context=message.context)
    _write(po, _po_text(catalog))
    return po


def _pseudo_text(message: Message, locale: str) -> str | tuple[str, ...]:
    if message.context:
        return str(message.id)
    if isinstance(message.id, str):
        return pseudo(message.id, LETTERS[locale])
    one, many = (pseudo(text, LETTERS[locale]) for text in message.id)
    return tuple(one if name == "one" else many for name in plurals.categories(locale))


def catalogue_files(locales: Path) -> list[Path]:
    return sorted(locales.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def _compiled(po: Path) -> Path:
    mo = po.with_suffix(".mo")
    mo.write_bytes(compiled_bytes(po))
    return mo


def _updated(po: Path, pot: Path) -> bool:
    locale = po.parent.parent.name
    catalog = read_catalogue(po, locale)
    # The template is read for each catalogue: Babel puts its message objects into the one it updates.
    catalog.update(read_catalogue(pot), no_fuzzy_matching=True)
    if locale == SOURCE_LOCALE:
        for message in catalog:
            _speak_for_itself(message)
    return _write(po, _po_text(catalog))


def _speak_for_itself(message: Message) -> None:
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    if message.id and not all(texts):
        message.string = message.id


def new_catalogue(locales: Path, locale: str) -> Path:
    """An empty catalogue with the right plural rule, to be filled by `update`."""
    po = locales / locale / "LC_MESSAGES" / f"{DOMAIN}.po"
    po.parent.mkdir(parents=True, exist_ok=True)
    header = _HEADER.format(language=f" ({locale})")
    _write(po, f'{header}\nmsgid ""\nmsgstr ""\n"Language: {locale}\\n"\n"Plural-Forms: {plurals.header(locale)}\\n"\n')
    return po


def _po_text(catalog: Catalog) -> str:
    """The catalogue as text: no line numbers and no wrapping, so that a change shows as the lines that changed."""
    buffer = BytesIO()
    write_po(buffer, catalog, width=0, include_lineno=False, ignore_obsolete=True)
    written = buffer.getvalue().decode("utf-8").splitlines()
    return "\n".join(line for line in written if not line.startswith(_VOLATILE)).rstrip() + "\n"


def _write(file: Path, text: str) -> bool:
    """Write the file if that changes it; whether it did."""
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return False
    file.write_text(text, encoding="utf-8")
    return True
