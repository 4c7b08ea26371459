"""One's own settings, and those of the gym."""

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any

from core.agent import usage
from core.agent.budget import MICROS, Assistants, Limits
from core.agent.tools import Context, Data, Effect, Result, Role, tool
from core.chat import Card, Fact
from core.errors import Refused
from core.gym.gyms import profile
from core.gym.policies import SETTINGS, shown
from core.people import Person
from core.references.kinds import Language, Switch, TimeOfDay, Units, When, Words, Zone, one_of
from core.tools._ai_words import ai_words, by
from core.tools._charts import Bar, chart

Kind = Annotated[
    str,
    one_of(
        "reminders|reminder|the reminders|remind me|reminding me|remind",
        "class reminders|class reminder|booking reminders",
        "waitlist|wait list|waitlist offers|waitlist messages|waiting list",
        "weekly plan|week plan|weekly plans|weekly updates|weekly update|plan updates|weekly summary",
        "news|announcements|newsletter",
        "payment reminders|payments|billing|invoices",
        "triage|morning triage|the triage|morning report",
        "notifications|all notifications|everything|all messages|notices|alerts|push|pushes",
    ),
]
Preference = Annotated[
    str,
    one_of(
        "claude|anthropic|sonnet|opus|haiku",
        "gpt|chatgpt|chat gpt|openai|open ai",
        "rules|rules only|no ai|no model|without ai",
        "any|any model|automatic|auto|whichever|default model|best model",
    ),
]
Tier = Annotated[str, one_of("lite|light|small", "pro|professional|standard", "elite|premium|top")]
GymField = Annotated[
    str,
    one_of(
        "name|gym name|gym's name|club name|gym is called|gym is now called|new name|club is called|rename the gym|rename our gym|rename gym|rename the club|call the gym|call our gym",
        "zone|time zone|timezone|gym zone|gym's zone|gym's time zone|gym's timezone",
        "units|unit|gym units|gym's units",
        "triage time|triage|morning triage|morning triage time|time of the triage",
        "week plan time|weekly plan time|weekly plan|week plan|time of the weekly plan",
        "undo window|undo time|undo period",
        "booking window|booking horizon|booking opening|bookings open|booking days",
        "cancel deadline|cancellation deadline|cancelation deadline|deadline|late cancel deadline|cancellation window",
        "claim window|waitlist claim|waitlist window|waitlist claim window|claim time",
        "waitlist quiet hours|waitlist quiet|gym quiet hours|gym's quiet hours",
        "unpaid may book|unpaid booking|unpaid bookings|booking while unpaid",
        "unpaid grace|grace period|grace days|payment grace|unpaid grace days",
    ),
]
_SET = "(set|change|switch|put|update|make)"


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
    says=[
        "(show|list|see|open|check|view) [me] [all] [my|the] (settings|preferences)",
        "[what are|what's|whats|what is] my [current] settings",
        "settings",
        "(what are|show|see|list|which are) [me] my [current|own] (settings|preferences|options)",
        "my preferences",
        "(which|what) (settings|preferences) (do i have|have i got|have i|are set|apply)",
        "my settings",
        "how am i set up",
        "(which|what) (units|language|timezone|time zone|quiet hours) (do i have|have i set|am i using)",
        "what are my (quiet hours|units|notifications)",
        "(what's|what is) my (language|timezone|time zone)",
    ],
)
async def show_settings(ctx: Context) -> Result:
    """Show your own settings."""
    own = await _own(ctx)
    quiet = own.get("quiet_hours")
    off = sorted(kind for kind, on in own.get("notifications", {}).items() if not on)
    facts = (
        Fact(label="Units", value=own.get("units") or f"{ctx.gym.units} (the gym’s)"),
        Fact(label="Language", value=own.get("language") or "English"),
        Fact(label="Time zone", value=own.get("zone") or f"{ctx.gym.zone} (the gym’s)"),
        Fact(label="Quiet hours", value=" to ".join(quiet) if quiet else "none"),
        Fact(label="Notifications off", value=", ".join(off) or "none"),
    )
    note = "; ".join(f"{f.label}: {f.value}" for f in facts)
    return Result(cards=(Card(kind="list", title="Your settings", facts=facts),), note=note)


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=[
        "(use|switch to|change to|i prefer|i use|i want|give me|show|go with|let's use|lets use) {units}",
        f"{_SET} [my|the] (units|unit|weights|weight unit) [to|in] {{units}}",
        "(show|display|give) [me] [my|the|all] (weights|weight|loads|everything) in {units}",
        "[my] (units|weights) in {units}",
        "(set|put|switch|change) me to {units}",
        "[i am american|i am european|i am british] [show|use|give] [me] {units}",
        "(everything|all|weights|loads) in {units}",
        "(want|would like|prefer) to (see|have|get|use) [my|the] [weights|everything] [in] {units} [instead of|not]",
        "(show|display|see) {units} (instead of|not) [kilos|kg|pounds|lbs]",
        "units {units}",
        "[change|switch|convert] [weights|everything|units] [from] [kg|kilos|lbs|pounds] to {units}",
        "[i think|i train|i lift|i count] in {units}",
        "{units} (please|instead|from now on)",
    ],
)
async def set_units(ctx: Context, units: Units) -> Result:
    """Show weights to you in kg or lb."""
    await _set(ctx, units=units)
    return Result(receipt=f"Your units are now {units}")


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=[
        f"{_SET} [my|the] language [to|into] {{language}}",
        "(talk|speak|write|answer|reply|respond) [to me|with me] [only] in {language}",
        "(switch|change) [it] to {language}",
        "(can|could) you (speak|talk|write|answer) [in] {language}",
        "i (speak|prefer|want|understand) [only] {language}",
        "my language is {language}",
        "[i] want [you to] [speak|write|answer|answers|replies|talk] [in] {language}",
        "[can|could] we (speak|talk|write|chat) [in] {language}",
        "(answers|replies) in {language}",
        "(prefer|rather) {language}",
        "in {language} (please|from now on)",
    ],
)
async def set_language(ctx: Context, language: Language) -> Result:
    """Keep the language you want to be answered in."""
    await _set(ctx, language=language)
    honest = (
        "" if language == "English" else "For now I answer in English: other languages come with the language models."
    )
    return Result(text=honest, receipt=f"Your language is now {language}")


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=[
        f"{_SET} [my|the] (timezone|time zone|zone) [to] {{zone}}",
        "my (timezone|time zone|zone) is [now] {zone}",
        "(use|i use) [the] (timezone|time zone|zone) {zone}",
        "(i am|i'm|im) [now|currently] (in|on) [the] {zone} [timezone|time zone|time]",
        "i (moved|am moving|have moved) to {zone}",
        "{zone} is my (timezone|time zone|zone)",
        "(adjust|adapt|correct|fix|update) my (timezone|time zone|clock) [to] {zone}",
        "(moved|moving|travelling|traveling|flying) to {zone} [adjust|change|update|set] [my] [timezone|time zone]",
        "use {zone} (time|hours|clock)",
        "(show|display|give) [me] [all] [the] (times|time|hours) in {zone} [time]",
        "(timezone|time zone|zone) {zone}",
        "[i am|i live|i stay|i will be] (in|at) {zone} [now] [change|set|update|switch] [my] (timezone|time zone|zone)",
        "(i live|i am living|i stay) in {zone} [now] [use] [time]",
        "(set|change|switch|put|update|make) my (time|clock) to {zone} [time]",
    ],
)
async def set_timezone(ctx: Context, zone: Zone) -> Result:
    """Keep your own time zone; classes are always said in the gym's."""
    await _set(ctx, zone=zone)
    text = f"Classes are still said in the gym’s time ({ctx.gym.zone})." if zone != ctx.gym.zone else ""
    return Result(text=text, receipt=f"Your time zone is now {zone}")


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=[
        "[set|make|change|put] [my|the] quiet (hours|time) [to|are] [from|between] {from} (to|until|till|and|-) {to}",
        "(don't|dont|do not|never) (message|text|write|disturb|bother|contact|ping|call|notify) [me] [anything] [from|between|after] {from} "
        "(to|until|till|and|-) {to}",
        "no (messages|notifications|texts|pings|pushes) [please] [from|between] {from} (to|until|till|and|-) {to}",
        "(be quiet|stay quiet|silence|mute|mute me|do not disturb|dnd) [from|between] {from} (to|until|till|and|-) {to}",
        "leave me alone [from|between] {from} (to|until|till|and) {to}",
        "[set|make] [my] quiet (hours|time) {from} {to}",
        "(dont|do not|never) (want|need|send) [me] [any] (messages|notifications|pings|texts) [from|between|after] {from} (to|until|till|and|-) {to}",
        "(mute|silence|quiet|pause|block) [me|everything|all|notifications|messages] [from|between] {from} (to|until|till|and|-) {to}",
        "[set|turn on|activate] [my] (do not disturb|dnd|dont disturb|sleep mode|night mode|silent mode) [to] [from|between] {from} (to|until|till|and|-) {to}",
        "[set|make|change|put] [my|the] (quiet|silent|sleep) (hours|time) (is|are|to|:) [from|between] {from} (to|until|till|and|-) {to}",
        "no (messages|notifications|pings|texts) (after|from|between) {from} (until|till|to|and) {to}",
        "(don't|dont|do not) (disturb|message|text|write|bother) [me] after {from} (until|till|to|and before) {to}",
        "i sleep (from|between) {from} (to|until|till|and) {to}",
        "[set|change] [my] quiet (hours|time)",
    ],
    intro={"from": ("from", "between", "after"), "to": ("to", "until", "till", "and", "before")},
)
async def set_quiet_hours(ctx: Context, from_: TimeOfDay, to: TimeOfDay) -> Result:
    """Send you nothing by itself between two times of the day."""
    if from_ == to:
        raise Refused("Quiet hours need a begin and an end that differ. Nothing was changed.")
    hours = [_clock(from_), _clock(to)]
    await _set(ctx, quiet_hours=hours)
    return Result(
        receipt=f"Quiet hours from {hours[0]} to {hours[1]}: what I would send by myself waits until they are over"
    )


