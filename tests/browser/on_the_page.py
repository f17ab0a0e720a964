"""What the clinic says on the chat page in these tests, and what comes back."""

from bot.clock import system_now
from handlers.core.messages import Body, Button

KEYS = (Button("a:r:1:skip", "Skip"), Button("a:r:1:back", "Back"), Button("a:r:1:why", "Why?"))
HAND = Body(
    "Which hand is worse?", (Button("a:r:1:0", "Left"), Button("a:r:1:1", "Right", "The writing hand")), KEYS
)
MANY = Body("What troubles you?", (Button("a:r:2:0", "Shaking"), Button("a:r:2:1", "Stiffness")), many=True)


def say(chat, outbox_id, body):
    chat.reader.say(outbox_id, body, system_now())
    chat.hub.wake_all()


def heard(chat, kind):
    return [event for event in chat.inbox.events() if isinstance(event, kind)]
