"""nida locales: the catalogues of what the bot says, for developers and translators."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.call import verb
from bot.cli.screen import give, say
from bot.errors import Misuse, NidaError

app = typer.Typer(help="The catalogues of what the bot says.", no_args_is_help=True)


@verb(app, "extract")
def extract() -> None:
    """Write the template locales/nida.pot from the code."""
    from bot.language import maintain

    template = maintain.extract(_checkout())
    say(f"Wrote {template}; now run `nida locales update`.")
    give({"template": str(template)})


@verb(app, "update")
def update() -> None:
    """Bring every catalogue in line with the template; new messages come in empty."""
    from bot.language import maintain

    changed = maintain.update(_checkout())
    say(f"Changed: {', '.join(map(str, changed))}." if changed else "Every catalogue is in line with the template.")
    give({"changed": [str(file) for file in changed]})


@verb(app, "check")
def check() -> None:
    """Look for what would reach a reader wrong: gaps, stale messages, lost placeholders, mixed-up plurals."""
    from bot.language import maintain

    faults = maintain.check(_checkout())
    give([{"file": str(f.catalogue), "line": f.line, "message": f.message, "fault": f.fault, "mend": f.mend} for f in faults])
    if faults:
        raise NidaError("\n".join(str(fault) for fault in faults))
    say("The catalogues are complete and sound.")


@verb(app, "compile")
def compile_() -> None:
    """Compile the catalogues, which the bot reads at start."""
    from bot.language import maintain
    from bot.language.catalogue_files import locales_folder

    compiled = maintain.compile_catalogues(locales_folder())
    say(f"Compiled {len(compiled)} catalogues.")
    give({"compiled": [str(file) for file in compiled]})


@verb(app, "pseudo")
def pseudo(
    folder: Annotated[Path, typer.Argument(help="Where to; what is there is overwritten.")] = Path("var/pseudo"),
) -> None:
    """Write catalogues in letters nobody reads, two fifths longer: what is not translated, or does not fit, shows at a glance."""
    from bot.language import maintain

    root = _checkout()
    if folder.resolve() == root / "locales":
        raise Misuse("The catalogues of the languages are there; name another folder.")
    compiled = maintain.write_pseudo(root, folder)
    say(f"Wrote {len(compiled)} catalogues to {folder}: NIDA_LOCALES={folder} nida run, or nida demo --pseudo.")
    give({"compiled": [str(file) for file in compiled]})


def _checkout() -> Path:
    """The folder of the sources. Raises Misuse where Nida was installed without them."""
    root = Path(__file__).resolve().parents[2]
    if not (root / "locales").is_dir() or not (root / "pyproject.toml").is_file():
        raise Misuse("This needs the sources: run it in a checkout of the project, after `make setup`.")
    return root
