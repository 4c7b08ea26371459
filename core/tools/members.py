"""The people of the gym: lists, profiles, new members, their data, notes about them, and invitations."""

from datetime import date, datetime, timedelta
from typing import Annotated

from core.agent.tools import Context, Data, Effect, Result, Role, Thing, tool
from core.chat import Card, Fact, Place, Table
from core.clock import to_local
from core.errors import Offer, Refused
from core.gym import contact, invites, members, payments, plans
from core.gym.bookings import coming_seats
from core.gym.known_names import folded
from core.gym.members import Listed, MemberNote
from core.gym.plans import Held, Membership, Plan
from core.gym.wording import at, full_day, sum_of
from core.people import Person
from core.references.kinds import Contact, Title, Words, one_of
from core.references.people import MemberRef
from core.references.plans import MemberFilter, PlanRef

_MOST = 60
_WHO = "(members|clients|athletes|people)"
Field = Annotated[
    str,
    one_of(
        "name|full name|surname|last name|first name|rename|called|named|call",
        "email|e-mail|mail|email address|e-mail address|mail address",
        "phone|phone number|telephone|telephone number|mobile|mobile number|cell|number",
        "birthday|birth day|bday|date of birth|birth date|birthdate|dob",
    ),
]


@tool(
    Role.COACH,
    shows=Data.STAFF,
    says=[
        f"(list|show|give me|see|display|print) [me] [the|all|all the|all our|our|my] [list of] {_WHO}",
        f"(list|show|give me|see) [me] [the|all|all the|all our|our] {{filter}} {_WHO}",
        "[the|our|whole|full|complete] (member|members|client|athlete) (list|roster|directory)",
        "give me the (whole|full|complete) member list",
        "(list|show|see|give me|print) [me] (everyone|everybody|all members|all people)",
        "who (has|have|had|got) [a|an] {filter} (membership|plan|pack|account|contract)",
        "{filter} (membership|memberships|accounts|plans)",
        "who {filter} [his|her|their] (membership|plan|account)",
        "(everyone|everybody) (on|with|who is|who has|having) [the|a] {filter} [plan|membership]",
        "(members|people|clients|athletes) (on|with|having) [the|a] {filter} [plan|membership]",
        "(list|show|see|give) [me] [the|all] {filter} (ones|people|folks|members)",
        "who (joined|signed up|started) {filter}",
        "how many (members|people|clients|athletes) [are] {filter}",
        "(members|people) list [please]",
        f"{{filter}} {_WHO}",
        f"{_WHO} (on|with|who are|that are|who have) [the|a] {{filter}}",
        "(who is|who's|whos|who are) [on] [the|a] {filter}",
        "who {filter}",
        "(any|which|upcoming|show|list) [me] [the] {filter}",
        "who (has|had|have|got) [a|the|their] {filter}",
        "(whose|who's) {filter} is it [today|tomorrow|this week|next]",
        f"(who|how many) {_WHO} do we have",
        f"(who|which|what|how many) {_WHO} are [currently|now] {{filter}}",
        "who are (our|the) members",
        "[list|show|give] [me] everyone (on|with|who is|who has) [the|a] {filter}",
    ],
    intro={"filter": ("with", "on", "who are", "only", "just")},
)
async def list_members(ctx: Context, filter: MemberFilter | None = None) -> Result:
    """List members: everyone, the active, frozen, new or left ones, birthdays to come, or those on a plan."""
    today = ctx.local_now.date()
    found = members.chosen(await members.listed(ctx.db, ctx.gym.id, today), filter, today)
    what = _what(filter)
    if not found:
        return Result(text=f"No members: {what}.")
    rows = tuple(_row(line, filter, today) for line in found[:_MOST])
    title = f"{len(found)} {'member' if len(found) == 1 else 'members'}: {what}"
    more = f"The first {_MOST} of {len(found)} by name." if len(found) > _MOST else ""
    table = Table(head=("Name", "Plan", _third(filter)), rows=rows)
    note = f"{title}: {', '.join(line.name for line in found[:_MOST])}"
    return Result(text=more, cards=(Card(kind="table", title=title, table=table),), note=note)


