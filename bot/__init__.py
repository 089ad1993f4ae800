"""Nida: case updates over Telegram, for supporters who read English, Arabic or Urdu."""

__version__ = "0.1.0"
