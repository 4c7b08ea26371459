"""One's own settings, and those of the gym."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from core.agent import usage
from core.agent.budget import MICROS, Assistants, Limits
from core.agent.tools import Context, Data, Effect, Result, Role, tool
from core.chat import Card, Fact
from core.errors import Refused
from core.gym.gyms import profile
from core.gym.policies import SETTINGS, shown
from core.i18n import _, language_name, marked, speak, speaks
from core.people import Person
from core.references.kinds import Language, Switch, TimeOfDay, Units, When, Words, Zone
from core.tools._ai_words import ai_words, by
from core.tools._charts import Bar, chart
from core.tools._setting_kinds import KINDS, GymField, Kind, Preference, Tier
from core.tools._setting_phrases import SAYS

ENGLISH_ONLY = marked("For now I answer in English: other languages come with the language models.")


async def _set(ctx: Context, **values: Any) -> None:
    """Write settings of the speaker's own."""
    person = await ctx.db.get_one(Person, ctx.speaker.person_id)
    person.settings = {**person.settings, **values}
    await ctx.db.flush()


async def _own(ctx: Context) -> Mapping[str, Any]:
    return (await ctx.db.get_one(Person, ctx.speaker.person_id)).settings or {}


@tool(
    Role.MEMBER,
    shows=Data.SELF,
    says=SAYS["show_settings"],
)
async def show_settings(ctx: Context) -> Result:
    """Show your own settings."""
    own = await _own(ctx)
    quiet = own.get("quiet_hours")
    off = sorted(kind for kind, on in own.get("notifications", {}).items() if not on)
    facts = (
        Fact(label=_("You"), value=ctx.speaker.name),
        Fact(label=_("Units"), value=own.get("units") or _("{units} (the gym’s)").format(units=ctx.gym.units)),
        Fact(label=_("Language"), value=language_name(own.get("language") or "English")),
        Fact(label=_("Time zone"), value=own.get("zone") or _("{zone} (the gym’s)").format(zone=ctx.gym.zone)),
        Fact(label=_("Quiet hours"), value=_(" to ").join(quiet) if quiet else _("none")),
        Fact(label=_("Notifications off"), value=", ".join(_(KINDS[kind]) for kind in off) or _("none")),
    )
    note = "; ".join(f"{f.label}: {f.value}" for f in facts)
    return Result(cards=(Card(kind="list", title=_("Your settings"), facts=facts),), note=note)


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=SAYS["set_units"],
)
async def set_units(ctx: Context, units: Units) -> Result:
    """Show weights to you in kg or lb."""
    await _set(ctx, units=units)
    return Result(receipt=_("Your units are now {units}").format(units=units))


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=SAYS["set_language"],
)
async def set_language(ctx: Context, language: Language) -> Result:
    """Keep the language you want to be answered in."""
    await _set(ctx, language=language)
    speak(language)
    told = "" if language == "English" or speaks(language) else _(ENGLISH_ONLY)
    return Result(text=told, receipt=_("Your language is now {language}").format(language=language_name(language)))


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=SAYS["set_timezone"],
)
async def set_timezone(ctx: Context, zone: Zone) -> Result:
    """Keep your own time zone; classes are always said in the gym's."""
    await _set(ctx, zone=zone)
    text = (
        _("Classes are still said in the gym’s time ({zone}).").format(zone=ctx.gym.zone)
        if zone != ctx.gym.zone
        else ""
    )
    return Result(text=text, receipt=_("Your time zone is now {zone}").format(zone=zone))


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=SAYS["set_quiet_hours"],
    intro={"from": ("from", "between", "after"), "to": ("to", "until", "till", "and", "before")},
)
async def set_quiet_hours(ctx: Context, from_: TimeOfDay, to: TimeOfDay) -> Result:
    """Send you nothing by itself between two times of the day."""
    if from_ == to:
        raise Refused(_("Quiet hours need a begin and an end that differ. Nothing was changed."))
    hours = [_clock(from_), _clock(to)]
    await _set(ctx, quiet_hours=hours)
    return Result(
        receipt=_("Quiet hours from {start} to {end}: what I would send by myself waits until they are over").format(
            start=hours[0], end=hours[1]
        )
    )


def _clock(at: time) -> str:
    return at.isoformat("minutes")


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=SAYS["set_notifications"],
)
async def set_notifications(ctx: Context, kind: Kind, on: Switch) -> Result:
    """Turn a kind of notification on or off for you."""
    own = await _own(ctx)
    await _set(ctx, notifications={**own.get("notifications", {}), kind: on})
    if kind == "notifications":
        words = _("All notifications are now on for you") if on else _("All notifications are now off for you")
        return Result(receipt=words)
    words = (
        _("Notifications about {kind} are now on for you")
        if on
        else _("Notifications about {kind} are now off for you")
    )
    return Result(receipt=words.format(kind=_(KINDS[kind])))


