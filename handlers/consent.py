"""The sentence somebody consents to: it stands on every screen that has a button to subscribe."""

from bot.language import Text, Words, command


def what_is_kept(words: Words) -> Text:
    # Translators: one plain sentence on what is kept. {privacy} is the command /privacy.
    return words.say(
        "If you subscribe, we keep your Telegram ID in encrypted form, your language and settings, the cases and petitions you "
        "follow, what you answer to events and actions, and which messages reached you, nothing more. Details: {privacy}",
        privacy=command("privacy"),
    )
