"""Booking a seat in a class, giving it up, moving it, and seeing what one has booked."""

from sqlalchemy.ext.asyncio import AsyncSession

from core.agent.tools import Context, Data, Effect, Notice, Result, Role, Thing, tool
from core.chat import Card
from core.errors import Offer, Refused
from core.gym import seats, timetable, wording
from core.gym.booking_facts import obstacles_for, policy_of, standing_for, with_room
from core.gym.booking_rules import PERSONAL, STAFF_MAY, Obstacle, Policy, Rule, is_late, late_cost
from core.gym.bookings import BOOKED, Booking, coming_seats, hold_person, seat_of
from core.gym.plans import Standing
from core.gym.timetable import Occurrence
from core.people import Person
from core.references.classes import SessionRef
from core.references.kinds import When
from core.references.people import MemberRef

MOST_LISTED = 20


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    least={"member": Role.COACH},
    intro={"member": ["for"]},
    says=[
        "book {session}",
        "book [me] (in|into|for|on|to) {session}",
        "book [me] {session}",
        "(put|add|get) me [on|to] (list|roster) (for|of|in) {session}",
        "hook me up (with|for) {session}",
        "(participate|take part) in {session}",
        "great to get into {session}",
        "(save|reserve|get|keep) [me] [a|my] (mat|bike|rower|rack|box|seat|spot|place) [for me] (at|in|for) {session}",
        "is it ok if i (join|do|come to|attend) {session}",
        "plan me (in|into) [for] {session}",
        "(enter|include|list) me (in|for|into|on|at) {session}",
        "i am up for {session}",
        "(want|would like) to (join|attend|come to|go to|try) {session}",
        "{session} (count me in|put me down|sign me up|i am in|i will come|i will be there)",
        "[i] (will|am going to) (come|show up) (at|in|to|for) {session} [book me|sign me up]",
        "(make|get) sure i am (in|booked in|booked into) {session}",
        "(add|put) {session} (to|in|on|into) my (bookings|calendar|schedule|plan|list)",
        "(give|get|find) me [a|one] (spot|seat|place|slot) (in|for|at|on) {session}",
        "(give|get|find) me {session}",
        "(come|go|get) [along] (to|into) {session}",
        "book {session} [for me]",
        "(reserve|save|grab|get|hold|secure) [me] [a|one|my] [spot|seat|place|slot] [in|for|on] {session}",
        "(put|write|get) my name (down|in) [for|in|on] {session}",
        "(put|add|squeeze|pencil|pop|slot|stick|throw|write|note|schedule|lock|chuck|plonk) me [down|in|into|to|for|on] {session}",
        "(lock|pencil|slot) in {session}",
        "book [my] (usual|regular) {session}",
        "(sign|register|enrol|enroll) me [up] [for|to|in] {session}",
        "get me [in|into|on] {session}",
        "count me in [for] {session}",
        "(join|attend|take) {session}",
        "[i want to|i would like to] (do|join|attend|come to|go to|train) {session}",
        "i am (in|coming|joining|going) [for|to] {session}",
        "i am [coming|going] to {session}",
        "i (take|do) {session}",
        "(make|i want to make) [a] (booking|reservation) [for] [{session}]",
        "[do you have] [a|one] (spot|seat|place) [for me] (in|for) {session}",
        "(can|could|may) i have [a|one|my] (spot|seat|place) (in|for|on) {session}",
        "need [a|one] [spot|seat|place] [in|for] {session}",
        "i want {session}",
        "{session}",
        "{session} (for me|book it|please)",
        "book {member} [in|into|for|on|to] {session}",
        "(put|add|squeeze|sign|register|enrol|chuck|pop|throw|pencil) {member} [up|down] [in|into|to|for|on] {session}",
        "book {session} for {member}",
        "(enter|include|list|enroll|get|squeeze|fit|slot|plan) {member} (in|into|for|on|at) {session}",
        "{member} (would like|wants|needs) to (come|join|train|attend) [in|into|to|for] {session}",
        "{member} (needs|wants|gets) [a|one] (spot|seat|place) (in|for|at|on) {session}",
        "{member} is (coming|joining) [to|in|for] {session}",
        "(give|get|find) {member} [a|one] (spot|seat|place|slot) (in|for|at|on) {session}",
        "(add|put|book) {member} (to|on) (list|roster) (for|of) {session}",
        "(reserve|save|get) [a|one] [spot|seat|place] [in|for] {session} for {member}",
        "(reserve|save|get) {member} [a|one] [spot|seat|place] [in|for] {session}",
        "{member} (wants|joins|comes) [to|in] {session}",
    ],
)
async def book_class(ctx: Context, session: SessionRef, member: MemberRef | None = None) -> Result:
    """Book a seat in a class, for oneself or, as staff, for a member."""
    person, policy = await _person(ctx, member), _policy(ctx)
    row = await timetable.materialise(ctx.db, ctx.gym.id, session)
    await hold_person(ctx.db, person.id)
    occurrence = await timetable.of_row(ctx.db, ctx.gym.zone, row)
    stop = await obstacles_for(ctx.db, policy, person, occurrence, ctx.now, who=_who(ctx, person))
    await _refuse(ctx, person, occurrence, [o for o in stop if not _set_aside(ctx, member, o)])
    held = await standing_for(ctx.db, policy, person, occurrence, ctx.now)
    await seats.take(ctx.db, person, row.id, held, ctx.now, beyond=any(o.rule is Rule.FULL for o in stop))
    held = await standing_for(ctx.db, policy, person, occurrence, ctx.now)
    said = wording.class_in(occurrence, ctx.gym.zone)
    own = person.id == ctx.speaker.person_id
    return Result(
        text=_balance(held, own),
        receipt=f"Booked: {said}" if own else f"Booked {person.name}: {said}",
        things=_things(occurrence, None if own else person),
        tell=_told(
            ctx, person, f"{ctx.speaker.name} booked you into {said}.", f"You are not booked into {said} after all."
        ),
    )


