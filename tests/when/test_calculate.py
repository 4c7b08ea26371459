"""The calculator `when`: one object of plain values, or an error in words."""

from core.when.calculate import calc


def test_an_instant_has_the_keys_of_the_calculator() -> None:
    """Local ISO times without an offset."""
    assert calc("tomorrow 6pm", "2026-11-20T10:00") == {
        "kind": "instant",
        "grain": "hour",
        "start": "2026-11-21T18:00:00",
        "end": None,
        "rule": None,
    }


def test_an_offset_keeps_its_wall_clock() -> None:
    """The moment's own offset does not move the day."""
    assert calc("tonight at 8", "2026-11-20T23:30:00-08:00")["start"] == "2026-11-20T20:00:00"


def test_a_zone_word_is_moved_to_the_gyms_clock() -> None:
    """GMT said in Berlin in winter is an hour later on the wall."""
    assert calc("8:00 GMT tomorrow", "2026-11-20T10:00", "Europe/Berlin")["start"] == "2026-11-21T09:00:00"


def test_american_zones_read_the_month_first() -> None:
    """The zone decides the order of figures that can be read both ways."""
    assert calc("on 5/12", "2026-11-20T10:00", "America/New_York")["start"] == "2027-05-12T00:00:00"
    assert calc("on 5/12", "2026-11-20T10:00", "Europe/Berlin")["start"] == "2026-12-05T00:00:00"


def test_no_time_in_the_text_is_the_kind_none() -> None:
    """Not an error: there is simply nothing."""
    assert calc("squat 5x5", "2026-11-20T10:00")["kind"] == "none"


def test_what_cannot_be_computed_is_said_in_plain_words() -> None:
    """Bad moments, zones and texts give an error and never raise."""
    for text, at, zone in (
        ("friday", "soon", None),
        ("friday", "2026-11-20T10:00", "Mars/Base"),
        ("", "x", None),
        (None, None, None),
        ("friday", "2026-11-20T10:00", "../etc/passwd"),
    ):
        assert list(calc(text, at, zone)) == ["error"]


def test_a_time_that_the_clocks_skip_is_the_first_after_it() -> None:
    """And the note says so; one that comes twice is the first of the two."""
    forward = calc("28 march 2027 2:30", "2026-11-23T10:00", "Europe/Berlin")
    assert str(forward["start"]).startswith("2027-03-28T03:00")
    assert "does not exist" in str(forward["note"])
    back = calc("31 october 2027 2:30", "2026-11-23T10:00", "Europe/Berlin")
    assert str(back["start"]).startswith("2027-10-31T02:30")
    assert "comes twice" in str(back["note"])
    assert "note" not in calc("tomorrow 18:00", "2026-11-23T10:00", "Europe/Berlin")
