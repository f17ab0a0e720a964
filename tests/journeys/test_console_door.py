"""The console's door."""


def test_the_one_time_link_works_once(told):
    again = told.all.place.link_again

    assert again.status_code == 410
