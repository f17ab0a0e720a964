from datetime import date

import pytest

from handlers.core import step as engine
from handlers.core.case import Dialogue
from handlers.core.values import (
    Absent,
    AnsweredBy,
    ChannelKind,
    Coding,
    DocumentId,
    FileRef,
    PartialDate,
    ResponseId,
    Slot,
)
from tests.core.builders.talk import choice, load, made, shown, slot, talk, when

WHATSAPP = ChannelKind.WHATSAPP
MANY = tuple(f"c{n}" for n in range(12))
THREE = (choice("a", "x", "y"), choice("b", "x", "y"), choice("c", "x", "y"))


def skippable(*, yes):
    return [{"url": "https://yorisoi.example/fhir/StructureDefinition/skippable", "valueBoolean": yes}]


def confirmed(link_id, type_):
    url = "https://yorisoi.example/fhir/StructureDefinition/confirm"
    return {"linkId": link_id, "type": type_, "text": "?", "extension": [{"url": url, "valueBoolean": True}]}


# Opening, showing, asking


def test_displays_that_are_due_come_before_the_question():
    conversation = talk(load("displays"))

    assert conversation.keys == ["displays/hello#text", "displays/a#text"]
    assert conversation.asked == "a"


def test_a_display_is_shown_once_and_a_question_again_when_somebody_comes_back():
    conversation = talk(load("displays")).begin()

    assert conversation.keys == ["displays/a#text"]


def test_a_groups_heading_stands_over_its_first_message():
    conversation = talk(load("displays")).say("x")

    assert conversation.keys == ["displays/half#text", "displays/note#text", "displays/b#text"]


def test_the_last_display_is_shown_at_the_end():
    conversation = talk(load("displays")).say("x", "y")

    assert conversation.keys == ["displays/bye#text"]
    assert conversation.turn.done
    assert conversation.asked == ""


def test_a_note_under_a_question_stands_in_its_message():
    assert talk(load("items-under-a-question")).keys == [
        "items-under-a-question/smoke#text",
        "items-under-a-question/note#text",
    ]


def test_one_message_asks_one_question():
    assert len(talk(load("multi-choice")).turn.says) == 1


def test_a_helper_is_asked_in_the_helpers_wording():
    conversation = talk(load("our-extensions"), helper=True)

    assert conversation.keys == ["our-extensions/birth#helper"]


def test_a_translation_in_the_file_is_used_where_no_catalog_has_the_text():
    conversation = talk(load("translations"), words=engine_words("ja"))

    assert shown(conversation.last.texts[0]) == "どれですか"
    assert conversation.labels == ["エックス"]


def engine_words(language):
    from tests.core.builders.talk import words

    return words(language)


def test_side_doors_stand_apart_from_the_choices():
    conversation = talk(made(*THREE)).tap("a", "x")

    assert conversation.labels == ["X", "Y"]
    assert conversation.doors == ["skip", "back", "why"]


# Answers of every type


@pytest.mark.parametrize(
    ("name", "heard", "expected"),
    [
        ("boolean", "yes", True),
        ("decimal", "1,5", 1.5),
        ("integer", "\uff11\uff12", 12),
        ("date", "7 March 2019", "2019-03-07"),
        ("time", "14:30", "14:30:00"),
        ("string", "hello", "hello"),
        ("text", "hello", "hello"),
        ("url", "https://example.org", "https://example.org"),
        ("choice", "2", "b"),
        ("open-choice", "else", "else"),
    ],
)
def test_typed_words_are_understood_by_the_type_of_the_item(name, heard, expected):
    conversation = talk(load(f"type-{name}")).say(heard)

    assert conversation.answers == {"q": expected}
    assert conversation.asked == "after"


def test_a_typed_time_is_local_to_the_patient():
    conversation = talk(load("type-datetime"), zone="Asia/Tokyo").say("7 March 2019 9:30")

    assert conversation.answers == {"q": "2019-03-07T00:30:00Z"}


def test_yes_and_no_are_buttons():
    assert talk(load("type-boolean")).tap("q", "no").answers == {"q": False}


def test_an_option_is_tapped_and_said_back():
    conversation = talk(load("type-choice")).tap("q", "b")

    assert conversation.answers == {"q": "b"}
    assert conversation.keys[0] == "chat.you_said"