@book_class.check
async def _may_book(ctx: Context, session: Occurrence, member: Person | None = None) -> Card | None:
    """Refuses what no rule allows; asks staff before a rule is set aside."""
    person = await _person(ctx, member)
    stop = await obstacles_for(ctx.db, _policy(ctx), person, session, ctx.now, who=_who(ctx, person))
    if not stop:
        return None
    if member is None or any(o.rule not in STAFF_MAY for o in stop):
        await _refuse(ctx, person, session, [o for o in stop if member is None or o.rule not in STAFF_MAY])
    return Card(
        kind="confirm",
        title=f"Book {person.name} into {wording.class_at(session)} all the same?",
        lines=tuple(o.words for o in stop),
    )


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    least={"member": Role.COACH},
    says=[
        "cancel [my|the] [booking|spot|seat|place|reservation] [for|in|of] {session}",
        "cancel {session}",
        "cancel my {session}",
        "(cancel|drop) me (out of|from|in|for) {session}",
        "[i] am not able to (make|come|attend|do|go) [it] [to] {session} [cancel|take me out]",
        "[i] (will not|wont|cant) (be|come|show up|train|make it) [at|in|to|for] {session}",
        "take my name (off|out of|from) {session}",
        "sign me (out|off) [of|from] {session}",
        "(deregister|unsubscribe|uncheck|disenroll|sign off) [me] [from] {session}",
        "(take|remove|delete|cross|strike) me [off|out of|from] [the] {session} (list|roster) ",
        "(give|free|hand|pass) [up|away|back] my {session} (spot|seat|place|booking) [to] [somebody|someone] [else]",
        "(give|free) (up|away) {session}",
        "(undo|revoke|annul|void|delete|remove|forget|drop) my (booking|reservation|spot|seat|place) [for|in|at|on] {session}",
        "(undo|revoke|annul|void|forget) my {session} (booking|reservation|spot|seat|place)",
        "(annul|revoke|void) my {session}",
        "no more {session} [for me] [cancel]",
        "(remove|delete|drop|take) {session} (from|off|out of) my (bookings|calendar|schedule|list)",
        "i am (out of|out for|skipping|missing|bailing on) {session}",
        "{session} (without|minus) me",
        "(cant|wont) {session} [cancel]",
        "cancel [a|my|the] (booking|reservation|spot)",
        "(unbook|unregister|unenroll|withdraw|remove) [me] [from] {session}",
        "(drop|delete|release) [my|me|the] [spot|seat|place|booking|reservation] [in|for|from|of] {session}",
        "(drop|release|scratch|scrap|ditch) [my] {session}",
        "(bin|axe|kill) my {session}",
        "[i] [have to|need to] (bail|back out|pull out|drop out|opt out) [on|of|from] {session}",
        "(get|pull|kick|move) me (out|off) [of] {session}",
        "[i] (cant|wont) do {session}",
        "take me (off|out) [of] [the list] [for|of|from] {session}",
        "take me (off|out)",
        "[i] (cant|cannot) (make|come|attend|go) [it] [to] {session}",
        "[i] (cant|cannot) (make|attend) {session} [take me out|cancel it]",
        "[i] (wont|will not) [be able to] (make|come|attend|be) [it] [to|at] {session} [cancel|take me out]",
        "[i] am (not coming|not going|out) [to|for] {session}",
        "(give|free) [up|away] [my] (place|spot|seat) [in|for] {session} [to] [somebody|someone] [else]",
        "no {session} for me",
        "(skip|miss) {session}",
        "(cancel|remove|drop|delete) {member} [booking|spot|place|seat] [from|for|in] {session}",
        "(cancel|drop|remove) {session} for {member}",
        "(unbook|remove) {member} from {session}",
        "take {member} (off|out) [of] [the list] [for|of|from] {session}",
        "{member} (cant|wont|will not) (make|come|attend) [it] [to] {session}",
        "sign {member} (off|out) [of|from] {session}",
        "{member} (cant|wont|will not) (be|do|train|join) [at|in|to] {session} [take her out|take him out]",
        "{member} is (out|not coming|not going|off|sick) [for|of|to|from] {session} [take her out|take him out]",
        "{member} (cancels|cancelled|drops|dropped) [out of] {session}",
        "(kick|pull|get|cross|strike) {member} (out|off) [of|from] {session}",
        "(kick|drop|delete|cancel|deregister|withdraw|unregister) {member} [out of|from] {session}",
        "free [up] {member} (spot|seat|place) (in|for|at) {session}",
        "take {member} off [the] {session} (list|roster)",
    ],
)
async def cancel_booking(ctx: Context, *, member: MemberRef | None = None, session: SessionRef) -> Result:
    """Give up a seat in a class; past the deadline the visit still counts."""
    person, policy = await _person(ctx, member), _policy(ctx)
    booking = await _seat(ctx, person, session)
    late = is_late(session.starts_at, ctx.now, policy) and member is None
    await seats.give_up(ctx.db, booking, ctx.now, late=late)
    said = wording.class_in(session, ctx.gym.zone)
    held = await standing_for(ctx.db, policy, person, session, ctx.now)
    own = person.id == ctx.speaker.person_id
    return Result(
        text=late_cost(held) if late else _balance(held, own),
        receipt=f"Cancelled: {said}" if own else f"Cancelled for {person.name}: {said}",
        things=_things(session, None if own else person),
        tell=_told(
            ctx,
            person,
            f"{ctx.speaker.name} cancelled your seat in {said}.",
            f"You have your seat in {said} after all.",
        ),
    )


