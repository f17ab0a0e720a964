"""Reading what a page sends: plain forms and the script's JSON, both small and checked."""

from collections.abc import Mapping
from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.web_guard import read_body

BODY_BYTES: Final = 512 * 1024
TEXT_CHARACTERS: Final = 20_000
ITEM_ID: Final = r"^[A-Za-z0-9-]{8,64}$"

ItemId = Annotated[str, StringConstraints(pattern=ITEM_ID)]


class BadRequest(Exception):
    """The body is not what our page sends."""


class TextTooLong(Exception):
    """Somebody typed (or pasted) more than one message may hold."""


class Sent(BaseModel):
    """One message from the page: typed text, or the id of the button that was tapped."""

    model_config = ConfigDict(extra="ignore")

    id: ItemId
    kind: Literal["text", "choice"]
    text: str = ""
    data: Annotated[str, StringConstraints(max_length=200)] = ""

    def is_empty(self) -> bool:
        """Say whether there is nothing in it."""
        return not (self.text.strip() if self.kind == "text" else self.data)


class Displayed(BaseModel):
    """The ids of our messages that the page has shown."""

    ids: Annotated[list[Annotated[str, StringConstraints(max_length=64)]], Field(max_length=200)]


async def form_of(request: Request) -> Mapping[str, str]:
    """Return the fields of a plain form; raise TooLarge."""
    body = await read_body(request, BODY_BYTES)
    return dict(parse_qsl(body.decode("utf-8", errors="replace"), keep_blank_values=True))


async def sent_of(request: Request) -> Sent:
    """Return the message in a request; raise BadRequest, TextTooLong or TooLarge."""
    try:
        sent = (
            Sent.model_validate(_of_form(await form_of(request)))
            if _is_form(request)
            else await _of_json(request)
        )
    except ValidationError as error:
        raise BadRequest from error
    if len(sent.text) > TEXT_CHARACTERS:
        raise TextTooLong
    if sent.is_empty():
        raise BadRequest
    return sent


async def displayed_of(request: Request) -> Displayed:
    """Return the receipt in a request; raise BadRequest or TooLarge."""
    try:
        return Displayed.model_validate_json(await read_body(request, BODY_BYTES))
    except ValidationError as error:
        raise BadRequest from error


async def _of_json(request: Request) -> Sent:
    return Sent.model_validate_json(await read_body(request, BODY_BYTES))


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def _of_form(form: Mapping[str, str]) -> Mapping[str, str]:
    return {**form, "kind": "choice" if form.get("data") else "text"}