def test_an_answer_knows_who_gave_it_and_by_which_message():
    conversation = talk(load("type-choice"), by=AnsweredBy.HELPER).tap("q", "b")

    [answer] = conversation.turn.puts

    assert (answer.by, answer.source) == (AnsweredBy.HELPER, "m1")


def test_read_only_and_hidden_items_answer_themselves():
    conversation = talk(load("initial"))

    assert conversation.answers == {"fixed": "v1", "hidden": "h"}
    assert {answer.by for answer in conversation.turn.puts} == {AnsweredBy.ENGINE}


@pytest.mark.parametrize("typed", ["yes", "keep", "Keep this answer", "leave it as it is"])
def test_a_suggested_value_is_taken_by_typed_words_too(typed):
    suggested = {"linkId": "a", "type": "string", "text": "?", "initial": [{"valueString": "Osaka"}]}

    assert talk(made(suggested, choice("b", "x"))).say(typed).answers == {"a": "Osaka"}


def test_a_typed_keep_leaves_the_answer_as_it_is():
    text = {"linkId": "a", "type": "text", "text": "?"}
    conversation = talk(made(text, choice("b", "x"))).say("Osaka", "back", "keep")

    assert conversation.answers == {"a": "Osaka"}
    assert conversation.asked == "b"


def test_keep_is_an_answer_where_there_is_nothing_to_keep():
    text = {"linkId": "a", "type": "text", "text": "?"}

    assert talk(made(text, choice("b", "x"))).say("keep").answers == {"a": "keep"}


def test_an_initial_value_is_suggested_and_kept_by_a_tap():
    conversation = talk(load("initial"))

    assert "chat.suggested" in conversation.keys
    assert conversation.tap("colour", "keep").answers["colour"] == "blue"


# Several answers


def test_taps_tick_and_done_stores():
    conversation = talk(load("multi-choice")).tap("signs", "fever", "fall")

    assert [each.picked for each in conversation.last.choices] == [True, True, False]
    assert conversation.tap("signs", "done").answers == {"signs": ["fever", "fall"]}


def test_a_tick_is_taken_back_by_the_button_that_shows_it():
    conversation = talk(load("multi-choice")).tap("signs", "fever", "fall", "fever-0", "done")

    assert conversation.answers == {"signs": "fall"}


def test_an_option_that_stands_alone_clears_the_others():
    conversation = talk(load("multi-choice")).tap("signs", "fever", "none")

    assert conversation.turn.dialogue.picked == ("none",)
    assert conversation.tap("signs", "fall").turn.dialogue.picked == ("fall",)


def test_a_typed_list_stores_all_at_once():
    assert talk(load("multi-choice")).say("1 and 2").answers == {"signs": ["fever", "fall"]}


def test_done_without_a_tick_asks_for_one():
    conversation = talk(load("multi-choice")).tap("signs", "done")

    assert conversation.keys[0] == "chat.pick_first"
    assert conversation.answers == {}


def test_ticks_survive_a_pause():
    conversation = talk(load("multi-choice")).tap("signs", "fever").begin().tap("signs", "done")

    assert conversation.answers == {"signs": "fever"}


def test_a_repeating_question_takes_one_answer_after_another_until_done():
    conversation = talk(load("constraints"))
    conversation.do(engine.skip).do(engine.skip).do(engine.skip).do(engine.skip)

    conversation.say("Japanese")

    assert conversation.keys == ["chat.another_value"]
    assert conversation.labels == []
    assert conversation.say("English").labels == ["chat.button.done"]
    assert conversation.tap("langs", "done").answers["langs"] == ["Japanese", "English"]


def test_a_repeating_question_goes_on_by_itself_when_there_are_enough():
    conversation = talk(load("constraints"))
    conversation.do(engine.skip).do(engine.skip).do(engine.skip).do(engine.skip)

    assert conversation.say("a", "b", "c").turn.done


def test_a_repeating_group_asks_for_another_one():
    conversation = talk(load("repeating-group")).say("Levodopa").tap("daily", "no", instance=(0,))

    assert conversation.keys == ["chat.you_said", "chat.another_one"]
    assert conversation.tap("medicines", "yes", instance=(0,)).asked == "name#1"