@cancel_booking.check
async def _may_cancel(ctx: Context, *, member: Person | None = None, session: Occurrence) -> Card | None:
    """Refuses without a seat; says first what a late cancellation costs."""
    person, policy = await _person(ctx, member), _policy(ctx)
    await _seat(ctx, person, session)
    if not is_late(session.starts_at, ctx.now, policy):
        return None
    said = wording.class_at(session)
    deadline = f"The deadline was {policy.cancel_deadline_h} hours before the start."
    if member is not None:
        return Card(
            kind="confirm",
            title=f"Cancel {person.name}'s seat in {said} after the deadline?",
            lines=(deadline, "You set it aside: the visit is not counted."),
        )
    held = await standing_for(ctx.db, policy, person, session, ctx.now)
    return Card(kind="confirm", title=f"Cancel {said} late?", lines=(deadline, late_cost(held)))


@tool(
    Role.MEMBER,
    shows=Data.SELF,
    least={"member": Role.COACH},
    intro={"member": ["for", "of"]},
    says=[
        "[show|list] [me] [all] my [upcoming|next|current] (bookings|classes|reservations|booking|schedule)",
        "my [upcoming|next] (bookings|classes|class|reservations)",
        "(what|which) [classes|class|sessions] (am i|did i|have i) [booked|signed up|reserved|registered] [for|in|into]",
        "(what|which) [classes] (do i have|have i got) [booked|coming up|reserved]",
        "show [me] what i have [booked|reserved]",
        "(everything|all|anything) [that] i have [got] (booked|reserved|coming up)",
        "what have i [got] (booked|reserved)",
        "am i (booked|signed up|registered) [for|into|in] [anything|something]",
        "(when|what) is my next (class|booking|session|training)",
        "when (am i|do i) (training|train|coming) [next]",
        "list bookings",
        "[show|see|check|list|display|open|give] [me] my (schedule|calendar|agenda|bookings|reservations|sessions|trainings)",
        "my [upcoming|booked|next|coming] (stuff|sessions|trainings|classes|workouts|schedule|appointments)",
        "[all|show|list] [me] [all] my (booked|upcoming|coming|reserved|next) (classes|sessions|trainings|bookings|stuff|reservations)",
        "[give|show] [me] [an] overview of my (bookings|classes|reservations|sessions)",
        "when do i (have to|need to) (be|come) (at|in|to) (gym|box|class) [next]",
        "(what|which) [classes|sessions|class|session|trainings] (did|have) i (reserve|book|reserved|booked) [for|on]",
        "what i [have] booked",
        "where am i (booked|signed up|registered) [in|into|for]",
        "(do i have|have i got|have i) [a|any|some] (class|classes|session|booking|training|reservation|reservations|bookings) [coming up]",
        "is [there] [anything|something] (in|on) my (calendar|schedule|agenda)",
        "(anything|something|what is) (in|on) my (calendar|schedule|agenda|list)",
        "(do i have|have i got|got) (anything|something) [booked|planned|coming up|on]",
        "(which|what) classes (do i have|am i in|am i doing|am i going to|am i on)",
        "what am i (doing|training|in|booked into|going to)",
        "what do i have (coming up|booked|on|planned)",
        "(my|show my) (day|week)",
        "am i (in|on|going to|doing|training) [a|any] [class|classes|anything|something]",
        "do i have [any|anything] [classes|class] (booked|reserved|coming up)",
        "have i [got] [any|anything] [classes|class] (booked|reserved)",
        "[show|list] {member} [upcoming|next] (bookings|classes|reservations|booking)",
        "[show|list] [the] (bookings|classes|reservations) (of|for) {member}",
        "what (has|did) {member} (booked|book|reserved) [for]",
        "(what|which) [classes] is {member} (booked|signed up) [for|in|into]",
        "when is {member} (coming|training|booked) [next]",
        "what does {member} have booked",
        "is {member} booked [for|in|into] [anything|something]",
        "(which|what) (classes|sessions) (does|is|did|has) {member} [have|book|booked|in|signed up for|going to]",
        "(when|what) (does|is|will) {member} (come|train|coming|training|do|doing|be here) [next]",
        "does {member} have [any|a] (bookings|booking|class|classes|reservations|anything) [booked]",
    ],
)
async def list_bookings(ctx: Context, member: MemberRef | None = None, when: When | None = None) -> Result:
    """The classes that one has booked, the next one first; of some days, if they are named."""
    person = await _person(ctx, member)
    rows = await coming_seats(ctx.db, person.id, ctx.now)
    booked = await timetable.of_rows(ctx.db, ctx.gym.id, ctx.gym.zone, [row.id for _, row in rows])
    coming = sorted((o for o in booked.values() if _on(o, when)), key=lambda o: o.starts_at)
    own = person.id == ctx.speaker.person_id
    if not coming:
        who = "You have" if own else f"{person.name} has"
        then = " then" if when else ""
        offers = (Offer("Show the timetable", "show_timetable", {}),)
        return Result(text=f"{who} no coming bookings{then}.", offers=offers)
    lines = [f"- {wording.class_at(o)}{f' · {o.coach}' if o.coach else ''}" for o in coming[:MOST_LISTED]]
    more = [f"… and {len(coming) - MOST_LISTED} more."] if len(coming) > MOST_LISTED else []
    head = f"**{'Your' if own else person.name + ':'} coming classes** ({ctx.gym.zone})"
    things = tuple(Thing("session", o.key) for o in coming) if len(coming) == 1 else ()
    return Result(text="\n".join([head, "", *lines, *more]), things=(*_person_thing(None if own else person), *things))


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=[
        "(move|change|switch|shift|reschedule|swap|transfer|rebook) [my] [booking] [for|in] {session} (to|for|into|with) {to}",
        "(push|postpone|bring|pull) my [booking] [for|in] {session} (to|until) {to}",
        "(push|postpone|bring|pull) [my] (booking|spot|seat) [for|in] {session} (to|until) {to}",
        "(put|book|get) me [in|into|on] {to} instead of {session}",
        "(move|change|switch|shift|swap|transfer) me [from] {session} (to|into|for) {to}",
        "(move|change|switch|shift|reschedule|swap) [my] [booking] [for|in] {session}",
        "(move|change|switch|reschedule|swap) [my|a|the] (booking|reservation|spot)",
        "[can i] come [to] {to} instead of {session}",
        "swap {session} (with|and) {to}",
        "instead of {session} [i want|i would like|i would rather|put me in|book me in|give me] {to}",
        "[i would rather|i want to|i would prefer to] (go|come|do|train) [to] {to} (than|instead of) {session}",
        "(change|move|switch|swap|transfer) [my] (booking|spot|seat|place|reservation) [in|for|of|from] {session} (to|for|into|with) {to}",
        "(exchange|trade|change) {session} (for|with|against) {to}",
        "{to} instead of {session}",
    ],
)
async def move_booking(ctx: Context, session: SessionRef, to: SessionRef) -> Result:
    """Change a seat in one class for a seat in another."""
    person, policy = await _person(ctx, None), _policy(ctx)
    rows = {o.key: await timetable.materialise(ctx.db, ctx.gym.id, o) for o in sorted((session, to), key=_lock_order)}
    await hold_person(ctx.db, person.id)
    booking = await _seat(ctx, person, session)
    late = is_late(session.starts_at, ctx.now, policy)
    target = await timetable.of_row(ctx.db, ctx.gym.zone, rows[to.key])
    await _refuse(ctx, person, target, await _in_the_way(ctx, policy, person, target, booking, late))
    await seats.give_up(ctx.db, booking, ctx.now, late=late)
    held = await standing_for(ctx.db, policy, person, target, ctx.now)
    await seats.take(ctx.db, person, rows[to.key].id, held, ctx.now)
    return Result(
        receipt=f"Moved: {wording.class_at(session)} → {wording.class_in(target, ctx.gym.zone)}",
        text=_balance(await standing_for(ctx.db, policy, person, target, ctx.now), True),
        things=_things(target, None),
    )


