"""A form with one file, read as it streams in: nothing of it is ever written in the clear."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

_FIELD_LIMIT: Final = 4096
_OVERHEAD: Final = 64 * 1024
"""What a form weighs beside its file: boundaries, headers, small fields."""


class BadForm(Exception):
    """The body is not a form that our page sends."""


class FileTooLarge(Exception):
    """The file is larger than is taken."""


@dataclass(slots=True)
class Received:
    """What a form held beside the file's bytes."""

    fields: dict[str, str] = field(default_factory=dict)
    name: str = ""
    mime: str = ""
    files: int = 0


class FormReader:
    """Feeds a multipart body through: small fields into `received`, the first file's bytes to `write`."""

    def __init__(self, content_type: str, write: Callable[[bytes], None], *, limit_bytes: int) -> None:
        """Prepare for a body of `content_type`; raise BadForm when it is no multipart form."""
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise BadForm
        self.received = Received()
        self._write = write
        self._left = limit_bytes
        self._headers: dict[str, bytes] = {}
        self._header = [bytearray(), bytearray()]
        self._field = ""
        self._value = bytearray()
        self._in_file = False
        self._done = False
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._header_field,
                "on_header_value": self._header_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._headers_finished,
                "on_part_data": self._part_data,
                "on_part_end": self._end_part,
                "on_end": self._end,
            },
        )

    def feed(self, chunk: bytes) -> None:
        """Take the next piece of the body; raise BadForm or FileTooLarge."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise BadForm from error

    def finish(self) -> Received:
        """Return what was received; raise BadForm when the body broke off."""
        if not self._done:
            raise BadForm
        return self.received

    def _begin_part(self) -> None:
        self._headers = {}
        self._field = ""
        self._value.clear()
        self._in_file = False

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._header[0] += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1] += data[start:end]

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[name.decode("latin-1").lower()] = bytes(value)
        self._header = [bytearray(), bytearray()]

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get("content-disposition", b""))
        self._field = _text(options.get(b"name", b""))
        if b"filename" not in options:
            return
        self.received.files += 1
        # Only the first file of a form is taken: the page sends one by one.
        self._in_file = self.received.files == 1
        if self._in_file:
            self.received.name = _text(options[b"filename"])
            self.received.mime = _text(self._headers.get("content-type", b""))
        self._field = ""

    def _part_data(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._left -= end - start
            if self._left < 0:
                raise FileTooLarge
            self._write(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > _FIELD_LIMIT and self._field:
            raise BadForm
        if not self._field:
            self._value.clear()

    def _end_part(self) -> None:
        if self._field:
            self.received.fields[self._field] = _text(bytes(self._value))

    def _end(self) -> None:
        self._done = True


def form_limit(file_bytes: int) -> int:
    """Return how long a body with a file of `file_bytes` may be."""
    return file_bytes + _OVERHEAD


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", errors="replace").strip()
