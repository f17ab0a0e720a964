from bot.channels.memory import MemoryChannel
from handlers.core.events import Chose, FileKind, Said, SentDocument
from handlers.core.messages import Body, Button, Outbound

YES_OR_NO = (Button("a:r:0:0", "Yes"), Button("a:r:0:1", "No"))


async def shown(*choices):
    channel = MemoryChannel(lambda _: None)
    await channel.send(Outbound("o1", 1, "here", Body("A question?", choices)))
    return channel


async def test_a_number_is_the_choice_that_stands_beside_it():
    channel = await shown(*YES_OR_NO)

    assert channel.heard("2") == Chose("a:r:0:1")


async def test_a_number_under_the_next_question_is_no_tap_on_the_last_one():
    channel = await shown(*YES_OR_NO)
    channel.heard("2")

    assert channel.heard("2") == Said("2")


async def test_a_number_that_no_choice_has_is_words():
    channel = await shown(*YES_OR_NO)

    assert channel.heard("1958") == Said("1958")


async def test_a_path_is_a_file():
    channel = await shown()

    assert channel.heard("/file scans/mri.pdf") == SentDocument(
        "scans/mri.pdf", FileKind.DOCUMENT, name="mri.pdf"
    )
