"""Chaos: the database stops, disks fill up, processes stand still; nothing is lost and nothing doubled."""
