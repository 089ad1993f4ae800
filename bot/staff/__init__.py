"""Those who run the bot, and the record of what they did."""
