"""The record of acts: a chain per clinic in which every change, gap and cut shows (ADR 0017)."""
