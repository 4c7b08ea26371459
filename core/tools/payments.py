"""Who owes what: the list of the unpaid, and one person's balance."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from core.agent.tools import Context, Data, Result, Role, Thing, tool
from core.chat import Card, Fact, Table
from core.clock import to_local
from core.gym import members, payments, plans
from core.gym.members import Visits
from core.gym.payments import Debt
from core.gym.plans import Held
from core.gym.wording import YOU, about, full_day, sum_of
from core.i18n import _, ngettext
from core.people import Person
from core.references.kinds import DayCount
from core.references.people import MemberRef

_MOST = 60
_NOT_PAID = "(hasn't|hasnt|hasn’t|has not|haven't|havent|didn't|didnt|did not|not) (paid|pay|payed)"
_OPEN = "(unpaid|overdue|outstanding|open|late|failed|missing)"
_NOT_SETTLED = (
    "(hasn't|hasnt|haven't|havent|didn't|didnt|has not|did not) "
    "(settled|settle|transferred|transfer|coughed up|cough up|cleared|clear|covered|sent|wired|forked out|shelled out)"
)
_THEIR_BILLS = "(fees|fee|dues|bill|bills|invoice|invoices|payment|payments|money|membership|debt|debts|balance)"
_BILLS = "(memberships|members|invoices|bills|fees|charges|payments|balances|dues|people|accounts)"


@tool(
    Role.ADMIN,
    shows=Data.MONEY,
    says=[
        f"who {_NOT_PAID} [us] [yet] [this month]",
        f"(which|what) (members|people|clients|athletes) {_NOT_PAID} [us] [yet] [this month]",
        f"(members|people|everyone|everybody|all) who {_NOT_PAID} [us] [yet] [this month]",
        "(debts|debt|arrears|bills|payments) (older than|for more than|for over|over|more than|since) {older_than} [old]",
        f"(anyone|anybody|someone) who {_NOT_PAID} [yet]",
        "(everybody|everyone|all|anyone|anybody|members|people) [that|who] [is|are] [more than|over|longer than] {older_than} (behind|late|overdue) [with|on|in] [the|their] [paying|payment|payments|fees|dues]",
        "who [still] (owes|owe) [us] [any|some] [money|cash|something]",
        "who (has|have) been owing [us] [money] [for] [more than|over|longer than] {older_than}",
        "who [still] (owes|owe) [us] [money] [for|since] [more than|over|longer than] {older_than}",
        "(anybody|anyone|who|someone) [is] [more than|over|longer than] {older_than} (overdue|late|behind|unpaid)",
        "who (is|are) (our|the|my) (debtors|defaulters|non payers|late payers)",
        "(list|show) [of] [me] who [still] owes us [money]",
        f"(list|show|give me|see|check|any|which) [me] [all|the|all the|our] {_OPEN} {_BILLS}",
        f"(list|show) [me] [all|the] {_BILLS} (that are|which are|who are) {_OPEN}",
        "who (is|are) (overdue|behind|late|in arrears|unpaid) [with|on] [the|their] [payment|payments|fees|dues]",
        "(list|show) [me] [everyone|everybody|people|members] who (is|are) (behind|overdue|late) [with|on] [their] [fees|payments]",
        "[list|show] [me] [the] (unpaid|arrears|debtors|overdue) [list]",
        "who (failed|forgot) to pay",
        "how much [money] (are we|is the gym) owed [in total|overall]",
        "[what is|how much is] [the] total (outstanding|owed|unpaid|overdue|debt)",
        "(which|what) (members|people|clients) (are|is) (behind|late|overdue|in arrears) [with|on] [their|the] [payment|payments|paying|fees|dues]",
        "(who|which members|which people|which clients) (has|have|had) (debt|debts|open bills|open payments|open invoices|open fees|arrears)",
        "[list|show|give] [me] [of] (people|members|everyone|everybody|clients|those) who (owe|owes) [us] [money]",
        "(payment|payments|fees|dues|invoices|bills) (overdue|open|outstanding|unpaid|late|missing|due)",
        "who (is|are) late (paying|with paying|to pay|with payment)",
        "who (needs|has|have|must|still needs) to pay [us] [still]",
        "who (owes|owe) [us]",
        "(debts|debtors|arrears|unpaid|overdue)",
        "who [still] (paid|pays) nothing",
        "(any|are there) [open|unpaid|outstanding] (debts|debtors|arrears)",
        "(whose|which) (card|payment|payments) (failed|bounced|got declined|was declined)",
        "(who|which members) (still have|have) to pay",
        "(people|members|everyone|anyone|clients) who (owe|owes) us [money] [for|since] [more than|over|longer than] {older_than}",
        f"who {_NOT_PAID} (for|in) [more than|over|longer than|at least] {{older_than}}",
        "who owes us [money] (for|since) [more than|over|longer than] {older_than}",
        f"{_OPEN} [{_BILLS}] (older than|for more than|for over|over|more than) {{older_than}} [old]",
        f"who {_NOT_SETTLED} [{_THEIR_BILLS}] [yet]",
        f"(which|what) (members|people|clients|athletes) {_NOT_SETTLED} [{_THEIR_BILLS}] [yet]",
        f"who {_NOT_PAID} {_THEIR_BILLS} [yet]",
        "(who|which members|which people) (isnt|arent) paying [us] [their] [fees|dues|fee]",
        "(who|which members|which people) (still|yet) [has|have|is|are] [to] pay [us] [their|the] [fees|dues|fee|membership|bill|bills]",
        "[list|show|give] [me] [all|the|any] (members|people|everyone|everybody|clients|athletes|those|anyone|anybody) with "
        f"[a|an|some] [{_OPEN}] (debt|debts|arrears|bills|bill|invoices|invoice|fees|dues|payments|balance|balances)",
        "(payments|payment|money|fees|dues|transfers) [that|which] (never|didnt|havent|hasnt|not) (came|come|arrive|arrived|made "
        "it|received|been received) [in|through]",
        "[list|show|give|name] [me] [of] [the|all|our] (non payers|late payers|bad payers|slow payers|nonpayers|defaulters|debtors|deadbeats) [list]",
        "[any|are there any|all|show|list] [me] [the] (debts|debt|arrears) [still] (outstanding|open|unpaid|left)",
        "(whose|which) (payment|payments|fee|fees|dues|money|membership|bill|invoice) [is|are] [still] "
        "(missing|open|late|overdue|outstanding|due|unpaid)",
        "who (needs|gets|should get|must get) [a|another] (payment reminder|reminder to pay|dunning letter|reminder about "
        "payment|reminder for payment)",
        "who (do|should|must|can|shall) (i|we) [have to|need to|must] (chase|remind|dun|nag|hound|pester|invoice) [up] "
        "[for|about|to|because of] [the|their|his|any] (money|payment|payments|pay|fees|dues|cash)",
        "(whom|who) do i (chase|remind|nag|hound) [up] (for|about) [their|the] (money|payment|payments|fees|dues|cash)",
        "who to (chase|remind|dun|nag) [up] [for|about] [the|their] (money|payment|payments|fees|dues|cash)",
        "(how many|which|what) [of] [our] (members|people|clients|athletes) [still] (owe|owes) [us] [money|something]",
        "(is|are) (anyone|anybody|somebody|someone) [still] (behind|late|overdue|in arrears) [with|on] [the|their] "
        "[monthly|membership] [fee|fees|payment|payments|dues]",
        "who (has|have|got) [still|got] (something|anything|money|sums|amounts|stuff) [still] (open|outstanding|due|unpaid|overdue) "
        "[with us|with the gym]",
        "(where|who|what|whose money|what money) are we [still] waiting (for|on) [for] [money|payment|payments|cash]",
        "(what|which) (money|payments|fees) (is|are) [still] (missing|outstanding|open|due)",
    ],
    intro={"older_than": ("older than", "more than", "over", "longer than", "for", "at least")},
)
async def list_unpaid(ctx: Context, older_than: DayCount | None = None) -> Result:
    """List who has not paid: how much, since when, why.

    And when they were last here."""
    today = ctx.local_now.date()
    owed = payments.older_than(await payments.unpaid(ctx.db, ctx.gym.id, today), older_than, today)
    if not owed:
        nothing = _("Everyone has paid: nothing is owed.")
        old = _("Everyone has paid: nothing is owed for more than {days} days.")
        return Result(text=nothing if older_than is None else old.format(days=older_than))
    ids = [debt.person_id for debt in owed]
    people = await members.by_ids(ctx.db, ctx.gym.id, ids)
    seen = await members.visits(ctx.db, ctx.gym.id, ids, ctx.now - timedelta(days=30))
    rows = tuple(_row(ctx, debt, people[debt.person_id], seen[debt.person_id], today) for debt in owed[:_MOST])
    total = sum_of(sum((debt.amount for debt in owed), Decimal(0)), owed[0].currency)
    title = _owing(len(owed), total, older_than)
    head = (_("Name"), _("Amount"), _("Since"), _("Reason"), _("Last visit"))
    table = Table(head=head, rows=rows)
    lines = "; ".join(f"{row[0]}: {row[1]} since {row[2]} ({row[3]}), last visit {row[4]}" for row in rows)
    keys = await members.keys_of(ctx.db, ctx.gym.id, [(d.person_id, people[d.person_id].name) for d in owed[:_MOST]])
    listed = tuple(Thing("member", key) for key in keys)
    return Result(cards=(Card(kind="table", title=title, table=table),), note=f"{title}. {lines}", listed=listed)


def _owing(count: int, total: str, older_than: int | None) -> str:
    words = ngettext("{count} person owes {amount} in all", "{count} people owe {amount} in all", count)
    if older_than is not None:
        words = ngettext(
            "{count} person owes {amount} in all for more than {days} days",
            "{count} people owe {amount} in all for more than {days} days",
            count,
        )
    return words.format(count=count, amount=total, days=older_than)


def _row(ctx: Context, debt: Debt, person: Person, seen: Visits, today: date) -> tuple[str, str, str, str, str]:
    last = full_day(to_local(seen.last, ctx.gym.zone)) if seen.last else _("never")
    since = f"{full_day(debt.since)} ({_days(debt.days(today))})"
    return person.name, sum_of(debt.amount, debt.currency), since, ", ".join(debt.reasons) or _("not paid yet"), last


def _days(count: int) -> str:
    return ngettext("{count} day", "{count} days", count).format(count=count) if count else _("today")


@tool(
    Role.MEMBER,
    shows=Data.MONEY,
    least={"member": Role.ADMIN},
    says=[
        "[what's|what is|whats|show|tell|check|see] [me] my (balance|account balance|debt|dues|payments|invoices|bill)",
        "(how much|what) [money] (must|should|need) i [must|have to|need to] [still] pay [still] [you]",
        "how much is {member} (behind|short|overdue|in arrears)",
        "(is|how far is) {member} (behind|overdue|in arrears) [with] [payments]",
        "[whether] i [still] owe [you|us|the gym] [any|some] [money|anything|something]",
        "how many (visits|credits|classes|entries) i have [left] [on|in] [my] [card|pack|plan]",
        "how many (visits|credits|classes|entries|sessions) (left|remaining) (on|in) my (card|pack|plan|pass|membership)",
        "(do|have) i [still] (have|got) [any|some] (credits|visits|entries) [left]",
        "how much money do i (owe|have to pay|need to pay) [you]",
        "(do|must|should) i [still] (have|need|got) [to] pay [something|anything|money]",
        "do i have [any] (debts|debt|arrears)",
        "do i have [any] (open|unpaid|outstanding) (payments|payment|bills|invoices|fees|dues|debts|debt)",
        "[any|my|show] (open|unpaid|outstanding) (payments|payment|bills|invoices|fees|dues) (on|of|in|for) my (account|membership)",
        "my (open|unpaid|outstanding) (payments|payment|bills|invoices|fees|dues)",
        "[is there|are there|do i have|have i] [any] (payment|payments|bill|bills|invoice|invoices|fee|fees) (open|outstanding|due|unpaid|missing) [on my side|for me|from my side|on my account]",
        "how is my (balance|account|membership) [looking|doing]",
        "(what is|what's|how much is) [still] left (on|of|in) my (plan|pack|membership|card)",
        "(how many|how much) (visits|classes|credits|sessions|entries) (left|remaining|remain)",
        "my (membership|plan|contract|pack|subscription) [status|details|info]",
        "(what is|what's|whats|show|tell) [me] my (membership|plan|contract|pack|subscription) [plan|status|details|type]",
        "(am i|is my membership|is my plan|is my account) [still|currently] (frozen|active|paused)",
        "(which|what) (contract|subscription|pack|tariff) (am i|do i have|is mine) [on]",
        "(until when|how long) (is|does) my (membership|plan|pack|contract) (valid|last|run|paid)",
        "is there (anything|something|money) [left|still] (to pay|open|due) [for me|on my account]",
        "did you (get|receive) my (payment|money|transfer)",
        "how much money i (must|have to|need to|owe) [pay] [you]",
        "(do|did) i [still] owe [you] [guys] [anything|something|money|any money]",
        "(how much|what) do i [still] (owe|have to pay) [you] [guys]",
        "(am i|is my account|is my membership) (paid|paid up|all paid|overdue|behind|up to date)",
        "have i paid [already|yet] [this month]",
        "did my (payment|card) (go through|work|fail)",
        "how many (visits|classes|sessions) (can|may|could) i [still] (take|do|book|use|attend) [this week|this month]",
        "how many (visits|classes|credits|sessions) (are left|do i have|have i got|i have) [left] [on|in] [my] [pack|plan|card]",
        "(visits|credits|classes) left [on|in] [my] [pack|plan]",
        "when (does|is) my (plan|membership|pack) (end|ending|expire|expiring|run out|running out|due|renew|renewed|over)",
        "(what|which) (plan|membership) (am i|do i have|is mine) [on]",
        "(what's|what is|show) [me] my (plan|membership)",
        "(how much|what) does {member} [still] owe [us|the gym]",
        "does {member} [still] owe [us] [anything|something|money]",
        "[show|check|what's|what is] [me] [the] (balance|account|debt|dues) (of|for|from) {member}",
        "[show|check|what's|what is] [me] {member} (balance|debt|dues|account)",
        "(has|did) {member} (paid|pay) [already|yet] [this month]",
        "is {member} (paid up|paid|overdue|behind)",
        "how many (visits|classes|credits|sessions) (has|have) {member} [got] [left]",
        "(has|did|does) {member} (paid|pay|owe) [us|anything|something]",
        "(is|are) {member} (late|behind|overdue|up to date) [with|on] [payment|payments|paying]",
        "[any] (open|outstanding|unpaid) (payments|bills|invoices|fees|debts) (of|for|from) {member}",
        "[what is|whats] [the] (open|outstanding|unpaid|due|overdue) (amount|sum|balance|payment|bill|invoice) (of|for|from) {member}",
        "[what is|whats] {member} (open|outstanding|unpaid|due|overdue) (amount|sum|balance|payment|bill|invoice)",
        "(am i|are we) (square|even|quits|squared up|all square) [with] [you|us|the gym] [money wise|financially]",
        "am i [in] (red|debt|arrears|minus|the black) [with] [you|us|the gym]",
        "am i (behind|late|overdue|up to date|in arrears|good) [with|on] [my|the|all] [membership] "
        "(fees|payments|dues|payment|fee|bills|instalments)",
        "[any|are there any|got any] (open|unpaid|outstanding|missing|due) "
        "(bills|bill|invoices|invoice|payments|payment|fees|dues|debts) (for|from|of|against) me!",
        "(what|how much) is [on] my (tab|bill|account|fee|debt|invoice)",
        "(show|tell|give) me my (tab|bill|invoice)",
        "[how much|what|any] money [do] i! owe [to] [you|the gym]",
        "[tell] [me] (how|where) (do i|i) stand [with] [the|my] [payments|payment|fees|bills|money|money wise|account|financially|dues]",
        "[tell] [me] how (do we|we) stand (money wise|financially|payment wise|with money|with payments)",
        "[check] [whether|if] (are|is|have|has) [all] [of] my (invoices|bills|payments|fees|dues|invoice|bill|payment|fee) [all] "
        "[been] (settled|paid|cleared|covered|received|in order)",
        "[check] (whether|if) [all] [of] my (invoices|bills|payments|fees|dues|invoice|bill|payment|fee|account) [are|is|have] [all] "
        "[been] (settled|paid|cleared|covered|in order|up to date)",
        "is my (account|bill|invoice|payment|membership) [all] (in order|settled|cleared|in credit|ok with you|unpaid|overdrawn)",
        "[is|do you have|have you got|got] (anything|something|any money) [still] (outstanding|open|due|unpaid|overdue|missing|owing) "
        "(on|from|for|by|against) (my account|me!|my side|my end|my name)",
        "(did|have) i [already] (pay|paid|settle|settled|payed) [for|in] "
        "(january|february|march|april|may|june|july|august|september|october|november|december|this month|last month|the month) "
        "[already|yet]",
        "(did|have) i [already] (settle|settled|cover|covered) "
        "(january|february|march|april|may|june|july|august|september|october|november|december|this month|last month)",
        "(am i|are we) even! with! (you|us|the gym)",
        "do you [still] (want|need) [any|some] money from me!",
        "how much am i! (in for|behind|short|owing|down|due)",
        "how much [money] (do you|does the gym) [still] (get|want|need|expect) from me!",
        "do you [still] get [any|some] money from me!",
        "how many (visits|classes|credits) does {member} have left",
    ],
)
async def show_balance(ctx: Context, member: MemberRef | None = None) -> Result:
    """Show a plan and what is owed.

    One's own; admins and the owner can ask it of a member."""
    person: Person = await ctx.db.get_one(Person, member.id if member else ctx.speaker.person_id)
    today = ctx.local_now.date()
    held = plans.fitting((await plans.held_by(ctx.db, ctx.gym.id, person.id)).get(person.id, ()), today)
    owed = await payments.unpaid(ctx.db, ctx.gym.id, today, person.id)
    settled = await payments.payments_of(ctx.db, ctx.gym.id, person.id)
    first = _sentence(person.name if member else YOU, owed[0] if owed else None)
    lines = tuple(f"{full_day(c.due_on)}: {sum_of(c.amount, c.currency)} {_how(c)}" for c in settled)
    title = _("Balance of {name}").format(name=person.name) if member else _("Your balance")
    card = Card(kind="list", title=title, facts=tuple(_facts(held, owed, today)), lines=lines)
    told = "; ".join([*(f"{f.label}: {f.value}" for f in card.facts), *lines])
    things = (Thing("member", await members.key_of(ctx.db, person)),) if member else ()
    return Result(text=first, cards=(card,), note=f"{first} {told}", things=things)