@move_booking.check
async def _may_move(ctx: Context, session: Occurrence, to: Occurrence) -> Card | None:
    """Refuses what the rules of booking refuse; says first what a late change costs."""
    person, policy = await _person(ctx, None), _policy(ctx)
    if session.key == to.key:
        raise Refused(f"That is the class you are in: {wording.class_at(session)}. Nothing was changed.")
    booking = await _seat(ctx, person, session)
    late = is_late(session.starts_at, ctx.now, policy)
    await _refuse(ctx, person, to, await _in_the_way(ctx, policy, person, to, booking, late))
    if not late:
        return None
    held = await standing_for(ctx.db, policy, person, session, ctx.now)
    return Card(
        kind="confirm",
        title=f"Move {wording.class_at(session)} to {wording.class_at(to)} after the deadline?",
        lines=(
            f"The deadline was {policy.cancel_deadline_h} hours before the start, so the first seat is a late "
            "cancellation.",
            late_cost(held),
        ),
    )


async def _in_the_way(
    ctx: Context, policy: Policy, person: Person, to: Occurrence, booking: Booking, late: bool
) -> list[Obstacle]:
    return await obstacles_for(ctx.db, policy, person, to, ctx.now, instead_of=booking, given_back=not late)


async def _person(ctx: Context, member: Person | None) -> Person:
    """Whom a call is about: the member who was named, else the speaker."""
    if member is not None:
        return member
    return await ctx.db.get_one(Person, ctx.speaker.person_id)