def test_a_typed_no_ends_a_repeating_group():
    conversation = talk(load("repeating-group")).say("Levodopa", "no", "no")

    assert conversation.asked == "after"
    assert conversation.answers == {"name#0": "Levodopa", "daily#0": False, "medicines#0": False}


# Long lists


def test_a_list_that_does_not_fit_comes_in_pages():
    conversation = talk(made(choice("a", *MANY)), channel=WHATSAPP)

    assert len(conversation.last.choices) == 9
    assert conversation.labels[-1] == "chat.button.more"
    assert conversation.press_label("chat.button.more").labels[:4] == ["C8", "C9", "C10", "C11"]


def test_the_page_after_the_last_is_the_first():
    conversation = talk(made(choice("a", *MANY)), channel=WHATSAPP)

    conversation.press_label("chat.button.more").press_label("chat.button.more")

    assert conversation.labels[0] == "C0"


def test_numbers_count_over_all_pages():
    assert talk(made(choice("a", *MANY)), channel=WHATSAPP).say("12").answers == {"a": "c11"}


def test_more_may_be_typed():
    assert talk(made(choice("a", *MANY)), channel=WHATSAPP).say("more").labels[0] == "C8"


def test_the_row_for_side_doors_shows_them_as_buttons():
    conversation = talk(made(choice("a", *MANY)), channel=WHATSAPP).tap("a", "keys")

    assert [each.label.key for each in conversation.last.choices] == ["chat.button.skip", "chat.button.why"]


def test_options_that_the_clinic_does_not_offer_are_not_shown():
    conversation = talk(made(choice("a", "x", "y", "z")), shown={"a": frozenset({"y", "z"})})

    assert conversation.labels == ["Y", "Z"]
    assert conversation.tap("a", "x").answers == {}
    assert conversation.say("1").answers == {"a": "y"}


# Safety questions


def red(*codes, **more):
    questionnaire = made(choice("a", *codes, **more), choice("b", "x"))
    return talk(questionnaire, channel=WHATSAPP, red=frozenset({"a"}))


def test_a_safety_question_that_fits_is_asked_like_any_other():
    assert red("x", "none!").labels == ["X", "None"]


def test_a_safety_question_that_does_not_fit_shows_all_its_options_in_the_text():
    conversation = red(*MANY, "none!", repeats=True)

    assert conversation.labels == ["chat.button.none_of_these", "chat.button.one_of_these"]
    assert conversation.keys == ["q/a#text", "chat.lines"]


def test_none_of_these_is_stored_at_once():
    assert red(*MANY, "none!", repeats=True).press_label("chat.button.none_of_these").answers == {"a": "none"}


@pytest.mark.parametrize("heard", ["no", "none"])
def test_none_of_these_may_be_typed(heard):
    assert red(*MANY, "none!", repeats=True).say(heard).answers == {"a": "none"}


def test_yes_brings_the_card_first_and_then_the_list():
    conversation = red(*MANY, "none!", repeats=True).press_label("chat.button.one_of_these")

    card, question = conversation.turn.says

    assert (card.card, card.texts[0].key) == (True, "cards.red")
    assert len(question.choices) == 9


def test_the_list_of_a_safety_question_is_paged_and_ticked():
    conversation = red(*MANY, "none!", repeats=True).say("yes").press_label("chat.button.more")

    conversation.tap("a", "c9", "done")

    assert conversation.answers == {"a": "c9"}


def test_yes_on_an_old_safety_question_brings_the_card_at_once():
    conversation = red(*MANY, "none!", repeats=True).press_label("chat.button.none_of_these")

    conversation.tap("a", "yes")

    assert conversation.turn.says[0].card
    assert conversation.asked == "a"


# Skip, back, why, change


def test_a_skip_is_stored_as_a_skip_and_never_as_a_no():
    conversation = talk(made(*THREE)).tap("a", "skip")

    assert conversation.turn.answers[slot("a")].absent is Absent.SKIPPED
    assert conversation.asked == "b"