def _what(kind: str | None) -> str:
    named = {
        None: "all",
        "new": f"joined in the last {members.NEW_FOR.days} days",
        "birthdays": f"birthday in the next {members.BIRTHDAYS_AHEAD} days",
        "active": "active",
        "frozen": "frozen",
        "left": "left",
        "no plan": "without a plan",
    }
    return named.get(kind, f"on {kind}")


def _third(kind: str | None) -> str:
    return {"new": "Joined", "left": "Left", "birthdays": "Birthday", "frozen": "Frozen until"}.get(kind or "", "State")


def _row(line: Listed, kind: str | None, today: date) -> tuple[str, str, str]:
    days = {
        "new": line.joined_on,
        "left": line.left_on,
        "frozen": line.frozen_until,
        "birthdays": members.next_birthday(line.birthday, today) if line.birthday else None,
    }
    day = days.get(kind or "")
    third = full_day(day) if day else "until lifted" if kind == "frozen" else line.state
    return line.name, line.plan or "none", third


@tool(
    Role.COACH,
    shows=Data.STAFF,
    says=[
        "(show|open|find|get) [me] [member|client|athlete] {member}",
        "(pull up|look up|bring up|lookup|display|view) [member] {member}",
        "(show|open|see|view|check|pull up|look up) [me] [the] {member} (profile|details|info|card|file|data|record)",
        "{member} (profile|details|info|card|file|record|phone|phone number|email|mail|birthday|contact|address|plan)",
        "[member|client] (profile|details|contact details|info|information|card|file|data|record) (of|on|for|about) {member}",
        "(what's|whats|what is) (up|new|going on) with {member}",
        "(tell me|what do we know|what do you know) about {member}",
        "who is {member}",
        "(show|tell|give) [me] everything [you know] (about|on|of) {member}",
        "let me see {member}",
        "{member}",
        "(show|give|get|send) [me] [the] (data|details|info|information|contact|contacts|phone number|email) (of|for|on) {member}",
        "(what is|what's|whats|give me) {member} (email|phone|phone number|number|birthday|contact|address|plan)",
        "(how often|how much) (does|did|has|is) {member} (come|train|been here|trained|here|visit)",
        "(is|does) {member} (still active|active|frozen|still a member|a member here)",
        "when did {member} (join|start|sign up)",
        "(which|what) notes [do we have|are there] (on|about|for) {member}",
        "(show|read|see) [me] [the] notes (on|about|for|of) {member}",
        "(how is|how's|hows) {member} (doing|going|getting on)",
        "when (was|did) {member} (last|last here|last come|last visit) [here|in|come]",
        "(which|what) (plan|membership) (is|does) {member} (on|have)",
        "(show|open|find) [me] [a|the] (member|member profile|profile of a member)",
    ],
)
async def show_member(ctx: Context, member: MemberRef) -> Result:
    """Show a member's profile: plan, visits, how many notes; money for admins and the owner in private."""
    today = ctx.local_now.date()
    key = await members.key_of(ctx.db, member)
    held = plans.fitting((await plans.held_by(ctx.db, ctx.gym.id, member.id)).get(member.id, ()), today)
    facts = [*_plan_facts(held, member, today), *await _visit_facts(ctx, member), *_contact_facts(member)]
    notes = await members.notes_of(ctx.db, ctx.gym.id, member.id)
    if notes:
        newest, author = notes[0]
        facts.append(Fact(label="Notes", value=f"{len(notes)}, the newest by {author}, {_day(ctx, newest.at)}"))
    money = ctx.speaker.role >= Role.ADMIN and ctx.place is Place.PRIVATE
    if money:
        facts.append(await _money_fact(ctx, member, today))
    card = Card(kind="member", title=key, facts=tuple(facts))
    handles = ", ".join(f"note-{note.id}" for note, _ in notes)
    told = "; ".join(f"{f.label}: {f.value}" for f in facts) + (f"; notes to read: {handles}" if handles else "")
    return Result(
        cards=(card,), note=f"{key}: {told}", things=(Thing("member", key),), data=Data.MONEY if money else None
    )


