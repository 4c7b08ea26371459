"""Being forgotten: the one thing that cannot be undone."""

from core.agent.erasure import erase
from core.agent.tools import Context, Data, Effect, Result, Role, tool
from core.chat import Card
from core.errors import Refused
from core.i18n import _
from core.people import Person


@tool(
    Role.MEMBER,
    Effect.ALWAYS,
    shows=Data.SELF,
    says=[
        "forget me!",
        "(delete|erase|remove) my account and (everything|all) [that] [you] (know|have|store|keep) [about|on] [me]",
        "(delete|erase|remove|wipe) (my account|my data|all my data|everything about me!|my profile)",
        "delete me!",
        "erase me!",
        "remove me! [completely|entirely] from [your|the] (system|database|records|books|app)",
        "wipe me!",
        "(delete|erase|remove|wipe) [all] [of] my (data|information|details|account)",
        "delete (everything|all) [you] [have|know] about me!",
        "i want (to be forgotten|my data deleted|my account deleted|you to forget me)",
        "close my account",
        "(delete|erase|remove|wipe) [all] my (personal|private) (data|information|details)",
        "(delete|erase|wipe|forget|purge) me [completely|fully|entirely] from [your|the] (system|database|records|books|app|files) [completely|fully|entirely]",
        "gdpr (delete|deletion|erase|erasure) [me|request]",
        "(want|would like) my (account|data|profile) (deleted|erased|removed|wiped|gone)",
        "(delete|erase|wipe) everything about me",
        "(delete|erase|wipe|remove|purge|scrub|clear) me! (completely|entirely|fully|for good|forever|for ever)",
        "[all] (traces|trace) of! me! (gone|removed|deleted|erased|wiped)",
        "(remove|delete|erase|wipe|clear) [all|every|any] (traces|trace) of! me!",
        "(purge|destroy|scrub|clear) [all] my (account|data|profile|records|information|details)",
        "(scrub|clear|strike|cut|take) me! (from|out of|off) [your|the] (system|database|records|books|app|files)",
        "make me! (disappear|vanish) (from|out of) [your|the] (system|database|records|books|app|files)",
        "[the] under gdpr [i] [ask|request|demand|want] [you] [to] (erase|delete|remove|wipe) [all] my [personal] (data|information|account)",
        "forget everything about me!",
        "(delete|erase|remove|wipe|forget) everything [that] [you] (have|know|store|stored|saved|keep|got|hold) (on|about|of) me! [account] [and] [all]",
        "(delete|erase|remove|wipe|scrub) every trace of me! [from|out of|in] [your|the] [system|database|records|books]",
        "(delete|erase|remove|wipe|clear|destroy) [all] my [whole|entire|complete] "
        "(account|profile|data|record|records|information) [for good|forever|completely|permanently]",
        "[i] (demand|request|insist|ask) [you] [to|that] [you] (delete|erase|remove|wipe) [all] my [personal] (data|account|profile|information)",
        "[i] want to be! (deleted|erased|forgotten|wiped)",
        "get rid of [all] [of] my (data|information|account|details|profile|records)",
        "(want|would like|need) [all] my (account|data|profile) and! [all] [my] (data|account|profile|everything) "
        "(deleted|erased|removed|wiped|gone)",
    ],
)
async def forget_me(ctx: Context) -> Result:
    """Erase me: who I am, what I said, and my name wherever it stands. This cannot be undone."""
    person = await ctx.db.get_one(Person, ctx.speaker.person_id)
    await erase(ctx.db, person, ctx.turn_id, ctx.local_now.date())
    return Result(text=_("You are forgotten: your name, contact data and conversations are erased. All the best."))


@forget_me.check
async def _what_goes(ctx: Context) -> Card:
    if ctx.speaker.role > Role.MEMBER:
        raise Refused(
            _("Staff are taken off by the owner first: a gym cannot forget who runs it. Nothing was changed.")
        )
    return Card(
        kind="confirm",
        title=_("Forget you for good?"),
        lines=(
            _("Your name, contact data, notes and all conversations are erased."),
            _("Your coming bookings are given up, and you are signed out."),
            _("Past visits and payments stay in the books, without your name."),
            _("This cannot be undone."),
        ),
    )
