"""A date by taps and an answer by voice, through the whole product on every channel."""

import pytest

from tests.journeys.story import CONSENT, DIAGNOSIS, HEALTH, HOPE, NAME, OWN_WAY

pytestmark = pytest.mark.timeout(180)

OGG = b"OggS\x00\x02" + b"\0" * 600
TYPE = "Parkinson's disease"
UNSEEN = dict.fromkeys(range(0x2066, 0x206A))


async def taps_on_pad(person, *labels):
    """Tap button after button, turning the parts of a page where a channel has no room for all."""
    for label in labels:
        while (button := on_pad(person.heard[-1], label)) is None:
            await person.taps("More")
            await person.is_asked()
        await person.taps_old(button)
        await person.is_asked()


def on_pad(message, label):
    """Return the button with this label, whatever marks keep its directions apart."""
    return next((each for each in message.buttons if each.label.translate(UNSEEN) == label), None)


async def newest(house):
    """Return what the newest patient answered by linkId, as the contract export says it, and who it is."""
    export = await house.product.export()
    patient = max(export["answers"], key=lambda row: row["stored_at"])["patient"]
    return patient, {row["link_id"]: row["value"] for row in export["answers"] if row["patient"] == patient}


@pytest.mark.parametrize("channel", ["telegram", "whatsapp", "web"])
async def test_a_date_is_tapped_and_an_open_question_is_answered_by_voice(house, channel):
    person = await house.meets(house.somebody(channel))
    consent = [step for step in CONSENT if channel not in OWN_WAY or step != "Stay in this chat"]
    await person.walks(*consent, *NAME[:4])

    await taps_on_pad(person, "1950s", "1958", "March", "3")
    assert "3 March 1958" in person.heard[-1].text.translate(UNSEEN)
    await person.walks(*NAME[5:], DIAGNOSIS[0])
    await taps_on_pad(person, "2010s", "2019", "Only the year")
    await person.walks("Yes", TYPE, *HEALTH, *HOPE)
    await person.sends_file("voice.ogg", "audio/ogg", OGG)
    await person.taps("Yes, keep them")
    await person.sends_file("voice.ogg", "audio/ogg", OGG)
    await person.is_asked("Send your answers")

    patient, said = await newest(house)
    assert (said["id.dob"], said["dx.when"]) == ("1958-03-03", "2019")
    page = await house.console.page_of(patient)
    assert "Voice note" in page.text("answers")
    assert f"/documents/{said['end.more']}" in page.html
