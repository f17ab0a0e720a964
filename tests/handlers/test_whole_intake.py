"""The shipped intake from its first hello to the last part, by somebody who always taps the first answer."""

from bot.channels.whatsapp.render import MOST_ROWS, Words, render
from handlers.core.case import ResponseStatus
from handlers.core.changes import OpenTask, ReplaceFlags
from handlers.core.events import Chose
from handlers.core.frozen import replace
from handlers.core.messages import Body, Button
from handlers.core.values import ChannelKind
from tests.handlers.desk import Desk
from tests.handlers.paths import submitted

ORDER = ["a", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "d", "c"]
MOST = 400
WORDS = Words(choose="Choose an answer", doors="Other actions", typed="Or type:")


def next_tap(desk: Desk) -> Button | None:
    """Return what such a person taps: the first answer, then Done; Skip where something must be typed."""
    body = desk.heard[-1]
    keys = {key.label: key for key in body.keys}
    if "Done" in keys and any(choice.picked for choice in body.choices):
        return keys["Done"]
    return body.choices[0] if body.choices else keys.get("Skip")


def walked() -> Desk:
    """Return the desk when there is nothing more to tap."""
    desk = submitted()
    for _ in range(MOST):
        button = next_tap(desk)
        if button is None:
            return desk
        desk.take(Chose(button.data))
    raise AssertionError(desk.heard[-1].text)


def test_the_parts_come_in_their_order_and_each_is_completed():
    desk = walked()

    begun = sorted(desk.case.responses, key=lambda response: response.started_at)

    assert [response.questionnaire.rpartition("intake-")[2] for response in begun] == ORDER
    assert {response.status for response in begun} == {ResponseStatus.COMPLETED}


def test_staff_hear_of_the_lead_of_further_parts_and_of_the_end():
    kinds = [task.kind for task in walked().of(OpenTask)]

    assert (kinds[0], kinds[-1]) == ("intake-ready", "intake-complete")


def test_all_flags_stand_on_one_response_and_none_of_them_is_said_to_the_patient():
    desk = walked()

    assert len({change.response for change in desk.of(ReplaceFlags)}) == 1
    assert not any("eligible" in body.text.lower() for body in desk.heard)


def test_on_whatsapp_too_every_part_is_a_row_when_an_answer_is_to_be_changed():
    desk = walked()
    point = replace(desk.case.contact.point, channel=ChannelKind.WHATSAPP)
    desk.case = replace(desk.case, contact=replace(desk.case.contact, point=point))

    bodies = [desk.say("Change an answer")[0], desk.tap("More")[0]]

    assert rows_of(bodies[0])[-2:] == ["More", "Continue"]
    assert len(rows_of(bodies[0])) == MOST_ROWS
    assert [button.label.strip("\u2068\u2069") for button in bodies[1].choices][-1] == "Intake, part A"


def rows_of(body: Body) -> list[str]:
    """Return the titles of the list that WhatsApp would show."""
    sections = render(body, WORDS)["interactive"]["action"]["sections"]
    return [row["title"] for section in sections for row in section["rows"]]
