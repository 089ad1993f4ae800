"""Petitions, and what a change of one would do, shown to a person."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from bot.cli.announcing import LANGUAGES
from bot.cli.screen import duration, people, say, table
from bot.config import Organisation
from bot.errors import Misuse
from bot.language import Catalogues, Reader, Words
from bot.petitions.account import PetitionAccount
from bot.petitions.changing import ChangeForecast
from bot.petitions.comments import Comment
from bot.petitions.deciding import Burst
from bot.petitions.messages import Message
from bot.petitions.models import EVERYBODY, PetitionStatus
from bot.petitions.telling import Notice
from bot.petitions.views import PetitionView
from bot.petitions.wording import PetitionWording

PAGE = "page"


def show_list(petitions: Sequence[PetitionView]) -> None:
    if not petitions:
        say("There are no petitions. `nida content apply` brings in those of your files.")
        return
    rows = [
        (each.slug, each.status, _signed(each), each.goal, each.set_aside, str(each.closes or ""), each.case_slug or "")
        for each in petitions
    ]
    table(("petition", "status", "#signed", "#goal", "#set aside", "closes", "case"), rows)


def show_account(account: PetitionAccount, source: str) -> None:
    petition = account.petition
    rows: list[tuple[str, object]] = [
        ("status", petition.status),
        ("to", petition.target.choose(source, source).text),
        ("case", petition.case_slug or "none"),
        ("signed", _signed(petition)),
        ("goal", petition.goal),
        ("set aside", petition.set_aside),
        ("entries of the log", petition.size),
        ("asks", ", ".join(_asked(petition)) or "nothing"),
        ("closes", petition.closes or "when it is closed"),
        ("what signers say is kept until", petition.keep_until),
        ("told of", f"{account.told:,}" if account.told else "no milestone yet"),
        ("want to hear how it goes", account.listeners),
    ]
    table(("what", "it is"), rows, title=f"{petition.slug}: {petition.title.choose(source, source).text}")
    if account.comments:
        say(f"Comments that nobody has looked at: {account.comments:,}; see `nida petitions comments {petition.slug}`.")
    if account.bursts:
        say(f"Bursts to decide on: {account.bursts:,}; see `nida petitions bursts {petition.slug}`.")


def _signed(petition: PetitionView) -> int | str:
    return petition.counted if petition.is_counted_here() else "not known here"


def given(petition: PetitionView) -> dict[str, object]:
    return asdict(petition) | ({} if petition.is_counted_here() else {"counted": None})


def _asked(petition: PetitionView) -> list[str]:
    return [f"{ask} (needed)" if ask in petition.needs else str(ask) for ask in petition.asks]


def previews(petition: PetitionView, of: str, locales: Sequence[str], organisation: Organisation) -> dict[str, str]:
    """By language, as it is now; a draft as if it were open."""
    if of not in {PAGE, *Notice}:
        raise Misuse(f"--of: {of!r} is none of {', '.join([PAGE, *Notice])}.")
    catalogues, source = Catalogues.load(organisation.locales), organisation.default_locale
    shown = replace(petition, status=PetitionStatus.OPEN) if petition.status is PetitionStatus.DRAFT else petition
    every = {locale: catalogues.words(Reader(locale, timezone=organisation.timezone)) for locale in locales}
    return {locale: _preview(words, shown, of, source) for locale, words in every.items()}


def _preview(words: Words, petition: PetitionView, of: str, source: str) -> str:
    if of == PAGE:
        return PetitionWording(words, petition, source).page().plain
    return Message(words, petition, Notice(of), source).text().plain


def show_forecast(forecast: ChangeForecast) -> None:
    before, after = forecast.before, forecast.after
    title = f"{before.slug}: {before.counted:,} signed" if before.is_counted_here() else before.slug
    table(("what", "now", "then"), [("status", before.status, after.status)], title=title)
    if forecast.readers:
        rows = [(LANGUAGES.get(locale, locale), count) for locale, count in forecast.readers.items()]
        table(("language", "#people"), rows)
    if forecast.notice is not None:
        told = (
            f"{people(forecast.total)}, about {duration(forecast.seconds)}." if forecast.total else "Nobody wants to hear of it."
        )
        say(told)
    if forecast.copies:
        say(f"Messages edited in chats: {forecast.copies:,}.")
    if forecast.untranslated:
        missing = ", ".join(LANGUAGES.get(locale, locale) for locale in forecast.untranslated)
        give_it = "--outcome-in gives it" if forecast.after.status is PetitionStatus.OUTCOME else "translate it first to give it"
        say(f"Not all of it is in {missing}: these readers get the source text and are told so; {give_it}.")


def question(forecast: ChangeForecast) -> str:
    slug, status = forecast.after.slug, forecast.after.status
    if forecast.before.status is status:
        return f"Put right what is told of {slug}?"
    told = f"and tell {people(forecast.total)}?" if forecast.total else "Nobody is told."
    return f"Make {slug} {status}, {told}" if forecast.total else f"Make {slug} {status}? {told}"


def show_comments(slug: str, comments: Sequence[Comment]) -> None:
    if not comments:
        say(f"No comment of {slug} waits.")
        return
    rows = [(each.mark, each.state, each.name or "", each.comment) for each in comments]
    table(("mark", "state", "name shown", "comment"), rows)
    say(f"`nida petitions comments {slug} --show MARK` shows one below the petition, `--hide MARK` does not.")


def show_bursts(bursts: Sequence[Burst]) -> None:
    if not bursts:
        say("No burst of signatures waits for a decision.")
        return
    rows = [(each.id, each.petition, _link(each), _span(each), each.signatures, each.set_aside, _state(each)) for each in bursts]
    table(("#number", "petition", "link", "when, UTC", "#signatures", "#set aside", "state"), rows)
    say("`nida petitions bursts --release NUMBER` counts them, `--exclude NUMBER` leaves them set aside.")


def _link(burst: Burst) -> str:
    if burst.source is None:
        return "(not known)"
    return "all links" if burst.source == EVERYBODY else burst.source or "no link"


def _span(burst: Burst) -> str:
    return f"{burst.began_at:%Y-%m-%d %H:%M}-{burst.ended_at:%H:%M}"


def _state(burst: Burst) -> str:
    return f"{burst.state} by {burst.decided_by}" if burst.decided_by else burst.state