def _clock(at: time) -> str:
    return at.isoformat("minutes")


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=[
        "(turn|switch|put) {on} [my|the|all|all the] {kind} [notifications|messages]",
        "(turn|switch|put) [my|the|all|all the] {kind} [notifications|messages] [back|again] {on}",
        "{on} [my|the|all|all the|sending me|sending] {kind} [notifications|messages]",
        "(turn|switch) {on} [the] (notifications|messages) (for|about|on) [the] {kind}",
        "{on} [the|more|any|any more] (notifications|messages) (for|about|on) [the] {kind}",
        "{on} more {kind}",
        "i {on} [to get|to have|to receive] [my|the] {kind} [back|again]",
        "i (don't|dont) want [any|to get|to receive] [more] {kind} {on}",
        "{on} (sending|send) [me] [any|the] [more] {kind}",
        "{on} [me] (from|of|to|for|out of) [the|all|my] {kind}",
        "{kind} {on} [please]",
    ],
)
async def set_notifications(ctx: Context, kind: Kind, on: Switch) -> Result:
    """Turn a kind of notification on or off for you."""
    own = await _own(ctx)
    await _set(ctx, notifications={**own.get("notifications", {}), kind: on})
    label = "All notifications are" if kind == "notifications" else f"Notifications about {kind} are"
    return Result(receipt=f"{label} now {'on' if on else 'off'} for you")


