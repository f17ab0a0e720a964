from bot.console.trend import Column, grid, trend
from bot.console.trends import columns_of, trends_of
from tests.console.samples import check_in, coded, reader, record, response


def test_there_is_a_column_for_the_intake_and_each_check_in():
    assert [column.label for column in columns_of(reader())] == ["Intake", "Month 1", "Month 3", "Month 6"]


def test_there_is_no_trend_before_the_first_check_in():
    shown = record(response("r0", "intake-b", coded("sym.tremor", "3")))

    assert trends_of(shown, reader()) == ()


def test_a_symptom_is_drawn_from_the_intake_to_the_check_in():
    shown = record(
        response("r0", "intake-b", coded("sym.tremor", "4")),
        response("r1", "check-in-month-1", coded("f.tremor", "0")),
        follow_ups=(check_in("M1", "r1"),),
    )

    [tremor] = trends_of(shown, reader())

    assert tremor.cells == ("Very much", "Not at all", "", "")
    assert [dot.y for dot in tremor.dots] == [grid()[4], grid()[0]]


def test_answers_off_the_scale_are_told_and_not_drawn():
    shown = record(
        response("r1", "check-in-month-1", coded("f.falls", "2to5")), follow_ups=(check_in("M1", "r1"),)
    )

    [falls] = trends_of(shown, reader())

    assert (falls.cells[1], falls.dots) == ("2 to 5 times", ())


def test_sensitive_answers_have_no_trend_for_who_may_not_see_them():
    shown = record(
        response("r1", "check-in-month-1", coded("f.phq1", "2")), follow_ups=(check_in("M1", "r1"),)
    )

    assert trends_of(shown, reader(sees_sensitive=False)) == ()


def test_a_line_runs_along_real_time():
    columns = [Column(0, "Intake"), Column(3, "Month 3"), Column(6, "Month 6")]

    drawn = trend("Shaking", columns, ["", "", ""], [1, 1, 1])

    assert [dot.x for dot in drawn.dots] == [8, 100, 192]
