"""Coming, being known in several places, and going: linking accounts, inviting staff, the coaches' room, opening steps."""

from typing import Annotated

from sqlalchemy.sql import func, select

from core.agent import places
from core.agent.deliveries import CHOSEN, spot_of
from core.agent.messages import TurnRow
from core.agent.tools import Context, Data, Effect, Result, Role, tool
from core.chat import Card, Fact, Spot
from core.clock import to_local
from core.errors import Offer, Refused
from core.gym import contact, invites
from core.gym.class_types import class_types
from core.gym.classes import ClassSeries
from core.gym.wording import at
from core.i18n import _, marked, ngettext
from core.people import Person, accounts_of, new_link
from core.references.kinds import Switch, Title, one_of
from core.tools._onboarding_phrases import SAYS
from core.tools._ways_in import ways_in

Platform = Annotated[str, one_of("telegram|tg", "discord", "page|web|web page|the page|browser")]
Staff = Annotated[str, one_of("coach|trainer|coaching|instructor", "admin|admins|front desk|desk|manager")]
KEPT = {"page": "web"}
MAY = {
    marked("coach"): marked("A coach sees the members and runs classes."),
    marked("admin"): marked("An admin sees the members and what they owe, and runs classes."),
}
SHOWN = {"web": marked("the page"), "telegram": "Telegram", "discord": "Discord"}
IN_A_GROUP = marked(
    "Say this in the group that shall be the coaches' room, after you have added me to it. Nothing was changed."
)
BY_DOOR = marked("Or open this link, which adds me to a group of yours and asks you there:")
ALONE = marked("Ask me for that in our private chat: whoever reads the code could become you. None was made.")
# Undo would let in again whoever holds that account now.
BY_LINK = marked("This has no Undo: /link gives a code with which you come back yourself.")
STEPS = marked("Your gym, step by step")


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    model_may=False,
    says=SAYS["link"],
)
async def link(ctx: Context) -> Result:
    """Get a code that makes another account of yours, on another platform, the same person here."""
    if ctx.room is not None:
        raise Refused(_(ALONE), shows=Data.PUBLIC.value)
    row, code = new_link(ctx.speaker.person_id, ctx.now)
    ctx.db.add(row)
    until = to_local(row.expires_at, ctx.gym.zone)
    here = {account.platform for account in await accounts_of(ctx.db, ctx.speaker.person_id)}
    doors = ctx.gym.settings["doors"](code, False, here)
    send = _("Send me this from your other account, in our private chat there, until {time}:")
    told = [send.format(time=f"{until:%H:%M}"), f"`/link {code}`"]
    told += [_("Or open this link there:"), *(f"`{door}`" for door in doors)] if doors else []
    told.append(_("It works once. Give it to nobody: whoever sends it is you."))
    return Result(text="\n\n".join(told), note="A code was shown.")


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    model_may=False,
    says=SAYS["link_account"],
)
async def link_account(ctx: Context, code: Title) -> Result:
    """Use a code of yours here; it only works from an account that I do not know yet."""
    raise Refused(
        _("I know you here already. Send the code from the account that I do not know yet. Nothing was changed.")
    )


@tool(
    Role.MEMBER,
    Effect.CONFIRM,
    shows=Data.SELF,
    model_may=False,
    says=SAYS["unlink"],
)
async def unlink(ctx: Context, platform: Platform) -> Result:
    """Take an account of yours off: I no longer know you there."""
    name = KEPT.get(platform, platform)
    mine = await accounts_of(ctx.db, ctx.speaker.person_id)
    gone = [a for a in mine if a.platform == name]
    if not gone:
        raise Refused(_("You are not linked on {platform}. Nothing was changed.").format(platform=_(SHOWN[name])))
    if len(gone) == len(mine):
        raise Refused(_("That is the only place where I know you. /leave ends your membership; /forget_me erases you."))
    for account in gone:
        await ctx.db.delete(account)
    for chat in await places.private_chats(ctx.db, ctx.speaker.person_id):
        if chat.platform == name:
            chat.state, chat.person_id = places.GONE, None
    return Result(text=_("{platform} is no longer linked with you.").format(platform=_(SHOWN[name])))