_BRANDS = {"claude": "Claude", "gpt": "GPT"}


@tool(
    Role.MEMBER,
    Effect.WRITE,
    shows=Data.SELF,
    says=[
        "(use|switch to|change to|talk to me with|answer with) [the] [model] {preference} [model]",
        f"{_SET} [my|the] (model|ai|ai model|llm) [to] {{preference}}",
        "(i want|i prefer|give me) {preference} [model]",
        "(change|switch|set) [my|the] (model|ai model|llm)",
        "(can|could|may|let) (i|me) (use|have|get) {preference} [instead]",
        "(talk|chat|speak) (to|with) me (with|via|through|using) {preference}",
    ],
)
async def set_model(ctx: Context, preference: Preference) -> Result:
    """Choose which model answers you: Claude, GPT, the rules only, or whichever is there."""
    assistants: Assistants = ctx.gym.settings["assistants"]
    name = _BRANDS.get(preference, preference)
    if not assistants.any:
        if preference in _BRANDS:
            told = (
                f"{name} cannot answer you yet: no language model is connected here, and the rules answer everything."
            )
            return Result(text=f"{told} Nothing was changed.")
        return Result(text="The rules answer you here already, without a language model. Nothing had to be changed.")
    if preference in _BRANDS and preference not in assistants.brands:
        there = " and ".join(_BRANDS[b] for b in assistants.brands) or "a model of the gym’s own"
        return Result(text=f"{name} is not connected here; {there} is. Nothing was changed.")
    await _set(ctx, model="" if preference == "any" else preference)
    done = {"rules": "From now on only my fixed commands answer you", "any": "Whichever model is there answers you now"}
    return Result(receipt=done.get(preference, f"{name} answers you first from now on"))


@tool(
    Role.OWNER,
    Effect.CONFIRM,
    shows=Data.STAFF,
    says=[
        f"{_SET} [the|our] {{field}} [of the gym|for the gym] [to|as|:] {{value}}",
        f"{_SET} [the] (gym|gym's|gyms|club) {{field}} [to|as|:] {{value}}",
        "[please] {field} (to|as|into|at|now|:) {value}",
        "(the|our) {field} (is|should be) [now] {value}",
        "(move|shift) [the] {field} to {value}",
        "(the|our) [new] {field} is [now] {value}",
        "(change|set|update) [a] (gym setting|setting of the gym|gym settings)",
    ],
)
async def set_gym(ctx: Context, field: GymField, value: Words) -> Result:
    """Change the gym's name, time zone, times of reports, windows, deadlines or rules about unpaid charges."""
    setting = SETTINGS[field]
    gym = await profile(ctx.db, ctx.gym.id)
    before, after = getattr(gym, setting.column), setting.read(value)
    setattr(gym, setting.column, after)
    await ctx.db.flush()
    if before == after:
        return Result(text=f"The gym’s {setting.label} is {shown(setting, after)} already. Nothing was changed.")
    return Result(receipt=f"The gym’s {setting.label} is now {shown(setting, after)} (was {shown(setting, before)})")


