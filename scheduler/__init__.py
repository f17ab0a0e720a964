"""Workers that do what is due: take in, start, send, fetch, tidy up. They know only ports."""