def _plan_facts(held: Held | None, member: Person, today: date) -> list[Fact]:
    state = members.state_of(held, member.left_on, today)
    plan = f"{held.plan.name}, {state}" if held else state
    facts = [Fact(label="Plan", value=plan), Fact(label="Member since", value=_dated(member.joined_on))]
    if held and held.left is not None:
        facts.append(Fact(label="Visits left", value=f"{held.left} of {held.membership.visits}"))
    if held and state == "frozen" and held.membership.frozen_until:
        facts.append(Fact(label="Frozen until", value=_dated(held.membership.frozen_until)))
    if member.left_on:
        facts.append(Fact(label="Left", value=_dated(member.left_on)))
    return facts


async def _visit_facts(ctx: Context, member: Person) -> list[Fact]:
    seen = (await members.visits(ctx.db, ctx.gym.id, [member.id], ctx.now - timedelta(days=30)))[member.id]
    coming = await coming_seats(ctx.db, member.id, ctx.now)
    last = at(to_local(seen.last, ctx.gym.zone)) if seen.last else "never"
    facts = [Fact(label="Last visit", value=last), Fact(label="Visits in 30 days", value=str(seen.lately))]
    if coming:
        first = at(to_local(coming[0][1].starts_at, ctx.gym.zone))
        facts.append(Fact(label="Booked", value=f"{len(coming)}, next {first}"))
    return facts


def _contact_facts(member: Person) -> list[Fact]:
    birthday = full_day(member.birthday).split(" ", 1)[1] if member.birthday else None
    named = (("E-mail", member.email), ("Phone", member.phone), ("Birthday", birthday))
    return [Fact(label=label, value=value) for label, value in named if value]


async def _money_fact(ctx: Context, member: Person, today: date) -> Fact:
    owed = await payments.unpaid(ctx.db, ctx.gym.id, today, member.id)
    if not owed:
        return Fact(label="Owes", value="nothing")
    debt = owed[0]
    why = f" ({', '.join(debt.reasons)})" if debt.reasons else ""
    return Fact(label="Owes", value=f"{sum_of(debt.amount, debt.currency)} since {_dated(debt.since)}{why}")


@tool(
    Role.ADMIN,
    Effect.WRITE,
    shows=Data.STAFF,
    says=[
        "(add|create|register|enter|enroll|enrol|onboard) [a] [new] member [called|named] {name} [{contact}] [{plan}]",
        "(add|create|register|enter|enroll|enrol|onboard) {name} as [a] [new] member [{contact}] [{plan}]",
        "(add|create|register|enroll|enrol|onboard|sign up) [a] [new] member",
        "i (want|need|would like) to (add|create|register|sign up) [a] [new] member",
        "sign up [a] [new] member [called|named] {name} [{contact}] [{plan}]",
        "[a|we have a|there is a|there's a] new (member|joiner|client) [called|named] {name} [{contact}] [{plan}]",
        "(add|create|register|enroll|enrol|sign up) [a] [new] member [called|named] {name} [{contact}] (on|with) [the|a] {plan}",
        "new (member|joiner|client) [called|named] {name} [{contact}] (on|with) [the|a] {plan}",
        "add {name} to the (members|member list|gym)",
        "sign up {name} as [a] [new] (member|client) [{contact}] [{plan}]",
        "{name} is [a|our] [new] (member|client|joiner) [{contact}] [{plan}]",
        "{name} is new [{contact}] [takes|gets|has|on|with] [the|a] [{plan}]",
        "{name} joined [add her|add him|us|today] [{contact}] [{plan}]",
        "{name} (wants to become|becomes|became|signed up as) [a] member [{contact}] [{plan}]",
        "(add|create|register|enter|enroll|enrol|onboard) [new] [member] {name} (email|mail|phone|tel) {contact} [{plan}]",
        "(add|create|register|enter|enroll|enrol|onboard) [new] [member] {name} [(email|mail|phone|tel)] {contact} [and] (on|with|plan|takes) [the|a] {plan}",
        "we have [a] new (person|member|client|joiner) {name} [{contact}] [{plan}]",
        "[new] (member|client) {name} [{contact}] [{plan}]",
        "(put|take) {name} (on|into|in) [the|our] (members|member list|books|system) [{contact}] [{plan}]",
        "{name} (is joining|just joined|has joined) (us|the gym) [{contact}] [{plan}]",
    ],
    intro={
        "plan": ("on", "with", "plan", "on the", "takes", "gets", "wants", "has", "and"),
        "contact": ("email", "e-mail", "mail", "phone", "at", "tel", "number", "mobile", "reachable"),
    },
)
async def add_member(ctx: Context, name: Title, contact: Contact | None = None, plan: PlanRef | None = None) -> Result:
    """Add a member, with an e-mail address or telephone number and a plan if given."""
    today = ctx.local_now.date()
    person = Person(
        gym_id=ctx.gym.id, name=_clean_name(name), role="member", joined_on=today, settings={}, **_contact(ctx, contact)
    )
    alike = (await members.index(ctx.db, ctx.gym.id, staff=False)).named(folded(person.name)).people
    ctx.db.add(person)
    await ctx.db.flush()
    if plan is not None:
        ctx.db.add(_started(person, plan, today))
        await ctx.db.flush()
    key = await members.key_of(ctx.db, person)
    on = f" on {plan.name} from {full_day(today)}" if plan else ""
    warning = f"Note that there was a member called {person.name} before." if alike else ""
    offer = Offer(f"Invite {person.name}", "invite", {"member": key})
    return Result(
        text=warning, receipt=f"{person.name} added as a member{on}", things=(Thing("member", key),), offers=(offer,)
    )


