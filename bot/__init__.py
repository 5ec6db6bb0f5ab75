"""The Telegram bot: its settings."""
