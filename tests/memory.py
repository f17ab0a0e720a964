"""What a run of tests keeps in memory: files that were read once, files that nobody needs tomorrow."""

import gc
import os
import shutil
from pathlib import Path
from typing import get_args

import fastapi._compat.v2
import fastapi.routing
from pydantic import TypeAdapter

import locales.catalogs
import storage.protocols

TEMPORARY = "PYTEST_DEBUG_TEMPROOT"
SHARED = Path("/dev/shm")
ROOM = 2 * 1024**3
"""Bytes that must be free there."""


def keep_new_files_in_memory():
    """Let pytest's temporary folders lie in memory where there is room, if nobody has said where.

    The product has each commit on the disk before it goes on, and waits milliseconds for it. What a
    killed process left behind is the same in either place.
    """
    has_room = SHARED.is_dir() and os.access(SHARED, os.W_OK) and shutil.disk_usage(SHARED).free > ROOM
    if has_room:
        os.environ.setdefault(TEMPORARY, str(SHARED))


def read_each_file_once():
    """Let the readers of texts and questionnaires remember what they made of which bytes.

    A pack and its texts take a third of a second to read, and hundreds of tests open an installation
    that reads them. What was read is frozen; a file with other bytes is another file.
    """
    locales.catalogs.read_po_file = _remembered(locales.catalogs.read_po_file)
    storage.protocols._questionnaire = _remembered(storage.protocols._questionnaire)


def make_each_field_once():
    """Let FastAPI remember what checks a route's parameters: hundreds of tests make the same routes anew."""
    known, bodies, make = {}, {}, fastapi.routing._get_body_field

    def adapter(annotation, *, config=None):
        key = (*get_args(annotation)[:1], repr((annotation, config)))
        if key not in known:
            known[key] = TypeAdapter(annotation, config=config)
        return known[key]

    def body_field(*, body_params, name, embed_body_fields):
        key = (name, embed_body_fields, *((field.name, repr(field.field_info)) for field in body_params))
        if key not in bodies:
            bodies[key] = make(body_params=body_params, name=name, embed_body_fields=embed_body_fields)
        return bodies[key]

    fastapi._compat.v2.TypeAdapter = adapter
    fastapi.routing._get_body_field = body_field


def sweep_only_what_is_new():
    """Take all that is there by now, modules and tests, out of the garbage collector's rounds: it stays."""
    gc.collect()
    gc.freeze()


def _remembered(read):
    known = {}

    def read_or_remember(path):
        key = (path, path.read_bytes())
        if key not in known:
            known[key] = read(path)
        return known[key]

    return read_or_remember