def _clean_name(name: str) -> str:
    """A name as it is kept: one space between words, capitals where it was typed without any."""
    typed = " ".join(name.split()).strip("\"'“”‘’.,:;")
    if not any(c.isalpha() for c in typed) or len(typed) > 120:
        raise Refused(f"“{typed[:60]}” is no name that I can write down. Nothing was added; say the name in full.")
    return typed.title() if typed == typed.lower() else typed


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
    says=[
        "(change|update|set|edit|correct|fix|make) {member} {field} [to|as|into|:] {value}",
        "(change|update|set|edit|correct|fix) [the] {field} (of|for) {member} [to|as|:] {value}",
        "{member} {field} (is|should be|changed to|has changed to) [now] {value}",
        "{member} [new|correct|current] {field} (is|:) [now] {value}",
        "(new|correct) {field} (of|for) {member} [is|:] [now] {value}",
        "{field} (of|for) {member} is [now] {value}",
        "(save|store|put|note|enter) {value} as {member} [new] {field}",
        "(save|store|put|enter|add) [the] {field} (of|for) {member} [to|as|:] {value}",
        "(save|store|put|enter|add) {member} {field} [to|as|:] {value}",
        "(change|update|set|edit|correct|fix) {member} {field} it is {value}",
        "{member} (got|has) [a] [new] {field} [it is|it's|:] {value}",
        "{member} new {field} {value}",
        "{field} {member} (to|as|into) {value}",
        "{member} is now {field} {value}",
        "{member} has a new {field} [it is|it's|:] {value}",
        "{member} (changed|updated) (his|her|their) {field} to {value}",
        "[new] {field} (of|for) {member} [is|:] {value}",
        "(change|update|set|edit|correct|fix) {member} {field}",
        "(change|update|set|edit|correct|fix) [the] {field} (of|for) {member}",
    ],
)
async def update_member(ctx: Context, member: MemberRef, field: Field, value: Words) -> Result:
    """Change a member's name, e-mail address, phone number or birthday."""
    before, name = getattr(member, field), member.name
    after = _clean_name(value) if field == "name" else contact.parsed(field, value, ctx.local_now)
    setattr(member, field, after)
    await ctx.db.flush()
    key = await members.key_of(ctx.db, member)
    was = f" (was {_written(before)})" if before else ""
    receipt = f"{name}’s {LABELS[field]} is now {_written(after)}{was}"
    same = f"{name}’s {LABELS[field]} is {_written(after)} already; nothing was changed." if before == after else ""
    return Result(text=same, receipt=receipt, note=same or receipt, things=(Thing("member", key),))


LABELS = {"name": "name", "email": "e-mail address", "phone": "phone number", "birthday": "birthday"}


