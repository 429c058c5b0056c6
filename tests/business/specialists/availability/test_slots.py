"""Random schedules over four zones and both changes of clocks, judged by the clock on the wall and not by our intervals."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.business.specialists.availability.hours import DAY_MINUTES, Hours, days_away, read_hours
from core.business.specialists.availability.intervals import Interval
from core.business.specialists.availability.slots import Obstacle, Side, free_slots, obstacles, spread

ZONES = ("America/New_York", "Europe/London", "Africa/Harare", "Australia/Lord_Howe")
CHANGES = (
    datetime(2026, 3, 8, 7, tzinfo=UTC),
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 11, 1, 6, tzinfo=UTC),
)
QUARTER = timedelta(minutes=15)
LENGTHS = (timedelta(hours=2), timedelta(hours=3), timedelta(hours=4))


def random_hours(chance: random.Random) -> Hours:
    """Hours of every day of the week, night and weekend too, so that they meet the changes of clocks."""
    days = []
    for _ in range(7):
        edges = sorted(chance.sample(range(0, DAY_MINUTES + 1, 15), chance.choice([0, 2, 2, 4])))
        days.append(tuple(zip(edges[::2], edges[1::2], strict=True)))
    return Hours(chance.choice(ZONES), tuple(days))


def is_open(hours: Hours, moment: datetime) -> bool:
    local = moment.astimezone(ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in hours.ranges[local.weekday()])


def quarters(slot: Interval) -> list[datetime]:
    return [slot.start + QUARTER * number for number in range(int(slot.length / QUARTER))]


def overlapping(slots: list[Interval]) -> bool:
    ordered = sorted(slots)
    return any(before.end > after.start for before, after in itertools.pairwise(ordered))


@pytest.mark.parametrize("seed", range(0, 500, 50))
def test_no_schedule_books_anybody_twice_or_outside_the_hours_of_either_side(seed: int) -> None:
    booked_count = 0
    for number in range(seed, seed + 50):
        chance = random.Random(number)
        specialists = [random_hours(chance) for _ in range(2)]
        customers = [random_hours(chance) for _ in range(3)]
        change = CHANGES[number % len(CHANGES)]
        period = Interval(change - timedelta(days=2), change + timedelta(days=3))
        absence = days_away(
            specialists[0].zone, change.date() + timedelta(days=1), change.date() + timedelta(days=1)
        )
        bookings: list[tuple[int, int, Interval]] = []
        for _ in range(8):
            specialist, customer = chance.randrange(2), chance.randrange(3)
            slots = free_slots(
                Side(
                    specialists[specialist],
                    absence if specialist == 0 else (),
                    [slot for person, _, slot in bookings if person == specialist],
                ),
                Side(customers[customer], (), [slot for _, tenant, slot in bookings if tenant == customer]),
                chance.choice(LENGTHS),
                period,
            )
            if slots:
                bookings.append((specialist, customer, chance.choice(slots)))
        booked_count += len(bookings)
        for person in range(2):
            assert not overlapping([slot for tester, _, slot in bookings if tester == person])
        for tenant in range(3):
            assert not overlapping([slot for _, partner, slot in bookings if partner == tenant])
        for person, tenant, slot in bookings:
            assert slot.length in LENGTHS
            assert period.holds(slot)
            assert person or not any(slot.overlaps(away) for away in absence)
            for moment in quarters(slot):
                assert is_open(specialists[person], moment), (number, slot)
                assert is_open(customers[tenant], moment), (number, slot)
    assert booked_count > 100


def side(zone: str, start: str, end: str, **more: list[Interval]) -> Side:
    week = {key: [[start, end]] for key in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    return Side(read_hours(zone, week), **more)


def test_every_slot_that_fits_is_offered_on_the_grid_of_the_customer() -> None:
    day = Interval(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 2, tzinfo=UTC))
    slots = free_slots(
        side("UTC", "09:00", "13:00"), side("Asia/Kathmandu", "00:00", "24:00"), timedelta(hours=2), day
    )
    assert [f"{slot.start:%H:%M}" for slot in slots] == ["09:15", "09:45", "10:15", "10:45"]


def test_a_slot_over_the_change_of_clocks_takes_the_time_that_passes() -> None:
    night = Interval(datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 10, tzinfo=UTC))
    new_york = side("America/New_York", "00:00", "03:00")
    slots = free_slots(new_york, new_york, timedelta(hours=4), night)
    assert slots == [Interval(datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 1, 8, tzinfo=UTC))]
    spring = Interval(datetime(2026, 3, 8, 4, tzinfo=UTC), datetime(2026, 3, 8, 10, tzinfo=UTC))
    assert free_slots(new_york, new_york, timedelta(hours=3), spring) == []


def test_sides_that_never_meet_are_offered_nothing() -> None:
    week = Interval(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 8, tzinfo=UTC))
    office = side("America/Los_Angeles", "09:00", "17:00")
    assert free_slots(office, side("Africa/Harare", "08:00", "16:00"), timedelta(hours=2), week) == []


def test_obstacles_say_which_side_cannot_and_why() -> None:
    start = datetime(2026, 6, 1, 9, tzinfo=UTC)
    slot = Interval(start, start + timedelta(hours=2))
    free = side("UTC", "09:00", "17:00")
    assert obstacles(free, free, slot) == []
    assert obstacles(
        side("UTC", "10:00", "17:00", busy=[slot]), side("UTC", "09:00", "17:00", away=[slot]), slot
    ) == [Obstacle("specialist", "hours"), Obstacle("specialist", "busy"), Obstacle("customer", "away")]
    touching = [Interval(slot.end, slot.end + timedelta(hours=1))]
    assert obstacles(side("UTC", "09:00", "17:00", busy=touching), free, slot) == []


def test_a_list_of_slots_offers_several_days() -> None:
    period = Interval(datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 6, 4, tzinfo=UTC))
    office = side("UTC", "08:00", "18:00")
    slots = free_slots(office, office, timedelta(hours=2), period)
    sample = spread(slots, "UTC", a_day=3)
    assert [f"{slot.start:%d %H:%M}" for slot in sample] == [
        f"0{day} {time}" for day in (1, 2, 3) for time in ("08:00", "12:00", "16:00")
    ]
    assert len(free_slots(office, office, timedelta(hours=2), period, most=5)) == 5
