"""What is known of Xero's call limits, and what follows from it: pure, so that it can be proved.

Every call is counted before it is sent and stays counted for a minute after its answer. Xero's
minutes are fixed windows that begin nobody knows when; but a call that Xero counts in the window
at hand was answered less than a minute ago, or not yet. So a call that this count lets through is
never the one too many, wherever the window lies. A day is counted down from what Xero last said.

A worker that dies in a call leaves its lease: the place comes free when the call must have ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from ..engine import stored

AT_ONCE = 5  # Xero's limit per organisation, over all workers
A_MINUTE = timedelta(minutes=1)
PER_MINUTE = 60  # of every tier (docs/xero.md, A10); where Xero says more, more
# Xero does not say when a day's window ends before it is spent, so whoever found too little left
# looks again after this time: at most six calls a day, spent on looking.
LOOK_AGAIN = timedelta(hours=4)
A_DAY = timedelta(days=1)
PLANS = (1_000, 5_000)  # calls a day: Starter, and every plan that costs something


@dataclass(frozen=True)
class Lease:
    """A call under way: it is over at `until`, whatever becomes of its worker.

    `settled` is the number of calls that had ended when it began.
    """

    id: str
    until: datetime
    settled: int


@dataclass(frozen=True)
class BudgetState:
    """What is known of the limits (None: nothing yet). Times are UTC.

    `minute_remaining` is what Xero last said, for people to see; `day_most` the highest that it
    told for a day, `seen` when it last told the numbers. `day_remaining` is no more than what is
    left, calls under way taken off; `day_since` is a time by which that day had begun.
    `paused_until` ends a spent minute, `spent_until` a spent day. `others` are calls of this minute
    that are not in this count, until `others_until`: made before it began, or by somebody else.
    """

    minute_remaining: int | None = None
    day_remaining: int | None = None
    seen: datetime | None = None
    paused_until: datetime | None = None
    spent_until: datetime | None = None
    day_since: datetime | None = None
    per_minute: int = PER_MINUTE
    others: int = 0
    others_until: datetime | None = None
    begun: int = 0
    under_way: tuple[Lease, ...] = ()
    ended: tuple[datetime, ...] = ()
    day_most: int | None = None

    @property
    def day_limit(self) -> int | None:
        """What a day seems to allow: the smallest of Xero's plans that fits what it told."""
        if self.day_most is None:
            return None
        return next((plan for plan in PLANS if self.day_most <= plan), self.day_most)

    def at(self, now: datetime) -> BudgetState:
        """As it stands now: leases that ran out have ended, what ended a minute ago is forgotten.

        A time to come is that of a clock that was put back, or of another machine's: it is now.
        """
        over = [lease.until for lease in self.under_way if lease.until <= now]
        recent = [min(time, now) for time in (*self.ended, *over)]
        foreign = self.others_until is not None and now < self.others_until
        until = self.others_until and min(self.others_until, now + A_MINUTE)
        return replace(
            self,
            under_way=tuple(lease for lease in self.under_way if lease.until > now),
            ended=tuple(time for time in recent if now - A_MINUTE < time),
            others=self.others if foreign else 0,
            others_until=until,
        )

    @property
    def counted(self) -> int:
        """The calls that Xero may count in the minute at hand."""
        return len(self.under_way) + len(self.ended)

    def day_left(self, now: datetime) -> int | None:
        """What is left of the day; None where nobody knows, or where it is time to ask."""
        return self.day_remaining if self.seen and now < self.looks_again else None

    @property
    def looks_again(self) -> datetime:
        """When what Xero said of the day is too old to go by, or the day must be a new one."""
        assert self.seen is not None  # told together with the number
        return min(self.seen + LOOK_AGAIN, (self.day_since or self.seen) + A_DAY)

    def text(self) -> str:
        """As text, for whatever keeps it."""
        return stored.dump(asdict(self))

    @staticmethod
    def of(text: str) -> BudgetState:
        """What `text` wrote; nothing is known where there is none, or one of another version."""
        try:
            held = stored.load(text)
            leases = tuple(Lease(**each) for each in held.pop("under_way", ()))
            ended = tuple(held.pop("ended", ()))
            return BudgetState(**held, under_way=leases, ended=ended)
        except (ValueError, TypeError, AttributeError, RecursionError):
            return BudgetState()


@dataclass(frozen=True)
class Go:
    """The call may be made; it is counted."""


@dataclass(frozen=True)
class Wait:
    """Not now, but at `until`; None: as soon as a call of somebody else has ended."""

    until: datetime | None = None


@dataclass(frozen=True)
class Closed:
    """Not today: the day is spent, or what is left of it is `reserved`."""

    until: datetime
    reserved: bool = False


