"""The language somebody comes with: from the start page, the link, or the settings of their app."""

from handlers import endings, together
from handlers.core.buttons import command_data
from handlers.core.case import Response
from handlers.core.messages import Choice, Phrase, Say
from handlers.core.values import Answer, AnsweredBy, Language, Slot, Value
from handlers.decision import Decision
from handlers.scenes import questionnaire_of, shown_options


def offered(decision: Decision, tag: str) -> Language | None:
    """Return the complete language that a tag names ("ja", "ja-JP", "zh-hans"), or None."""
    known = {name.casefold(): name for name in decision.world.offered()}
    wanted = tag.casefold().replace("_", "-")
    name = known.get(wanted) or known.get(wanted.partition("-")[0])
    return Language(name) if name else None


def choose(decision: Decision, language: Language) -> None:
    """Speak another language from now on; the patient's answer about it in the open response follows."""
    speak(decision, language)
    if together.is_joined_helper(decision.case):
        return
    response = decision.case.open_response()
    if response is None:
        return
    for slot, value in _asked(decision, response, language):
        if slot in response.answers:
            by = decision.case.contact.by
            response = decision.answer(response, Answer(slot, (value,), decision.now, by, decision.cause))


def speak(decision: Decision, language: Language) -> None:
    """Speak another language here; a helper beside the patient has their own."""
    if decision.case.contact.by is AnsweredBy.HELPER:
        decision.contact(language=language)
    if not together.is_joined_helper(decision.case):
        decision.patient(language=language)
        endings.look_again(decision)


def take_over(decision: Decision, response: Response) -> Response:
    """Answer the question for the language with the one that is known, and say how to change it."""
    language = decision.case.patient.language
    for slot, value in _asked(decision, response, language) if language else ():
        answer = Answer(slot, (value,), decision.now, AnsweredBy.ENGINE, decision.cause)
        response = decision.answer(response, answer)
        change = Choice(command_data("language"), Phrase("talk.button.language"))
        decision.say(Say((Phrase("talk.language_taken"),), keys=(change,)))
    return response


def _asked(decision: Decision, response: Response, language: Language) -> list[tuple[Slot, Value]]:
    """Return where a response asks for the language, and what stands for this one there."""
    questionnaire, shown = questionnaire_of(decision.world.protocol, response), shown_options(decision)
    asking = [link for link, effect in decision.world.protocol.effects.items() if effect == "language"]
    items = (questionnaire.by_link_id[link] for link in asking if link in questionnaire.by_link_id)
    found = ((item.link_id, item.option(language)) for item in items if language in shown[item.link_id])
    return [(Slot(link_id), option.value) for link_id, option in found if option is not None]
