"""A stand-in for Telegram's servers: for the demonstration, for rehearsals and for tests. It knows nothing of the bot.

It is written with python-telegram-bot's types while the bot speaks aiogram: a wrong idea of the protocol in one shows up
against the other. What it refuses, it refuses in Telegram's words.
"""

from bot.standin.rates import Limits
from bot.standin.server import make_app, running, serve
from bot.standin.state import StandIn

__all__ = ["Limits", "StandIn", "make_app", "running", "serve"]