@tool(
    Role.COACH,
    Effect.WRITE,
    shows=Data.STAFF,
    says=[
        "[add|make|put|write|take|leave|save] [a] (note|remark|comment) (for|on|about|to|re|regarding) {member} [that|:] {note}",
        "(note|remember|write down|jot down|remark) (about|for|on) {member} [that|:] {note}",
        "(note|remember|write down|jot down|fyi) [that] {member} {note}",
        "{member} note {note}",
        "(log|record|file|attach|drop|create|enter) [a] (note|remark|comment) (for|on|about|to|re|regarding) {member} [that|:] {note}",
        "(make|take) [a] note that {member} {note}",
        "(keep|bear) in mind [that] {member} {note}",
        "(make|take|add|leave|put) [a] (note|remark) (for|on|about|to|in) {member} (profile|file|card|record) [that|:] {note}",
        "(log|record) (for|on|about) {member} [that|:] {note}",
        "(fyi|note|info) {member} {note}",
        "{member} {note} (note it|note that|write it down|note it down|make a note|take a note|make a note of that)",
        "[add|make|put|write|take|leave|save] [a] (note|remark|comment) (for|on|about|to|re|regarding) {member}",
        "(add|put) {note} (to|in|on) {member} (notes|file|profile|record)",
    ],
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
    return Result(text=shown, receipt=f"Note about {key} kept", note=note, things=(Thing("member", key),))


@tool(
    Role.ADMIN,
    Effect.WRITE,
    shows=Data.STAFF,
    says=[
        "(invite|onboard) {member} [to the chat|to the app|to whistle|online]",
        "(make|create|generate|get|give me|i need|new) [me] [an|a] (invite|invitation|sign up|join) [link|code] for {member}",
        "(send|give|get|make) {member} [an|a|the] (invite|invitation|sign up link|join link) [link|code]",
        "(invite|invitation) [link|code] for {member}",
        "(make|create|generate|get|give|send|need|want) [me] [a|an] [new] (link|code) [for|to] {member}",
        "(make|create|generate|get|give|send|need|want) [me] [a|an] [new] (invite|invitation|sign up|sign in|login|log in|join|access) (link|code) [for|to] {member}",
        "(send|give|get|make) {member} [an|a|the|her|his] (login|log in|sign in|access|join|sign up) [link|code]",
        "(send|give|get|make) {member} [an|a|the|her|his] (link|code|access)",
        "(login|log in|sign in|sign up|join|access) (link|code) [for] {member}",
        "{member} (wants|needs|has) to (log in|sign in|join|get in|login) [give|send|make] [me|her|him] [a|link]",
        "{member} (lost|has lost|cant find) (her|his|their|the) (link|login|access|code)",
        "(link|code) [for|to] {member}",
        "[a] (link|code) for {member} [to join|to sign up|to sign in]",
        "{member} needs [an|a] (invite|invitation|link|code) [link]",
        "let {member} (in|join) [the chat|the app]",
        "(resend|send again|renew) [the|a|an] [new] (invite|invitation|link) [to|for] {member}",
    ],
)
async def invite(ctx: Context, member: MemberRef) -> Result:
    """Make a link that lets a member in once; it is shown to you to hand on."""
    if member.left_on is not None:
        raise Refused(f"{member.name} left the gym on {_dated(member.left_on)}. Nobody was invited.")
    row, code = invites.new_invite(ctx.gym.id, member.id, ctx.now)
    ctx.db.add(row)
    await ctx.db.flush()
    key = await members.key_of(ctx.db, member)
    until = at(to_local(row.expires_at, ctx.gym.zone))
    link = invites.link(code, str(ctx.gym.settings.get("base_url") or ""))
    return Result(
        text=f"Hand this link to {key}. It works once, until {until} ({ctx.gym.zone}):\n\n`{link}`",
        note=f"An invitation link for {key} was made and shown.",
        receipt=f"Invitation for {key}, until {until}",
        things=(Thing("member", key),),
        private=True,
    )


def _written(value: object) -> str:
    return _dated(value) if isinstance(value, date) else str(value)


def _dated(day: date) -> str:
    return f"{full_day(day)} {day.year}"


def _day(ctx: Context, moment: datetime) -> str:
    return full_day(to_local(moment, ctx.gym.zone))


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79].rstrip() + "…"