def _on(o: Occurrence, when: When | None) -> bool:
    """Whether a class is on the days that were named."""
    if when is None:
        return True
    first, last = when.covers_days()
    return first <= o.local_start.date() <= last and timetable.within(when, o.local_start)


def _policy(ctx: Context) -> Policy:
    return policy_of(ctx.gym.zone, ctx.gym.currency, ctx.gym.settings)


def _who(ctx: Context, person: Person) -> str:
    return "you" if person.id == ctx.speaker.person_id else person.name


def _set_aside(ctx: Context, member: Person | None, obstacle: Obstacle) -> bool:
    """Whether staff have pressed to let a member in all the same."""
    return member is not None and ctx.pressed and obstacle.rule in STAFF_MAY


async def _refuse(ctx: Context, person: Person, wanted: Occurrence, stop: list[Obstacle]) -> None:
    """Say no with the reason and what would work, if anything stands in the way."""
    if not stop:
        return
    first, own = stop[0], person.id == ctx.speaker.person_id
    if first.rule in PERSONAL:
        offers = (Offer("Show my balance", "show_balance", {}),) if own and first.rule is Rule.UNPAID else ()
        raise Refused(f"{first.words} Nothing was booked.", *offers)
    if first.rule is Rule.HAS_SEAT:
        raise Refused(f"{first.words} Nothing was changed.")
    free = await with_room(ctx.db, _policy(ctx), person, wanted, ctx.now)
    hint = f" These {wanted.class_type} classes have room:" if free else " The timetable shows what else is on."
    extra = {} if own else {"member": person.name}
    others = tuple(Offer(wording.class_label(o, spots=True), "book_class", {"session": o.key, **extra}) for o in free)
    raise Refused(
        f"{first.words} Nothing was booked.{hint}", *(others or (Offer("Show the timetable", "show_timetable", {}),))
    )


