"""Telegram: updates taken in and handed to handlers one after another, replies, and the way out."""
