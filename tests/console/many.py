"""Many patients with an intake and a check-in each, for the pages about all of them."""

from dataclasses import replace
from datetime import timedelta

from handlers.core.case import FollowUp, FollowUpState, Response, ResponseStatus
from handlers.core.changes import (
    CloseResponse,
    PlanFollowUps,
    PutAnswer,
    SaveFollowUp,
    SetAnchor,
    StartResponse,
)
from handlers.core.values import FollowUpId, ResponseId
from tests.console.house import House
from tests.console.record import anna, treated
from tests.console.samples import NOW, coded, questionnaire

STEPS = ("M1", "M3", "M6")
LATER = {step: NOW + timedelta(days=30 * number) for step, number in zip(STEPS, (1, 3, 6), strict=True)}
TOOK = timedelta(days=2)
SYMPTOMS = ("tremor", "walk", "balance")


def said(patient: str, name: str, steps: dict[str, int], follow_up: str | None = None):
    """Return a response with these answers, `steps` from symptom to 0 … 4."""
    response = ResponseId(f"r-{patient}-{name}")
    form = questionnaire(name)
    begun = Response(
        response,
        form.url,
        form.version,
        ResponseStatus.IN_PROGRESS,
        NOW,
        follow_up=FollowUpId(follow_up) if follow_up else None,
    )
    prefix = "f" if follow_up else "sym"
    given = [PutAnswer(response, coded(f"{prefix}.{one}", str(step))) for one, step in steps.items()]
    return [StartResponse(begun), *given]


async def add_many(
    house: House, number: int, *, first: int = 0, step_of=lambda one, column: one % 5, also=lambda one: {}
) -> None:
    """Add patients who said `step_of(number, column)` to every symptom; the last of four stays silent.

    `also` gives further answers to each check-in, linkId → code.
    """
    for one in range(first, first + number):
        patient = f"q{one:04d}"
        date, plan = treated(patient)
        planned = [
            _answered(f, one) if one % 4 != 3 else _silent(f) for f in plan.follow_ups if f.step in STEPS
        ]
        baseline = dict.fromkeys(("tremor",), step_of(one, 0))
        answers = [
            change
            for column, f in enumerate(planned, start=1)
            if f.state is FollowUpState.COMPLETED
            for change in (
                *said(patient, f"check-in-month-{f.step[1:]}", _steps(one, column, step_of), f.id),
                *(PutAnswer(ResponseId(f.response), coded(k, code)) for k, code in also(one).items()),
                CloseResponse(
                    ResponseId(f.response), ResponseStatus.COMPLETED, f.opened_at + timedelta(days=2)
                ),
            )
        ]
        begun = replace(anna(patient, f"YR-{one}"), name=f"Patient {one}")
        assert isinstance(date, SetAnchor)
        await house.add(
            begun,
            date,
            PlanFollowUps(tuple(plan.follow_ups)),
            *said(patient, "intake-b", baseline),
            *answers,
            *(SaveFollowUp(f) for f in planned),
        )


def _steps(one, column, step_of):
    return dict.fromkeys(SYMPTOMS, step_of(one, column))


def _answered(follow_up: FollowUp, one: int) -> FollowUp:
    response = ResponseId(f"r-q{one:04d}-check-in-month-{follow_up.step[1:]}")
    done = replace(follow_up, state=FollowUpState.COMPLETED, response=response, next_at=None)
    return replace(done, opened_at=LATER[follow_up.step])


def _silent(follow_up: FollowUp) -> FollowUp:
    state = FollowUpState.MISSED if follow_up.step == "M1" else FollowUpState.IN_PROGRESS
    return replace(follow_up, state=state, opened_at=LATER[follow_up.step])
