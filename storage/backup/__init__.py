"""Backups: made while everything runs, encrypted, verified by restoring, kept by generations."""
