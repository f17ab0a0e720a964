"""Telegram: python-telegram-bot's `Bot` over our own receiver, poll loop and webhook."""
