"""The conversation: what the bot answers. One module per feature, the catch-all last."""
