"""Running the bot: updates in, requests out, limits, monitoring, start and stop."""