_BRANDS = {"claude": "Claude", "gpt": "GPT"}


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=SAYS["set_model"],
)
async def set_model(ctx: Context, preference: Preference) -> Result:
    """Choose which model answers you: Claude, GPT, the rules only, or whichever is there."""
    assistants: Assistants = ctx.gym.settings["assistants"]
    name = _BRANDS.get(preference, preference)
    if not assistants.any:
        if preference in _BRANDS:
            words = _(
                "{model} cannot answer you yet: no language model is connected here, and the rules answer everything. "
                "Nothing was changed."
            )
            return Result(text=words.format(model=name))
        return Result(text=_("The rules answer you here already, without a language model. Nothing had to be changed."))
    if preference in _BRANDS and preference not in assistants.brands:
        there = _(" and ").join(_BRANDS[b] for b in assistants.brands) or _("a model of the gym’s own")
        words = _("{model} is not connected here; {other} is. Nothing was changed.")
        return Result(text=words.format(model=name, other=there))
    await _set(ctx, model="" if preference == "any" else preference)
    done = {
        "rules": _("From now on only my fixed commands answer you"),
        "any": _("Whichever model is there answers you now"),
    }
    return Result(receipt=done.get(preference, _("{model} answers you first from now on").format(model=name)))


@tool(
    Role.OWNER,
    Effect.CONFIRM,
    shows=Data.STAFF,
    says=SAYS["set_gym"],
)
async def set_gym(ctx: Context, field: GymField, value: Words) -> Result:
    """Change the gym's name, time zone, times of reports, windows, deadlines or rules about unpaid charges."""
    setting = SETTINGS[field]
    gym = await profile(ctx.db, ctx.gym.id)
    before, after = getattr(gym, setting.column), setting.read(value)
    setattr(gym, setting.column, after)
    await ctx.db.flush()
    if before == after:
        return Result(
            text=_("The gym’s {setting} is {value} already. Nothing was changed.").format(
                setting=_(setting.label), value=shown(setting, after)
            )
        )
    return Result(
        receipt=_("The gym’s {setting} is now {value} (was {before})").format(
            setting=_(setting.label), value=shown(setting, after), before=shown(setting, before)
        )
    )


@set_gym.check
async def _ask_gym(ctx: Context, field: str, value: str) -> Card:
    """What is asked before the gym's settings change."""
    setting = SETTINGS[field]
    after = setting.read(value)
    before = getattr(await profile(ctx.db, ctx.gym.id), setting.column)
    lines = (_("Times already booked stay at the same moment; their clock times will read differently."),)
    return Card(
        kind="confirm",
        title=_("Change the gym’s {setting}?").format(setting=_(setting.label)),
        facts=(Fact(label=_("Now"), value=shown(setting, before)), Fact(label=_("Then"), value=shown(setting, after))),
        lines=lines if field == "zone" else (),
    )


@tool(
    Role.OWNER,
    shows=Data.MONEY,
    says=SAYS["show_ai_usage"],
)
async def show_ai_usage(ctx: Context, period: When | None = None) -> Result:
    """Show how much the gym used the assistant in the last two weeks: people, messages, tokens and cost."""
    used = await usage.of_the_gym(ctx.db, ctx.gym, ctx.now)
    days = usage.period_of(used, *(period.covers_days() if period else (date.min, date.max)))
    text = ai_words(used, ctx.gym.settings["assistants"].any)
    if not days:
        return Result(text=text)
    cards = [Card(kind="table", title=_("Use of the assistant"), table=by(days, _("Day"), "day"))]
    if not any(d["tokens"] for d in days):
        return Result(text=text, cards=tuple(cards))
    if not period:
        cards.append(Card(kind="table", title=_("Who answered"), table=by(used["by_model"], _("Answered by"), "model")))
    bars = [Bar(d["day"][5:], d["cost_usd"], f"${d['cost_usd']:.2f}") for d in reversed(days)]
    costs = ", ".join(f"{d['day']} ${d['cost_usd']:.2f}" for d in reversed(days))
    alt = _("Cost by day: {costs}").format(costs=costs)
    return Result(
        text=text,
        cards=tuple(cards),
        images=(chart(_("What the assistant cost at {gym}").format(gym=ctx.gym.name), bars, alt),),
    )


@tool(
    Role.OWNER,
    Effect.ALWAYS,
    shows=Data.MONEY,
    says=SAYS["set_ai_tier"],
)
async def set_ai_tier(ctx: Context, tier: Tier) -> Result:
    """Choose how much the gym may spend on language models in a day: lite, pro or elite."""
    gym = await profile(ctx.db, ctx.gym.id)
    before, gym.tier = gym.tier, tier
    await ctx.db.flush()
    if before == tier:
        return Result(text=_("The gym’s AI tier is {tier} already. Nothing was changed.").format(tier=tier))
    return Result(
        receipt=_("The gym’s AI tier is now {tier}, up to {limit} (was {before})").format(
            tier=tier, limit=_a_day(ctx, tier), before=before
        )
    )


@set_ai_tier.check
async def _ask_tier(ctx: Context, tier: str) -> Card:
    """What the gym may spend now and then."""
    before = (await profile(ctx.db, ctx.gym.id)).tier
    facts = (
        Fact(label=_("Now"), value=_("{tier}, up to {limit}").format(tier=before, limit=_a_day(ctx, before))),
        Fact(label=_("Then"), value=_("{tier}, up to {limit}").format(tier=tier, limit=_a_day(ctx, tier))),
    )
    lines = (_("Above it my fixed commands answer until midnight, at no cost."),)
    return Card(kind="confirm", title=_("Set the gym’s AI tier to {tier}?").format(tier=tier), facts=facts, lines=lines)


def _a_day(ctx: Context, tier: str) -> str:
    limits: Limits = ctx.gym.settings["assistants"].limits
    return _("{amount} a day").format(amount=f"${limits.cap(tier) / MICROS:g}")
