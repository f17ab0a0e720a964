"""The API for programs: what staff do in the console, as JSON, with a token of its own for each program."""