async def _seat(ctx: Context, person: Person, session: Occurrence) -> Booking:
    """The seat that a person may still give up; refused in words where there is none."""
    own = person.id == ctx.speaker.person_id
    booking = await seat_of(ctx.db, session.row_id, person.id) if session.row_id else None
    said = wording.class_at(session)
    if booking is None:
        has = "You have" if own else f"{person.name} has"
        offers = await _own_seats(ctx.db, ctx, person) if own else ()
        raise Refused(f"{has} no seat in {said}. Nothing was changed.", *offers)
    if session.starts_at <= ctx.now or booking.status != BOOKED:
        raise Refused(f"{said} has already started, so the seat can't be given up any more. Nothing was changed.")
    return booking


async def _own_seats(db: AsyncSession, ctx: Context, person: Person) -> tuple[Offer, ...]:
    rows = await coming_seats(db, person.id, ctx.now)
    return (Offer("Show my bookings", "list_bookings", {}),) if rows else ()


def _lock_order(occurrence: Occurrence) -> tuple[int, str]:
    """Rows are always held in one order, so that two moves cannot wait for each other."""
    return occurrence.row_id or 0, occurrence.key


def _balance(held: Standing | None, own: bool) -> str:
    """What is left of a pack, read after the change was written."""
    if held is None or held.visits_left is None:
        return ""
    visits = "1 visit" if held.visits_left == 1 else f"{held.visits_left} visits"
    return f"{visits} left of {'your' if own else 'the'} {held.plan}."


def _things(occurrence: Occurrence, member: Person | None) -> tuple[Thing, ...]:
    return (*_person_thing(member), Thing("session", occurrence.key))


def _person_thing(member: Person | None) -> tuple[Thing, ...]:
    return (Thing("member", member.name),) if member else ()


def _told(ctx: Context, person: Person, text: str, correction: str) -> tuple[Notice, ...]:
    """People hear what others did with their seats."""
    return () if person.id == ctx.speaker.person_id else (Notice(person.id, text, correction),)
