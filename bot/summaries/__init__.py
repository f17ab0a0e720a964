"""The clinic's summary at the rim: read, worded, printed, handed over."""