def _sentence(who: str, debt: Debt | None) -> str:
    if debt is None:
        return about(who, _("You owe nothing."), _("{name} owes nothing."))
    yours, theirs = _("You owe {amount} since {day}."), _("{name} owes {amount} since {day}.")
    return about(who, yours, theirs, amount=sum_of(debt.amount, debt.currency), day=full_day(debt.since))


def _how(charge: payments.Charge) -> str:
    if charge.paid_at is None:
        return _("waived ({reason})").format(reason=charge.waived_reason)
    return _("paid by {method}").format(method=charge.method) if charge.method else _("paid")


def _facts(held: Held | None, owed: Sequence[Debt], today: date) -> list[Fact]:
    if held is None:
        return [Fact(label=_("Plan"), value=_("none"))]
    m = held.membership
    facts = [Fact(label=_("Plan"), value=m.plan)]
    if held.left is not None:
        facts.append(
            Fact(label=_("Visits left"), value=_("{left} of {visits}").format(left=held.left, visits=m.visits))
        )
    if m.visits_per_week:
        facts.append(Fact(label=_("Visits a week"), value=str(m.visits_per_week)))
    if m.ends_on:
        facts.append(Fact(label=_("Ended") if m.ends_on < today else _("Ends"), value=full_day(m.ends_on)))
    if plans.is_frozen(m.frozen_from, m.frozen_until, today):
        facts.append(Fact(label=_("Frozen until"), value=full_day(m.frozen_until) if m.frozen_until else _("lifted")))
    if owed and owed[0].reasons:
        facts.append(Fact(label=_("Why it is open"), value=", ".join(owed[0].reasons)))
    return facts