@unlink.check
async def _which(ctx: Context, platform: str) -> Card:
    title = _("Unlink {platform}?").format(platform=_(SHOWN[KEPT.get(platform, platform)]))
    return Card(kind="confirm", title=title, lines=(_("I will not know you there."), _(BY_LINK)))


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=SAYS["set_platform"],
)
async def set_platform(ctx: Context, platform: Platform) -> Result:
    """Choose where I write to you by myself: reminders, notices, and what changes for you."""
    name = KEPT.get(platform, platform)
    if name not in {a.platform for a in await accounts_of(ctx.db, ctx.speaker.person_id)}:
        raise Refused(
            _("I do not know you on {platform} yet. /link gives you a code to send me there.").format(
                platform=_(SHOWN[name])
            )
        )
    person = await ctx.db.get_one(Person, ctx.speaker.person_id)
    person.settings = {**person.settings, CHOSEN: name}
    await ctx.db.flush()
    return Result(receipt=_("I write to you on {platform}").format(platform=_(SHOWN[name])))


@tool(
    Role.MEMBER,
    Effect.ALWAYS,
    shows=Data.SELF,
    model_may=False,
    says=SAYS["leave"],
)
async def leave(ctx: Context) -> Result:
    """Leave the gym: I no longer know you; what you trained and paid stays in its books."""
    person = await ctx.db.get_one(Person, ctx.speaker.person_id)
    person.left_on = ctx.local_now.date()
    await invites.void_all(ctx.db, ctx.gym.id, person.id, ctx.now)
    return Result(
        text=_("All the best! The front desk can let you in again with an invitation."),
        receipt=_("{name} left {gym}").format(name=person.name, gym=ctx.gym.name),
        final=True,
    )


@leave.check
async def _really(ctx: Context) -> Card:
    if ctx.speaker.role > Role.MEMBER:
        raise Refused(_("Staff are taken off by the owner, so that the gym is never left alone. Nothing was changed."))
    lines = (
        _("Your bookings stay until the front desk takes you off."),
        _("This has no Undo: the front desk can let you in again."),
        _("/forget_me erases you as well."),
    )
    return Card(kind="confirm", title=_("Leave {gym}?").format(gym=ctx.gym.name), lines=lines)


@tool(
    Role.OWNER,
    Effect.ALWAYS,
    shows=Data.STAFF,
    says=SAYS["invite_staff"],
)
async def invite_staff(ctx: Context, name: Title, role: Staff) -> Result:
    """Add a coach or admin and make the invitation that lets them in once; it is shown to you to hand on."""
    known = contact.called(name)
    person = Person(gym_id=ctx.gym.id, name=known, role=role, joined_on=ctx.local_now.date(), settings={})
    ctx.db.add(person)
    await ctx.db.flush()
    row, code = invites.new_invite(ctx.gym.id, person.id, ctx.now)
    ctx.db.add(row)
    await ctx.db.flush()
    until = at(to_local(row.expires_at, ctx.gym.zone))
    handed = _("Hand this on to {name}. It works once, until {until} ({zone}).")
    return Result(
        text=f"{handed.format(name=known, until=until, zone=ctx.gym.zone)}\n\n{ways_in(ctx, code)}",
        note=f"An invitation for {known} was made and shown.",
        receipt=_("{name} added as {role}, invited until {until}").format(name=known, role=_(role), until=until),
        private=True,
    )


@invite_staff.check
async def _new_colleague(ctx: Context, name: str, role: str) -> Card:
    title = _("Let {name} in as {role}?").format(name=" ".join(name.split()), role=_(role))
    return Card(kind="confirm", title=title, lines=(_(MAY[role]),))


@tool(
    Role.OWNER,
    Effect.CONFIRM,
    model_may=False,
    says=SAYS["bind_room"],
)
async def bind_room(ctx: Context, listen: Switch | None = None) -> Result:
    """Make the group that this is said in the coaches' room; with listen on, I also notice what is not said to me."""
    platform, bot, spot = await _group(ctx)
    mode = places.LISTEN if listen else places.QUIET
    await places.bind(ctx.db, ctx.gym.id, platform, bot, spot, places.STAFF, mode, ctx.now)
    words = (
        _(
            "This is the coaches' room from now on. I listen here, and only act when you press. /release_room takes that back."
        )
        if listen
        else _("This is the coaches' room from now on. I answer when I am addressed. /release_room takes that back.")
    )
    return Result(text=words)


