"""Who subscribed: beginning, language, settings, pausing and stopping, and what is kept."""
