"""The people of the gym: lists, profiles, new members, their data, notes about them, and invitations."""

from datetime import date, datetime, timedelta
from typing import Annotated

from core.agent.tools import Context, Data, Effect, Result, Role, Thing, tool
from core.chat import Card, Fact, Place, Table
from core.clock import to_local
from core.errors import Offer, Refused
from core.gym import contact, invites, members, payments, plans
from core.gym import member_views as views
from core.gym.bookings import coming_seats
from core.gym.contact import called
from core.gym.known_names import folded
from core.gym.members import MemberNote
from core.gym.plans import Membership, Plan
from core.gym.wording import at, full_day, sum_of
from core.i18n import _, marked, ngettext
from core.people import Person
from core.references.kinds import Contact, Title, Words, one_of
from core.references.people import MemberRef
from core.references.plans import MemberFilter, PlanRef
from core.tools._member_phrases import SAYS
from core.tools._ways_in import ways_in

_MOST = 60
SHOW_MORE = marked("The first {most} of {count} by name; a plan or “active” narrows it.")
Field = Annotated[
    str,
    one_of(
        "name|full name|surname|last name|first name|rename|called|named|call|spelling|spelling of the name",
        "email|e-mail|mail|email address|e-mail address|mail address",
        "phone|phone number|telephone|telephone number|mobile|mobile number|cell|number",
        "birthday|birth day|bday|date of birth|birth date|birthdate|dob",
    ),
]


@tool(
    Role.COACH,
    shows=Data.STAFF,
    says=SAYS["list_members"],
    intro={"filter": ("with", "on", "who are", "only", "just")},
)
async def list_members(ctx: Context, filter: MemberFilter | None = None) -> Result:
    """List members, all or some."""
    today, what = ctx.local_now.date(), views.which(filter)
    found = members.chosen(await members.listed(ctx.db, ctx.gym.id, today), filter, today)
    if not found:
        none = _("There are no members yet. The first comes with “add member Anna Schmidt”.")
        return Result(text=_("No members: {which}.").format(which=what) if filter else none)
    rows = tuple(views.row(line, filter, today) for line in found[:_MOST])
    title = ngettext("{count} member: {which}", "{count} members: {which}", len(found))
    title = title if filter else ngettext("{count} member", "{count} members", len(found))
    title = title.format(count=len(found), which=what)
    more = _(SHOW_MORE).format(most=_MOST, count=len(found)) if len(found) > _MOST else ""
    table = Table(head=(_("Name"), _("Plan"), views.third_column(filter)), rows=rows)
    note = f"{title}: {', '.join(line.name for line in found[:_MOST])}"
    keys = await members.keys_of(ctx.db, ctx.gym.id, [(line.id, line.name) for line in found[:_MOST]])
    listed = tuple(Thing("member", key) for key in keys)
    return Result(text=more, cards=(Card(kind="table", title=title, table=table),), note=note, listed=listed)


@tool(
    Role.COACH,
    shows=Data.STAFF,
    says=SAYS["show_member"],
)
async def show_member(ctx: Context, member: MemberRef) -> Result:
    """Show a member's profile: plan, visits, how many notes."""
    today = ctx.local_now.date()
    key = await members.key_of(ctx.db, member)
    held = plans.fitting((await plans.held_by(ctx.db, ctx.gym.id, member.id)).get(member.id, ()), today)
    facts = [*views.plan_facts(held, member, today), *await _visit_facts(ctx, member), *views.contact_facts(member)]
    notes = await members.notes_of(ctx.db, ctx.gym.id, member.id)
    if notes:
        newest, author = notes[0]
        facts.append(
            Fact(
                label=_("Notes"),
                value=_("{count}, the newest by {author}, {day}").format(
                    count=len(notes), author=author, day=_day(ctx, newest.at)
                ),
            )
        )
    money = ctx.speaker.role >= Role.ADMIN and ctx.place is Place.PRIVATE
    if money:
        facts.append(await _money_fact(ctx, member, today))
    card = Card(kind="member", title=key, facts=tuple(facts))
    handles = ", ".join(f"note-{note.id}" for note, _author in notes)
    told = "; ".join(f"{f.label}: {f.value}" for f in facts) + (f"; notes to read: {handles}" if handles else "")
    return Result(
        cards=(card,), note=f"{key}: {told}", things=(Thing("member", key),), data=Data.MONEY if money else None
    )


async def _visit_facts(ctx: Context, member: Person) -> list[Fact]:
    seen = (await members.visits(ctx.db, ctx.gym.id, [member.id], ctx.now - timedelta(days=30)))[member.id]
    coming = await coming_seats(ctx.db, member.id, ctx.now)
    last = at(to_local(seen.last, ctx.gym.zone)) if seen.last else _("never")
    facts = [Fact(label=_("Last visit"), value=last), Fact(label=_("Visits in 30 days"), value=str(seen.lately))]
    if coming:
        first = at(to_local(coming[0].starts_at, ctx.gym.zone))
        facts.append(Fact(label=_("Booked"), value=_("{count}, next {time}").format(count=len(coming), time=first)))
    return facts


async def _money_fact(ctx: Context, member: Person, today: date) -> Fact:
    owed = await payments.unpaid(ctx.db, ctx.gym.id, today, member.id)
    if not owed:
        return Fact(label=_("Owes"), value=_("nothing"))
    debt = owed[0]
    words = _("{amount} since {day} ({reasons})") if debt.reasons else _("{amount} since {day}")
    reasons = ", ".join(debt.reasons)
    told = words.format(amount=sum_of(debt.amount, debt.currency), day=views.dated(debt.since), reasons=reasons)
    return Fact(label=_("Owes"), value=told)