@pytest.mark.parametrize("leave", ["skip", "back", "change"])
def test_danger_signs_that_are_ticked_are_stored_however_the_question_is_left(leave):
    questionnaire = made(choice("first", "x"), choice("a", "x", "y", "none!", repeats=True), choice("b", "x"))
    conversation = talk(questionnaire, red=frozenset({"a"})).tap("first", "x").tap("a", "x")
    if leave == "change":
        conversation.do(engine.revise, slot("first"))
    else:
        conversation.say(leave)

    assert conversation.answers == {"first": "x", "a": "x"}
    assert conversation.turn.crossed == {"a"}
    assert conversation.asked == ("b" if leave == "skip" else "first")


def test_ticks_under_any_other_question_are_left_behind_by_skip():
    conversation = talk(made(choice("a", "x", repeats=True), choice("b", "x"))).tap("a", "x").say("skip")

    assert conversation.answers == {"a": None}


def test_required_questions_may_be_skipped():
    assert talk(made(choice("a", "x", required=True), *THREE[1:])).say("skip").asked == "b"


def test_what_cannot_be_skipped_is_asked_again():
    conversation = talk(made(choice("a", "x", extension=skippable(yes=False)), *THREE[1:]))

    assert "skip" not in conversation.doors
    assert conversation.say("skip").keys[0] == "chat.cannot_skip"


def test_two_options_with_one_code_are_ticked_apart():
    options = [{"valueCoding": {"system": f"urn:{s}", "code": "1", "display": s}} for s in ("one", "two")]
    item = {"linkId": "a", "type": "choice", "text": "?", "repeats": True, "answerOption": options}
    conversation = talk(made(item, choice("b", "x"))).tap("a", "urn:two|1", "done")

    assert conversation.turn.answers[slot("a")].values == (Coding("1", "urn:two", "two"),)


def test_a_long_answer_is_shown_in_short_when_its_question_is_asked_again():
    text = {"linkId": "a", "type": "text", "text": "?", "repeats": False}
    conversation = talk(made(text, choice("b", "x")), channel=WHATSAPP).say("word " * 400, "back")
    now = conversation.last.texts[1].values["answer"].values["value"]

    assert len(now) <= 256
    assert now.endswith("…")


def test_back_asks_the_question_before_and_then_goes_on_where_it_was():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "y").say("back")

    assert conversation.asked == "b"
    assert "chat.answer_now" in conversation.keys
    assert conversation.tap("b", "x").asked == "c"


def test_back_twice_goes_two_questions_back():
    assert talk(made(*THREE)).tap("a", "x").tap("b", "x").say("back", "back").asked == "a"


def test_back_at_the_first_question_says_so():
    assert talk(made(*THREE)).say("back").keys[0] == "chat.first_question"


def test_back_after_the_end_asks_the_last_question():
    conversation = talk(made(choice("a", "x"))).tap("a", "x").do(engine.back)

    assert conversation.asked == "a"


def test_keep_leaves_an_answer_as_it_was():
    conversation = talk(made(*THREE)).tap("a", "x").say("back").tap("a", "keep")

    assert (conversation.answers, conversation.asked) == ({"a": "x"}, "b")
    assert conversation.turn.puts == ()


def test_why_is_answered_and_the_question_asked_again():
    conversation = talk(load("our-extensions")).say("why")

    assert conversation.keys == ["our-extensions/birth#why", "our-extensions/birth#text"]


def test_answers_are_numbered_as_the_summary_shows_them():
    conversation = talk(made(*THREE)).tap("a", "x").say("skip")

    assert [(number, item.link_id) for number, item, _ in engine.numbered(conversation.scene)] == [
        (1, "a"),
        (2, "b"),
    ]


def test_a_numbered_answer_is_asked_again():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "x").do(engine.revise, slot("a"))

    assert (conversation.asked, conversation.tap("a", "y").asked) == ("a", "c")


def test_a_summary_line_holds_the_question_and_the_answer():
    conversation = talk(made(*THREE)).tap("a", "x")

    line = engine.summary_line(conversation.scene, conversation.questionnaire.item("a"), slot("a"))

    assert (line.key, shown(line.values["answer"])) == ("chat.summary_line", "X")


# Old buttons, repeated taps


def test_ten_identical_taps_count_once():
    conversation = talk(made(*THREE)).tap("a", *["x"] * 10)

    assert [len(turn.puts) for turn in conversation.turns[1:]] == [1, *[0] * 9]
    assert [len(turn.says) for turn in conversation.turns[1:]] == [1, *[0] * 9]


