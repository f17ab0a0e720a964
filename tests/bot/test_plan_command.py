"""`yorisoi plan`."""

import pytest

from bot.plan_command import plan_csv, plan_rows


def test_a_plan_holds_the_three_check_ins_with_local_and_utc_times():
    assert plan_rows("2026-01-31", "Asia/Tokyo", "10:00") == [
        {
            "anchor": "2026-01-31",
            "zone": "Asia/Tokyo",
            "step": step,
            "local": local,
            "due_at": due_at,
            "window_end": window_end,
        }
        for step, local, due_at, window_end in [
            ("M1", "2026-02-28T10:00:00", "2026-02-28T01:00:00Z", "2026-03-07T01:00:00Z"),
            ("M3", "2026-04-30T10:00:00", "2026-04-30T01:00:00Z", "2026-05-14T01:00:00Z"),
            ("M6", "2026-07-31T10:00:00", "2026-07-31T01:00:00Z", "2026-08-21T01:00:00Z"),
        ]
    ]


def test_a_csv_gives_the_plans_of_all_its_rows_in_order():
    lines = ["anchor,zone,at", "2026-01-31,Asia/Tokyo,10:00", "2026-08-31T14:00,Europe/Berlin,21:00"]

    rows = plan_csv(lines)

    assert [row["local"] for row in rows[3:]] == [
        "2026-10-01T09:00:00",
        "2026-12-01T09:00:00",
        "2027-03-01T09:00:00",
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("2026-02-30,Asia/Tokyo,10:00", "row 2, column anchor: '2026-02-30' is not in the calendar"),
        ("2026-01-31,Asia/Tokio,10:00", "row 2, column zone: unknown time zone 'Asia/Tokio'"),
        ("2026-01-31,Asia/Tokyo,25:00", "row 2, column at: '25:00' is not a time"),
        ("2026-01-31,Asia/Tokyo", "row 2, column at: '' is not a time"),
        ("9999-12-31,Asia/Tokyo,10:00", "row 2, column anchor: 9999-12-31 with its offset"),
    ],
)
def test_a_bad_row_is_named_with_its_column(line, complaint):
    with pytest.raises(ValueError, match=complaint):
        plan_csv(["anchor,zone,at", line])


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="row 1, column zone"):
        plan_csv(["anchor,at", "2026-01-31,10:00"])
