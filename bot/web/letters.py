"""/letter/<what>: a page from which a letter to an office goes into a mail app, as Telegram opens no such addresses itself.

Nothing is kept of who opens it, or of what they wrote: the address holds it, sealed.
"""

import base64
import hashlib
from collections.abc import Awaitable, Callable
from html import escape
from typing import Final

from aiohttp import web

from bot.campaigns.letters import Letter, LetterPages, Wish, letter_of
from bot.campaigns.service import Campaigns
from bot.campaigns.views import ActionCard
from bot.language import Catalogues, Reader, Words
from bot.language.reader import is_rtl

_STYLE: Final = (
    "body{font:1.1rem/1.7 'Noto Sans','Noto Naskh Arabic',system-ui,sans-serif;max-width:40rem;"
    "margin:0 auto;padding:1rem;color:#1c1c1c;background:#fff}"
    ":lang(ur){font-family:'Noto Nastaliq Urdu','Jameel Noori Nastaleeq','Urdu Typesetting',serif;line-height:2.3}"
    "a.send{display:block;text-align:center;padding:.8rem;border-radius:.6rem;background:#0b6157;color:#fff;"
    "text-decoration:none;font-weight:bold}"
    "article{white-space:pre-wrap;unicode-bidi:plaintext;overflow-wrap:anywhere;"
    "border:1px solid #bbb;border-radius:.6rem;padding:.8rem}"
    ":lang(en){font-family:'Noto Sans',system-ui,sans-serif;line-height:1.7}"
    "h2{font-size:1rem;margin:1.2rem 0 .3rem}"
    "@media(prefers-color-scheme:dark){body{background:#161616;color:#eee}}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


def add_letters(app: web.Application, pages: LetterPages, campaigns: Campaigns, catalogues: Catalogues, source: str) -> None:
    """`source` is the language content falls back to."""
    app.router.add_get("/letter/{token}", _answering(pages, campaigns, catalogues, source))


def _answering(
    pages: LetterPages, campaigns: Campaigns, catalogues: Catalogues, source: str
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        wish = pages.read(request.match_info["token"])
        card = await campaigns.get_card(wish.slug, None) if wish else None
        if wish is None or card is None:
            return _nothing(catalogues, wish.locale if wish else source)
        return _page(catalogues, wish, _letter(campaigns, card, wish, source))

    return answer


def _letter(campaigns: Campaigns, card: ActionCard, wish: Wish, source: str) -> Letter | None:
    """None where one can write it no longer."""
    return letter_of(card.action, wish.locale, source, wish.own) if card.action.is_open(campaigns.today) else None


def _page(catalogues: Catalogues, wish: Wish, letter: Letter | None) -> web.Response:
    words = _words(catalogues, wish.locale)
    over = words.say("This letter is no longer to be sent.")
    return _response(words, 200 if letter else 410, _written(words, letter) if letter else f"<p>{escape(over.plain)}</p>")


def _nothing(catalogues: Catalogues, locale: str) -> web.Response:
    """Where an address leads to no letter, or to none that is known any more."""
    words = _words(catalogues, locale)
    gone = words.say("This letter is no longer here. The bot gives you a new one: /actions")
    return _response(words, 404, f"<p>{escape(gone.plain)}</p>")


def _words(catalogues: Catalogues, locale: str) -> Words:
    return catalogues.words(Reader(locale if locale in catalogues.locales else catalogues.locales[0]))


def _response(words: Words, status: int, body: str) -> web.Response:
    locale, heading = words.reader.locale, words.say("Your letter").plain
    html = (
        f'<!doctype html><html lang="{locale}" dir="{_direction(locale)}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><title>{escape(heading)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(heading)}</h1>{body}</html>"
    )
    return web.Response(status=status, text=html, content_type="text/html", headers=_HEADERS)


def _written(words: Words, letter: Letter) -> str:
    whole = letter.mailto
    how = (
        words.say("Tap the button: your mail app opens with the letter in it. Read it, add your name, and send it.")
        if whole
        else words.say("The letter is too long for the button: it fills in the address and the subject. Copy the letter below.")
    )
    parts = (
        (words.say("Address"), letter.to, "ltr"),
        (words.say("Subject"), letter.subject, _direction(letter.locale)),
        (words.say("Letter"), letter.body, _direction(letter.locale)),
    )
    shown = "".join(
        f'<h2>{escape(name.plain)}</h2><article lang="{letter.locale}" dir="{direction}">{escape(text)}</article>'
        for name, text, direction in parts
    )
    address = escape(whole or letter.mailto_without_body)
    send = f'<p><a class="send" href="{address}">{escape(words.say("Open in my mail app").plain)}</a>'
    return f"<p>{escape(how.plain)}</p>{send}{shown}"


def _direction(locale: str) -> str:
    return "rtl" if is_rtl(locale) else "ltr"
