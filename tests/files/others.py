"""Everything else: recordings, programs, texts, other archives, and files under a wrong name."""

import bz2
import gzip
import lzma
import struct

from handlers.core.inspection import Finding
from tests.files.samples import box, film, mp3, ogg, wav

PROGRAMS = {
    "exe": b"MZ\x90\x00",
    "elf": b"\x7fELF\x02\x01",
    "mach-o": b"\xcf\xfa\xed\xfe",
    "class": b"\xca\xfe\xba\xbe",
    "shell": b"#!/bin/sh\nrm -rf ~\n",
    "python": b"#!/usr/bin/env python3\n",
    "shortcut": b"L\x00\x00\x00\x01\x14\x02\x00",
}
OFFICE = {"doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "rtf": b"{\\rtf1\\ansi "}
ARCHIVES = {
    "rar": b"Rar!\x1a\x07\x00",
    "7z": b"7z\xbc\xaf\x27\x1c",
    "zstd": b"\x28\xb5\x2f\xfd",
    "tar": bytes(257) + b"ustar\x00",
}
UNKNOWN = {
    "text": b"hello",
    "html": b"<!doctype html><script>x</script>",
    "svg": b"<svg onload='x'/>",
    "xml": b"<?xml version='1.0'?>",
    "json": b'{"a": 1}',
    "gif": b"GIF89a" + bytes(50),
    "bmp": b"BM" + bytes(60),
    "webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "avi": b"RIFF\x10\x00\x00\x00AVI LIST",
    "psd": b"8BPS\x00\x01",
    "ico": b"\x00\x00\x01\x00\x01\x00",
    "flac": b"fLaC",
    "matroska": b"\x1a\x45\xdf\xa3",
    "postscript": b"%!PS-Adobe-3.0",
    "sqlite": b"SQLite format 3\x00",
    "font": b"\x00\x01\x00\x00\x00",
    "vcard": b"BEGIN:VCARD\n",
    "mail": b"From: a@b\n\nhello",
    "zeros": bytes(5000),
    "one byte": b"x",
    "utf-16": "hello".encode("utf-16"),
    "pickle": b"\x80\x04\x95",
    "wasm": b"\x00asm\x01",
    "avif": box(b"ftyp", b"avif" + bytes(8)),
    "unknown film": box(b"ftyp", b"xxxx" + bytes(8)),
    "pem": b"-----BEGIN PRIVATE KEY-----",
    "batch": b"@echo off\r\n",
    "javascript": b"WScript.Shell",
    "nifti": struct.pack("<I", 348) + bytes(344),
    "analyze": b"\x5c\x01\x00\x00",
}


def cases():
    """Yield name, content and what it has to be found to be."""
    yield "nothing", b"", Finding.EMPTY
    for table, finding in (
        (PROGRAMS, Finding.PROGRAM),
        (OFFICE, Finding.OFFICE),
        (ARCHIVES, Finding.ARCHIVE),
    ):
        for name, start in table.items():
            yield name, start + bytes(600), finding
    yield "gzip", gzip.compress(b"a" * 99), Finding.ARCHIVE
    yield "bzip2", bz2.compress(b"a" * 99), Finding.ARCHIVE
    yield "xz", lzma.compress(b"a" * 99), Finding.ARCHIVE
    yield "image of a disc", bytes(32_769) + b"CD001" + bytes(2048), Finding.ARCHIVE
    for name, content in UNKNOWN.items():
        yield name, content, Finding.NOT_TAKEN
    yield from _recordings()


def _recordings():
    whole = {
        "ogg": ogg(),
        "mp3": mp3(),
        "mp3 without its head": mp3()[10:],
        "wav": wav(),
        "aac": b"\xff\xf1" + bytes(90),
        "amr": b"#!AMR\n" + bytes(90),
    }
    for name, content in whole.items():
        yield f"recording, {name}", content, Finding.FINE
    for brand in (b"isom", b"mp42", b"qt  ", b"3gp5", b"M4A "):
        yield f"film, {brand.decode()}", film(brand), Finding.FINE
        yield f"film cut short, {brand.decode()}", film(brand)[:-500], Finding.DAMAGED
    pieces = box(b"ftyp", b"iso5" + bytes(8)) + box(b"moof", bytes(99)) + box(b"mdat", bytes(99))
    yield "film in fragments", pieces, Finding.FINE
    yield "film of its name only", box(b"ftyp", b"isom" + bytes(8)), Finding.DAMAGED
    endless = box(b"ftyp", b"isom" + bytes(8)) + struct.pack(">I", 0) + b"moov" + bytes(99)
    yield "film without an end", endless, Finding.DAMAGED
    yield "wav cut short", wav()[:2000], Finding.DAMAGED
    yield "ogg cut short", ogg()[:20], Finding.DAMAGED