@pytest.mark.parametrize("code", ["skip", "back", "done", "more", "keep", "keys"])
def test_an_old_side_door_does_nothing(code):
    conversation = talk(made(*THREE)).tap("a", "x", code)

    assert conversation.turn.says == ()
    assert conversation.asked == "b"


def test_ten_ticks_of_the_same_button_are_one():
    conversation = talk(load("multi-choice")).tap("signs", *["fever"] * 10)

    assert conversation.turn.dialogue.picked == ("fever",)


def test_a_tap_on_an_old_button_changes_that_answer_after_asking():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "x").tap("a", "y")

    assert (conversation.keys, conversation.answers["a"]) == (["chat.change_to"], "x")
    conversation.press_label("chat.button.yes")
    assert (conversation.answers["a"], conversation.asked) == ("y", "c")
    assert conversation.keys == ["chat.changed", "q/c#text"]


def test_a_no_leaves_the_old_answer_and_asks_what_is_open():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "x").tap("a", "y").say("no")

    assert (conversation.answers["a"], conversation.asked) == ("x", "c")
    assert conversation.keys == ["chat.stays", "q/c#text"]


def test_an_answer_to_the_open_question_leaves_the_change_unmade():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "x").tap("a", "y").tap("c", "x")

    assert conversation.answers == {"a": "x", "b": "x", "c": "x"}


def test_a_yes_to_an_earlier_proposal_does_not_confirm_a_later_one():
    conversation = talk(made(choice("a", "x", "y", "z"), *THREE[1:])).tap("a", "x").tap("a", "y")
    yes_to_y = conversation.last.choices[0].data

    conversation.tap("a", "z").press(yes_to_y)

    assert conversation.answers["a"] == "x"


def test_an_old_list_of_several_is_opened_again_with_its_ticks():
    conversation = talk(load("multi-choice")).tap("signs", "fever", "done").tap("signs", "fall").say("yes")

    assert (conversation.asked, conversation.turn.dialogue.picked) == ("signs", ("fever",))


def test_a_later_question_may_be_answered_while_an_earlier_one_is_asked_again():
    conversation = talk(made(*THREE)).tap("a", "x").say("back").tap("b", "y")

    assert conversation.answers == {"a": "x", "b": "y"}


def test_a_tap_on_a_question_that_is_not_asked_any_more_says_so():
    hidden = choice("b", "x", "y", enableWhen=[when("a", "=", answerCoding={"code": "x"})])
    conversation = talk(made(THREE[0], hidden, THREE[2])).tap("a", "y").tap("b", "x")

    assert conversation.keys == ["chat.not_asked_now", "q/c#text"]
    assert conversation.answers == {"a": "y"}


@pytest.mark.parametrize(
    "data",
    [
        "",
        "a",
        "a:other:0:0",
        "a:r00000000001:99:0",
        "a:r00000000001:0:77",
        "a:r00000000001:0.5:0",
        "c:menu",
        "é",
    ],
)
def test_buttons_that_are_not_ours_do_nothing(data):
    conversation = talk(made(*THREE)).press(data)

    assert conversation.answers == {}
    assert conversation.asked == "a"


def test_a_dialogue_about_another_response_is_left_behind():
    old = Dialogue(response=ResponseId("old"), asked=Slot("z"), picked=("q",), last_tap="t")
    conversation = talk(made(*THREE), dialogue=old)

    assert conversation.turn.dialogue.response == "r00000000001"
    assert (conversation.asked, conversation.turn.dialogue.last_tap) == ("a", "t")


# Reading back, guessing, not understanding


def test_an_answer_is_read_back_before_it_is_stored():
    conversation = talk(made(confirmed("a", "date"))).say("3 March 1950")

    assert (conversation.keys, conversation.answers) == (["chat.read_back"], {})
    assert conversation.say("yes").answers == {"a": "1950-03-03"}


def test_a_no_to_what_was_read_back_asks_again():
    conversation = talk(made(confirmed("a", "date"))).say("3 March 1950", "no")

    assert (conversation.keys, conversation.asked) == (["chat.asked_again", "q/a#text"], "a")