@tool(
    Role.ADMIN,
    Effect.WRITE,
    makes="member",
    shows=Data.STAFF,
    says=SAYS["add_member"],
    intro={
        "plan": ("on", "with", "plan", "on the", "takes", "gets", "wants", "has", "and"),
        "contact": ("email", "e-mail", "mail", "phone", "at", "tel", "number", "mobile", "reachable"),
    },
)
async def add_member(ctx: Context, name: Title, contact: Contact | None = None, plan: PlanRef | None = None) -> Result:
    """Add a member."""
    today = ctx.local_now.date()
    person = Person(
        gym_id=ctx.gym.id,
        name=called(name),
        role="member",
        joined_on=today,
        settings={},
        **_contact(ctx, contact),
    )
    alike = (await members.index(ctx.db, ctx.gym.id, staff=False)).named(folded(person.name)).people
    if plan is not None and alike and " " not in person.name:
        raise Refused(
            _(
                "There is a {name} already, and I can't change a member's plan yet. Nothing was added; somebody new comes with "
                "their first and last name."
            ).format(name=person.name)
        )
    ctx.db.add(person)
    await ctx.db.flush()
    if plan is not None:
        ctx.db.add(_started(person, plan, today))
        await ctx.db.flush()
    key = await members.key_of(ctx.db, person)
    added = _("{name} added as a member on {plan} from {day}") if plan else _("{name} added as a member")
    receipt = added.format(name=person.name, plan=plan.name if plan else "", day=full_day(today))
    warning = _("Note that there was a member called {name} before.").format(name=person.name) if alike else ""
    offer = Offer(_("Invite {name}").format(name=person.name), "invite", {"member": key})
    return Result(text=warning, receipt=receipt, things=(Thing("member", key),), offers=(offer,))


def _contact(ctx: Context, words: str | None) -> dict[str, str]:
    if not words:
        return {}
    field = "email" if "@" in words else "phone"
    return {field: str(contact.parsed(field, words, ctx.local_now))}


def _started(person: Person, plan: Plan, today: date) -> Membership:
    return Membership(
        gym_id=person.gym_id, person_id=person.id, plan_id=plan.id, status="active", starts_on=today, visits=plan.visits
    )


@tool(
    Role.ADMIN,
    Effect.WRITE,
    shows=Data.STAFF,
    says=SAYS["update_member"],
)
async def update_member(ctx: Context, member: MemberRef, field: Field, value: Words) -> Result:
    """Change a member's name, e-mail address, phone number or birthday."""
    before, name = getattr(member, field), member.name
    after = called(value) if field == "name" else contact.parsed(field, value, ctx.local_now)
    setattr(member, field, after)
    await ctx.db.flush()
    key = await members.key_of(ctx.db, member)
    told = {"name": name, "field": _(LABELS[field]), "value": _written(after), "before": _written(before)}
    words = _("{name}’s {field} is now {value} (was {before})") if before else _("{name}’s {field} is now {value}")
    receipt = words.format(**told)
    same = _("{name}’s {field} is {value} already; nothing was changed.").format(**told) if before == after else ""
    return Result(text=same, receipt=receipt, note=same or receipt, things=(Thing("member", key),))


LABELS = {
    "name": marked("name"),
    "email": marked("e-mail address"),
    "phone": marked("phone number"),
    "birthday": marked("birthday"),
}


@tool(
    Role.COACH,
    Effect.WRITE,
    shows=Data.STAFF,
    says=SAYS["note_member"],
)
async def note_member(ctx: Context, member: MemberRef, note: Words) -> Result:
    """Write a note about a member for the staff to read."""
    row = MemberNote(
        gym_id=ctx.gym.id, person_id=member.id, author_id=ctx.speaker.person_id, text=note.strip(), at=ctx.now
    )
    ctx.db.add(row)
    await ctx.db.flush()
    key = await members.key_of(ctx.db, member)
    shown, note = f"“{_short(row.text)}”", f"A note about {key} is kept."
    return Result(
        text=shown, receipt=_("Note about {name} kept").format(name=key), note=note, things=(Thing("member", key),)
    )


@tool(
    Role.ADMIN,
    Effect.WRITE,
    shows=Data.STAFF,
    says=SAYS["invite"],
)
async def invite(ctx: Context, member: MemberRef) -> Result:
    """Make a link that lets a member in once, also one who has left; it is shown to you to hand on."""
    row, code = invites.new_invite(ctx.gym.id, member.id, ctx.now)
    ctx.db.add(row)
    await ctx.db.flush()
    key = await members.key_of(ctx.db, member)
    until = at(to_local(row.expires_at, ctx.gym.zone))
    handed = _("Hand this on to {name}. It works once, until {until} ({zone}).")
    told = [handed.format(name=key, until=until, zone=ctx.gym.zone), ways_in(ctx, code)]
    if member.left_on is not None:
        back = _("{name} left the gym on {day}; whoever uses this is a member again.")
        told = [back.format(name=key, day=views.dated(member.left_on)), *told]
    return Result(
        text="\n\n".join(told),
        note=f"An invitation link for {key} was made and shown.",
        receipt=_("Invitation for {name}, until {until}").format(name=key, until=until),
        things=(Thing("member", key),),
        private=True,
    )


def _written(value: object) -> str:
    return views.dated(value) if isinstance(value, date) else str(value)


def _day(ctx: Context, moment: datetime) -> str:
    return full_day(to_local(moment, ctx.gym.zone))


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79].rstrip() + "…"