@bind_room.check
async def _who_reads(ctx: Context, listen: bool | None = None) -> Card:
    spot = (await _group(ctx))[-1]
    lines = (
        _("Everyone in this group will read what staff may read: names of members, plans, who is booked."),
        _("This has no Undo: /release_room takes it back."),
    )
    return Card(
        kind="confirm",
        title=_("Make {group} the coaches' room?").format(group=spot.title or _("this group")),
        lines=lines,
    )


@tool(
    Role.OWNER,
    Effect.WRITE,
    model_may=False,
    says=SAYS["release_room"],
)
async def release_room(ctx: Context) -> Result:
    """Take back that the group which this is said in is the coaches' room."""
    platform, bot, spot = await _group(ctx)
    row = await places.at(ctx.db, platform, bot, spot.chat)
    if row is None or row.room != places.STAFF:
        raise Refused(_("This group is not the coaches' room. Nothing was changed."))
    row.room, row.mode = f"{platform}:{spot.chat}", places.QUIET
    return Result(text=_("This is an open group again: I show nothing here that not everybody may see."))


async def _group(ctx: Context) -> tuple[str, str, Spot]:
    """The group in which the turn is spoken or pressed; from the verified update, never from words."""
    kept = (await ctx.db.get_one(TurnRow, ctx.turn_id)).spot or {}
    spot = spot_of(kept)
    if spot is None or not spot.group:
        doors = ctx.gym.settings["doors"](bind_room.tool.name, True)
        raise Refused("\n\n".join([_(IN_A_GROUP), *([_(BY_DOOR), *doors] if doors else [])]))
    return kept["platform"], kept["bot"], spot


@tool(
    Role.OWNER,
    shows=Data.STAFF,
    model_may=False,
    says=SAYS["setup"],
)
async def setup(ctx: Context) -> Result:
    """What is left to do until the gym is ready, a button each."""
    steps, offers = await _steps(ctx)
    ready = _("Everything is there. Your members join with an invitation each: “add member Anna Schmidt”.")
    card = Card(kind="list", title=_(STEPS), facts=tuple(steps))
    return Result(text=ready if not offers else "", cards=(card,), offers=tuple(offers))


async def _steps(ctx: Context) -> tuple[list[Fact], list[Offer]]:
    """Each step with whether it is done, and buttons for those that are not, and for more of the same."""
    types = await class_types(ctx.db, ctx.gym.id)
    series = await _count(ctx, select(func.count(ClassSeries.id)).where(ClassSeries.gym_id == ctx.gym.id))
    staff = await _count(
        ctx, select(func.count(Person.id)).where(Person.gym_id == ctx.gym.id, Person.role.in_(("coach", "admin")))
    )
    rooms = await places.chats_of_room(ctx.db, ctx.gym.id, places.STAFF)
    repeat = ngettext("{count} class that repeats", "{count} classes that repeat", series).format(count=series)
    add_me = _("not yet: add me to your group and say /bind_room there")
    steps = [
        _step(_("Gym"), f"{ctx.gym.name} · {ctx.gym.zone} · {ctx.gym.currency}"),
        _step(_("Kinds of class"), ", ".join(t.name for t in types)),
        _step(_("Timetable"), repeat if series else ""),
        _step(_("Coaches and admins"), str(staff or "")),
        _step(_("Coaches' room"), ", ".join(r.title or _("bound") for r in rooms), add_me),
    ]
    more = [Offer(_("Add a kind of class"), "create_class_type")]
    more += [Offer(_("Add a class that repeats"), "schedule_series")] if types else []
    more += [Offer(_("Invite a coach or admin"), "invite_staff")]
    return steps, more


async def _count(ctx: Context, query: "object") -> int:
    return int(await ctx.db.scalar(query) or 0)  # type: ignore[call-overload]


def _step(what: str, there: str, missing: str = "") -> Fact:
    """One step: ticked with what is there, or what is missing."""
    return Fact(label=f"✓ {what}", value=there) if there else Fact(label=f"○ {what}", value=missing or _("none yet"))