Verdict = Go | Wait | Closed


def closed(state: BudgetState, now: datetime, keep: int) -> Closed | None:
    """Whether the day allows no call that leaves `keep` of it to others."""
    if state.spent_until and now < state.spent_until:
        return Closed(state.spent_until)
    left = state.day_left(now)
    if left is None or left > keep:
        return None
    return Closed(state.looks_again, reserved=left > 0)


def ask(
    state: BudgetState, now: datetime, call: str, lease: timedelta, keep: int
) -> tuple[BudgetState, Verdict]:
    """May this call be made? Where it may, it is counted in the state that comes back.

    No `lease` that was given lasts longer than one that is given now.
    """
    state = state.at(now)
    held = (replace(each, until=min(each.until, now + lease)) for each in state.under_way)
    state = replace(state, under_way=tuple(held))
    verdict = closed(state, now, keep) or _waits(state, now)
    if verdict is not None:
        return state, verdict
    left = state.day_remaining
    begun = replace(
        state,
        begun=state.begun + 1,
        day_remaining=None if left is None else left - 1,
        under_way=(
            *state.under_way,
            Lease(call, now + lease, state.begun - len(state.under_way)),
        ),
    )
    return begun, Go()


def _waits(state: BudgetState, now: datetime) -> Wait | None:
    if state.paused_until and now < state.paused_until:
        return Wait(state.paused_until)
    if len(state.under_way) >= AT_ONCE:
        return Wait()
    if state.day_left(now) is None and state.under_way:
        return Wait()  # the first answer tells what is left: until then, one at a time
    if state.counted + state.others >= state.per_minute:
        return _room(state, now)
    return None


def _room(state: BudgetState, now: datetime) -> Wait:
    """Until the oldest call is a minute old, or the others' are; else until one has ended."""
    times = [min(state.ended) + A_MINUTE] if state.ended else []
    if state.others and state.others_until:
        times.append(state.others_until)
    return Wait(min(times)) if times else Wait()


def ended(
    state: BudgetState, now: datetime, call: str, minute: int | None, day: int | None
) -> BudgetState:
    """The call is over; `minute` and `day` are what its answer says is left, if it says so."""
    state = state.at(now)
    own = next((lease for lease in state.under_way if lease.id == call), None)
    if own is None:  # it took longer than its lease, and was taken for over too early
        return replace(state, ended=(*state.ended, now))
    state = replace(
        state,
        under_way=tuple(lease for lease in state.under_way if lease is not own),
        ended=(*state.ended, now),
    )
    # Calls that Xero may not have counted when it answered: under way then, or begun since.
    uncertain = state.begun - 1 - own.settled
    if minute is not None:
        state = _told_minute(state, now, minute)
    return state if day is None else _told_day(state, now, day, uncertain)


def _told_minute(state: BudgetState, now: datetime, minute: int) -> BudgetState:
    limit = max(state.per_minute, minute + 1)  # this call was counted, too
    others = limit - state.counted - minute
    if others < state.others:  # what is known of them stands for its minute
        return replace(state, minute_remaining=minute, per_minute=limit)
    return replace(
        state,
        minute_remaining=minute,
        per_minute=limit,
        others=others,
        others_until=now + A_MINUTE,
    )


def _told_day(state: BudgetState, now: datetime, day: int, uncertain: int) -> BudgetState:
    least, held = day - uncertain, state.day_left(now)
    is_new = held is None or least > held  # somebody's first answer, or that of a new day
    left = least if held is None else min(max(held, least), day)
    since = now if is_new else state.day_since
    most = max(day, state.day_most or 0)
    told = replace(state, day_remaining=max(0, left), seen=now)
    return replace(told, day_since=since, day_most=most)


def paused(state: BudgetState, until: datetime, *, is_new: bool) -> BudgetState:
    """Xero says that the minute is spent, or too much is under way.

    `is_new` where it says so of the window: then a new one begins at `until`, with nothing in it.
    It may have begun by now, and what came in it since stays.
    """
    later = replace(state, paused_until=max(until, state.paused_until or until))
    if not is_new:
        return later
    told = state.others_until is not None and state.others_until - A_MINUTE >= until
    new = tuple(time for time in state.ended if time >= until)
    return replace(later, ended=new, others=state.others if told else 0)


def spent(state: BudgetState, until: datetime) -> BudgetState:
    """Xero says that the day is spent; what it said before of the day counts no longer."""
    return replace(state, spent_until=until, day_remaining=None)


def whole(headers: Mapping[str, str], name: str) -> int | None:
    """A header's number, None where there is none."""
    text = headers.get(name)
    return int(text) if text is not None and text.strip().isdecimal() else None
