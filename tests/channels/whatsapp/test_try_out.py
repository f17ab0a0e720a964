"""A test message to a number that somebody typed, and what the provider answers."""

from bot.line import Line
from bot.present import Present
from bot.try_out import Answer, TryOut
from handlers.core.values import ChannelKind
from tests.channels.whatsapp.webhooks import PHONE
from tests.handlers.desk import CLINIC, StillClock, surroundings

NUMBER = (ChannelKind.WHATSAPP, "main")


def trying(channel):
    around = surroundings(StillClock())
    line = Line(ChannelKind.WHATSAPP, channel, lambda item: None, probe=channel.probe)
    return TryOut((line,), Present.of(around), around.ids)


async def test_a_test_goes_out_as_a_template_and_what_was_answered_is_told(channel, provider):
    await provider.whatsapp("template", name="helper_asked_v1", language="ja", body="{{1}}", buttons=["読む"])
    await provider.whatsapp_patient().say("hello")
    tried = await trying(channel).send(NUMBER, PHONE, CLINIC, "ja")

    sent = [line for line in await provider.ledger(accepted=True) if line["outbox"]]
    assert (tried.answer, tried.template) == (Answer.TAKEN, "helper_asked_v1")
    assert len(sent) == 1


async def test_a_refusal_comes_back_with_the_services_own_code(channel, provider):
    tried = await trying(channel).send(NUMBER, "nobody", CLINIC, "en")

    assert (tried.answer, tried.code) == (Answer.REFUSED, "no-address")


async def test_a_service_is_asked_without_sending_anything(channel, provider):
    tried = await trying(channel).ask(NUMBER)

    assert tried.answer is Answer.WORKS
    assert await provider.ledger(accepted=True) == []
