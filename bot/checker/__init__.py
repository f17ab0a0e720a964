"""Looks into files that came in, in a child process that can do nothing but read that one file.

`pool` (in our process) hands a child the sealed file's handle and its key; `child` opens it piece by
piece and answers in JSON; `confine` is what keeps the child from everything else. `kinds` says what a
file is by its content, and one module for each family looks closer.
"""