@set_gym.check
async def _ask_gym(ctx: Context, field: str, value: str) -> Card:
    """What is asked before the gym's settings change."""
    setting = SETTINGS[field]
    after = setting.read(value)
    before = getattr(await profile(ctx.db, ctx.gym.id), setting.column)
    lines = ("Times already booked stay at the same moment; their clock times will read differently.",)
    return Card(
        kind="confirm",
        title=f"Change the gym’s {setting.label}?",
        facts=(Fact(label="Now", value=shown(setting, before)), Fact(label="Then", value=shown(setting, after))),
        lines=lines if field == "zone" else (),
    )


_AI = "(ai|assistant|bot|whistle|model|llm)"


@tool(
    Role.OWNER,
    shows=Data.MONEY,
    says=[
        "[show] [me] [the] ai (usage|costs|cost|spend|spending) [{period}]",
        "how much (did|do|does) [the] (ai|bot|assistant|whistle) cost [us] [{period}]",
        "what (did|does) [the] (ai|bot|assistant|whistle) cost [us] [{period}]",
        "[show] [me] [the] usage (analytics|statistics|stats|report) [{period}]",
    ],
)
async def show_ai_usage(ctx: Context, period: When | None = None) -> Result:
    """Show how much the gym used the assistant in the last two weeks: people, messages, tokens and cost."""
    used = await usage.of_the_gym(ctx.db, ctx.gym, ctx.now)
    days = usage.period_of(used, *(period.covers_days() if period else (date.min, date.max)))
    text = ai_words(used, ctx.gym.settings["assistants"].any)
    if not days:
        return Result(text=text)
    cards = [Card(kind="table", title="Use of the assistant", table=by(days, "Day", "day"))]
    if not any(d["tokens"] for d in days):
        return Result(text=text, cards=tuple(cards))
    if not period:
        cards.append(Card(kind="table", title="Who answered", table=by(used["by_model"], "Answered by", "model")))
    bars = [Bar(d["day"][5:], d["cost_usd"], f"${d['cost_usd']:.2f}") for d in reversed(days)]
    alt = "Cost by day: " + ", ".join(f"{d['day']} ${d['cost_usd']:.2f}" for d in reversed(days))
    return Result(
        text=text, cards=tuple(cards), images=(chart(f"What the assistant cost at {ctx.gym.name}", bars, alt),)
    )


@tool(
    Role.OWNER,
    Effect.ALWAYS,
    shows=Data.MONEY,
    says=[
        f"{_SET} [the|our] {_AI} (tier|budget|plan) [to] {{tier}}",
        f"(use|take|buy|book|switch to|upgrade to|go to) [the] {{tier}} [{_AI}] (tier|budget|plan)",
        f"(upgrade|downgrade|raise|lower) [the|our] [{_AI}] (tier|budget|plan) to {{tier}}",
        f"(change|raise|lower|upgrade|downgrade) [the|our] {_AI} (tier|budget|plan)",
    ],
)
async def set_ai_tier(ctx: Context, tier: Tier) -> Result:
    """Choose how much the gym may spend on language models in a day: lite, pro or elite."""
    gym = await profile(ctx.db, ctx.gym.id)
    before, gym.tier = gym.tier, tier
    await ctx.db.flush()
    if before == tier:
        return Result(text=f"The gym’s AI tier is {tier} already. Nothing was changed.")
    return Result(receipt=f"The gym’s AI tier is now {tier}, up to {_a_day(ctx, tier)} (was {before})")


@set_ai_tier.check
async def _ask_tier(ctx: Context, tier: str) -> Card:
    """What the gym may spend now and then."""
    before = (await profile(ctx.db, ctx.gym.id)).tier
    facts = (
        Fact(label="Now", value=f"{before}, up to {_a_day(ctx, before)}"),
        Fact(label="Then", value=f"{tier}, up to {_a_day(ctx, tier)}"),
    )
    lines = ("Above it my fixed commands answer until midnight, at no cost.",)
    return Card(kind="confirm", title=f"Set the gym’s AI tier to {tier}?", facts=facts, lines=lines)


def _a_day(ctx: Context, tier: str) -> str:
    limits: Limits = ctx.gym.settings["assistants"].limits
    return f"${limits.cap(tier) / MICROS:g} a day"
