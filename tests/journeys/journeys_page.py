"""docs/journeys.md: what each of the eight ways takes, as it was counted."""

from tests.journeys.effort import SLOW, USUAL
from tests.journeys.ways import WAYS

CHANNELS = {"telegram": "Telegram", "whatsapp": "WhatsApp", "web": "web chat"}
TITLES = {
    "shortest": "The shortest way: part A, 26 questions",
    "carer": "A daughter answers for her mother: part A",
    "cancer": "Cancer in 2023 and warfarin: part A and the first four blocks of part B",
    "typos": "All is typed, with slips: part A",
    "route": "Parts A and B, then another treatment is chosen, and the first one again",
    "away": "Silent for three months in the middle of part A, then on at another channel",
    "no consent": "No consent, and a second thought",
    "crisis": "Words about suicide in part A, and on to its end",
}
ELSEWHERE = {"away": "whatsapp"}
HEAD = """\
# What the intake takes

Eight ways through the shipped intake, in English, counted by `tests/journeys/test_eight_people.py` on the
running product. `make journeys` writes this page; `make test` fails if it is not what was counted.

| Way | Channel | Taps | Words typed | Messages | Words read | Minutes | Slow, with tremor |
|---|---|--:|--:|--:|--:|--:|--:|
"""
TAIL = f"""
- **Taps** are presses of the chat's buttons; opening the invitation is one. **Words typed** are what stands
  between spaces; the key that sends them is not counted. **Messages** are those of the clinic.
- Minutes are reckoned from these counts and rounded up; nobody was timed. Every word of every message is
  read once, labels of buttons too.
- **Minutes**: {USUAL.reads} words read a minute (adults, plain English: Brysbaert 2019,
  doi:10.1016/j.jml.2019.104047), {USUAL.types} words typed a minute (on telephones: Palin and others,
  MobileHCI 2019), {USUAL.tap} seconds a tap (our assumption).
- **Slow, with tremor**: {SLOW.reads} words read and {SLOW.types} typed a minute, {SLOW.tap} seconds a tap;
  all three are our assumption.
- What a helper says, a pause, a search for the medicine box: none of it is in these figures.
"""


def written(efforts):
    """Return the page for the Effort of each way."""
    return HEAD + "".join(_row(name, efforts[name]) for name in WAYS) + TAIL


def _row(name, effort):
    ways = [WAYS[name][0], *([ELSEWHERE[name]] if name in ELSEWHERE else [])]
    channel = ", then ".join(CHANNELS[way] for way in ways)
    counts = (effort.taps, effort.typed, effort.messages, effort.read)
    figures = (*counts, USUAL.minutes(effort), SLOW.minutes(effort))
    return f"| {TITLES[name]} | {channel} | {' | '.join(map(str, figures))} |\n"
