"""Who comes to which class of the demo gym, and on what: by its own rules, week after week."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from bot.demo_people import DROP_IN, TEN, THREE, UNLIMITED, Guest

PACKS = {TEN: 10, DROP_IN: 1}
LEAST, MOST = 0.4, 0.9
# How much less one wants a second, a third and a fourth class on one day.
AGAIN = (1.0, 0.2, 0.01, 0.0)
# How many days after their last visit people with a pack come again.
PAUSE = {TEN: 6, DROP_IN: 11}


@dataclass(frozen=True)
class Slot:
    """A class of the demo timetable by its wall clock."""

    key: int
    class_type: str
    start: datetime
    minutes: int
    spots: int

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Seat:
    """A booking: whose, in which class, when it was made, what became of it, and which of the guest's packs it is on."""

    guest: Guest
    slot: Slot
    booked_at: datetime
    status: str
    pack: int | None


@dataclass
class Diary:
    """What a guest has booked so far; `packs` are the days on which packs were bought."""

    by_day: dict[date, list[Slot]] = field(default_factory=dict)
    week: date | None = None
    this_week: int = 0
    last: date | None = None
    packs: list[date] = field(default_factory=list)
    left: int = 0


class Bookings:
    """Fills classes in order of time, so that limits and packs are those of the moment of each class. Who sits where
    depends on the day alone, not on the hour at which the demo is made."""

    def __init__(self, guests: Sequence[Guest], now: datetime, seed: str) -> None:
        self._guests = guests
        self._now = now
        self._chance = Random(f"{seed}:{now.date()}:seats")
        self._fate = Random(f"{seed}:{now.date()}:fate")
        self.diaries: Mapping[str, Diary] = {g.name: Diary() for g in guests}

    def fill(self, slots: Iterable[Slot]) -> list[Seat]:
        """Bookings for the classes, 40 to 90 % of the spots of each and never all."""
        seats: list[Seat] = []
        for slot in slots:
            seats += self._fill_one(slot)
        return seats

    def _fill_one(self, slot: Slot) -> list[Seat]:
        least, most = -int(-slot.spots * LEAST // 1), min(int(slot.spots * MOST), slot.spots - 1)
        wanted = least + int((most - least + 1) * self._chance.random() ** 3)
        drawn = [(self._chance.random(), guest) for guest in self._guests]
        keen = [(draw ** (1 / weight), guest) for draw, guest in drawn if (weight := self._weight(guest, slot)) > 0]
        keen.sort(key=lambda pair: pair[0], reverse=True)
        return [self._seat(guest, slot) for _, guest in keen[:wanted]]

    def _weight(self, guest: Guest, slot: Slot) -> float:
        """How much a guest wants this class; nothing if a rule or another booking is in the way."""
        day, diary = slot.start.date(), self.diaries[guest.name]
        if not guest.comes_on(day) or self._kept_free(guest, slot):
            return 0
        same_day = diary.by_day.get(day, [])
        if any(s.start < slot.end and slot.start < s.end for s in same_day):
            return 0
        this_week = diary.this_week if diary.week == _monday(day) else 0
        taste = 0.3 + (guest.early if slot.start.hour < 12 else 1 - guest.early)
        if guest.plan in PACKS:
            rested = diary.last is None or (day - diary.last).days >= PAUSE[guest.plan]
            return 2 * taste if rested and not same_day else 0
        if guest.plan == THREE:
            rested = diary.last is None or (day - diary.last).days > 1
            return 2 * taste if rested and this_week < 3 and not same_day else 0
        return taste * (1.0 if this_week < guest.keen else 0.25) * AGAIN[min(len(same_day), 3)]

    def _kept_free(self, guest: Guest, slot: Slot) -> bool:
        """The demo's first member has nothing booked today and on the next two days, so that there is something to book."""
        today = self._now.date()
        return guest is self._guests[0] and today <= slot.start.date() <= today + timedelta(days=2)

    def _seat(self, guest: Guest, slot: Slot) -> Seat:
        day, diary = slot.start.date(), self.diaries[guest.name]
        status = self._status(guest, slot)
        booked_at = self._booked_at(guest, slot)
        diary.by_day.setdefault(day, []).append(slot)
        if diary.week != _monday(day):
            diary.week, diary.this_week = _monday(day), 0
        diary.this_week += 1
        diary.last = day
        return Seat(guest, slot, booked_at, status, self._pack(guest, diary, booked_at.date(), status))

    def _pack(self, guest: Guest, diary: Diary, day: date, status: str) -> int | None:
        """The pack that the visit is on; a new one is bought on the day of booking when the last is used up."""
        if guest.plan not in PACKS:
            return None
        if not diary.left:
            diary.packs.append(max(day, guest.joined))
            diary.left = PACKS[guest.plan]
        diary.left -= status != "cancelled"
        return len(diary.packs) - 1

    def _status(self, guest: Guest, slot: Slot) -> str:
        if slot.start > self._now:
            return "booked"
        draw = self._fate.random()
        if guest.plan != UNLIMITED or draw < 0.92:
            return "attended"
        return "no_show" if draw < 0.96 else "late_cancelled"

    def _booked_at(self, guest: Guest, slot: Slot) -> datetime:
        """Some time before the class, after bookings opened for it and after the guest joined."""
        opened = max(slot.start - timedelta(days=14), datetime.combine(guest.joined, datetime.min.time()))
        closed = min(slot.start - timedelta(minutes=30), self._now)
        span = max((closed - opened).total_seconds(), 0)
        back = timedelta(seconds=int(span * self._fate.random() ** 2))
        return (closed - back).replace(second=0, microsecond=0)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
