"""The ways to reach patients, one package each."""
