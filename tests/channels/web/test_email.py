"""The e-mail address: typed on the page, proven by a link."""

import pytest

from handlers.errors import ContactGone, SendLater


async def link_for(patient, chat, email="maria@example.com"):
    await patient.post("/chat/email", data={"email": email})
    return chat.mail.sent[-1][2].partition(chat.public_url)[2].strip()


async def test_an_address_counts_only_after_the_continue_button(patient, chat):
    path = await link_for(patient, chat)

    await patient.get(path)
    assert chat.emails.address is None
    await patient.post(path)
    assert chat.emails.address == "maria@example.com"


async def test_the_link_works_once(patient, chat):
    path = await link_for(patient, chat)
    await patient.post(path)
    chat.emails.address = "changed@example.com"

    again = await patient.post(path)

    assert again.status_code == 410
    assert chat.emails.address == "changed@example.com"


async def test_a_link_whose_address_could_not_be_kept_can_be_tried_again(patient, chat, monkeypatch):
    path = await link_for(patient, chat)
    kept = chat.emails.prove

    async def fails(*_, **__):
        raise ConnectionError

    monkeypatch.setattr(chat.emails, "prove", fails)
    with pytest.raises(ConnectionError):
        await patient.post(path)
    monkeypatch.setattr(chat.emails, "prove", kept)
    await patient.post(path)

    assert chat.emails.address == "maria@example.com"


async def test_the_link_gives_neither_address_nor_email_away(patient, chat):
    path = await link_for(patient, chat)

    assert "maria" not in path
    assert (await patient.post(path[:-4] + "AAAA")).status_code == 410


@pytest.mark.parametrize(
    "typed", ["", "maria", "maria@", "a b@example.com", "x@y", "a@b.example\nBcc: c@d.example", "ä" * 300]
)
async def test_what_is_no_address_is_explained(patient, chat, typed):
    answer = await patient.post("/chat/email", data={"email": typed})

    assert answer.status_code == 422
    assert chat.mail.sent == []


@pytest.mark.parametrize("fault", [ContactGone("smtp-recipient"), SendLater("smtp-connect")])
async def test_an_email_that_does_not_go_out_is_explained(patient, chat, fault):
    chat.mail.fault = fault

    answer = await patient.post("/chat/email", data={"email": "maria@example.com"})

    assert answer.status_code == 503
    assert 'role="alert"' in answer.text


async def test_nobody_is_flooded_with_links(patient, chat):
    for _ in range(7):
        answer = await patient.post("/chat/email", data={"email": "maria@example.com"})

    assert answer.status_code == 429
    assert len(chat.mail.sent) == 5
