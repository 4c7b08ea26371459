"""The types that tool authors write in signatures for words, numbers, times and switches."""

from datetime import time
from typing import Annotated

from core.agent.reference import TypeName
from core.when.value import When as Reading

# Free text to the end of the message, as typed.
Words = Annotated[str, TypeName("text")]
# A short name or title: ends at a comma or colon, and where another parameter of the tool begins.
Title = Annotated[str, TypeName("title")]
# An e-mail address or a telephone number.
Contact = Annotated[str, TypeName("contact")]
# Any count: "two", "12".
Number = Annotated[int, TypeName("number")]
# Any figure: "7.5".
Amount = Annotated[float, TypeName("amount")]
# A price: "49 EUR", "$20".
Money = Annotated[float, TypeName("money")]
# How many people: "20 spots", "16 people", "20".
Spots = Annotated[int, TypeName("spots")]
# A length in minutes: "45 min", "an hour and a half".
Minutes = Annotated[int, TypeName("minutes")]
# A length in seconds.
Duration = Annotated[int, TypeName("duration")]
# How many days: "30 days", "a week".
DayCount = Annotated[int, TypeName("day_count")]
# "on" and "off".
Switch = Annotated[bool, TypeName("switch")]
# "kg" or "lb".
Units = Annotated[str, TypeName("units")]
# A time zone by its IANA name.
Zone = Annotated[str, TypeName("zone")]
# A language by its English name.
Language = Annotated[str, TypeName("language")]
# An instant, a day or a span of days or hours.
When = Annotated[Reading, TypeName("when")]
# The weekdays of a series: ("Mon", "Wed").
Days = Annotated[tuple[str, ...], TypeName("days")]
# A time of the clock without a day.
TimeOfDay = Annotated[time, TypeName("time_of_day")]


def one_of(*options: str) -> TypeName:
    """A parameter with fixed options, `Annotated[str, one_of("kg|kilos", "lb|pounds")]`: the first spelling of each is
    the value, the others are also understood."""
    return TypeName("choice", options)
