"""The command `yorisoi`: `app.py` knows its commands by name, each stands in the module of its kind.

Exit codes: 0 done; 1 the answer is no (a check failed, nothing found); 2 wrong words on the command
line; 3 a setting is missing or wrong, said in one line.
"""