def test_a_new_answer_replaces_what_was_read_back():
    conversation = talk(made(confirmed("a", "date"))).say("3 March 1950", "4 March 1950", "yes")

    assert conversation.answers == {"a": "1950-03-04"}


def test_a_guess_is_asked_back():
    conversation = talk(load("multi-choice")).say("1-2")

    assert conversation.keys == ["chat.did_you_mean"]
    assert conversation.say("yes").answers == {"signs": ["fever", "fall"]}


def test_an_answer_ends_the_count_of_misses():
    conversation = talk(made(*THREE)).say("???", "???", "x", "???")

    assert conversation.turn.dialogue.misses == 1


def test_an_answer_against_a_rule_is_explained():
    conversation = talk(load("constraints")).say("500 kg")

    assert conversation.keys[0] == "chat.check.too_large"
    assert conversation.answers == {}


# Files


def test_a_file_answers_a_question_for_a_file():
    photo = FileRef(DocumentId("d1"), "image/png")
    conversation = talk(load("type-attachment")).do(engine.receive_file, photo)

    assert (conversation.answers, conversation.asked) == ({"q": "d1"}, "after")


def test_a_file_of_the_wrong_type_is_explained():
    conversation = talk(load("constraints"))
    conversation.do(engine.skip).do(engine.skip).do(engine.skip)

    conversation.do(engine.receive_file, FileRef(DocumentId("d1"), "text/html"))

    assert conversation.keys[0] == "chat.check.file_type"


def test_a_file_that_nobody_asked_for_is_left_to_others():
    conversation = talk(made(*THREE)).do(engine.receive_file, FileRef(DocumentId("d1")))

    assert (conversation.turn.says, conversation.answers) == ((), {})


# What hangs on an answer


def test_a_changed_answer_opens_its_branch():
    branch = choice("b", "x", enableWhen=[when("a", "=", answerCoding={"code": "x"})])
    conversation = talk(made(THREE[0], branch, THREE[2])).tap("a", "y").say("back").tap("a", "x")

    assert conversation.asked == "b"


def test_answers_on_a_closed_branch_stay_stored():
    branch = choice("b", "x", enableWhen=[when("a", "=", answerCoding={"code": "x"})])
    conversation = talk(made(THREE[0], branch, THREE[2])).tap("a", "x").tap("b", "x")

    conversation.do(engine.revise, slot("a")).tap("a", "y")

    assert conversation.answers == {"a": "y", "b": "x"}
    assert [item.link_id for _, item, _ in engine.numbered(conversation.scene)] == ["a"]


def test_an_answer_that_breaks_a_rule_after_a_change_is_dropped_and_asked_again():
    conversation = talk(
        made(choice("a", "x", "y"), {"linkId": "d", "type": "date", "text": "?"}, choice("z", "x"))
    )
    conversation.tap("a", "x").say("3 March 1950")
    conversation.more["birth"] = date(1960, 1, 1)

    conversation.do(engine.revise, slot("a")).tap("a", "y")

    assert conversation.turn.drops == (slot("d"),)
    assert (conversation.asked, conversation.answers) == ("d", {"a": "y"})


def test_an_option_that_is_not_offered_any_more_is_dropped_after_a_change():
    conversation = talk(made(*THREE)).tap("a", "x").tap("b", "x")
    conversation.more["shown"] = {"b": frozenset({"y"})}

    conversation.do(engine.revise, slot("a")).tap("a", "y")

    assert conversation.turn.drops == (slot("b"),)


def test_the_same_answer_again_is_not_stored_twice():
    conversation = talk(made(*THREE)).tap("a", "x").say("back").tap("a", "x")

    assert conversation.turn.puts == ()


def test_a_partial_date_keeps_its_precision():
    conversation = talk(load("our-extensions")).say("skip", "March 2019")

    assert conversation.turn.answers[slot("since")].values == (PartialDate(2019, 3),)


def test_a_country_is_matched_against_the_built_in_list():
    conversation = talk(load("our-extensions"), vocabulary={"iso3166": {"germany": "DE"}})
    conversation.do(engine.revise, slot("country")).say("Germany")

    assert conversation.turn.answers[slot("country")].values == (Coding("DE", "", "Germany"),)
