"""What members ask for around money, plans, pauses and their visits that nothing here does."""

from core.i18n import marked
from core.llm.phrases.wish import Wish

_MY = "[my|the|our|a|his|her|their]"

MEMBERSHIPS = (
    Wish(
        "payments",
        (
            "(mark|set|tick) {member} [off] [as] (paid|payed)",
            "(record|log|register|take|enter|note|book|add) [a|the|his|her] (payment|deposit) [of] [{money}] [from|for|by] [{member}]",
            "(send|write|create|make|issue|email|print) [out] [me] [the|an|all|new] (invoice|invoices|bill|bills|receipt|receipts) [to] [{member}]",
            "(remind|chase|nudge) {member} [to pay|about payment|about money|about the payment|to pay us]",
            "(remind|chase|nudge) [all|the|everyone|everybody] [who] [unpaid|overdue|owes|owing|debtors|not paid|has not paid] [members|people|ones]",
            "(send|write) [out] [the|a] (payment|payments) (reminder|reminders) [to] [{member}]",
            "(refund|charge|reimburse|bill) [to] {member} [{money}]",
            "(give|get) [me] [my] (refund|money back)",
            "(waive|forgive|drop) [{member}] [the|a] (charge|fee|debt|bill|payment)",
            "(change|update) [my] (card|bank account|iban|payment method|credit card|bank details)",
        ),
        (
            "{member} [has|just] (paid|payed) [{money}] [in cash|cash|by card|by transfer]",
            "[i want to|can i|how do i|where do i|how can i|let me|i would like to] pay! [my] [bill|debt|fee|fees|membership|dues|invoice|balance] [by card|in cash|online|here]",
        ),
        marked(
            "Payments are made at the front desk: I can't take, change or refund one, so nothing was changed. What is open I can "
            "show: “my balance”."
        ),
        marked(
            "I can't record, remind of, waive or refund a payment yet, so nothing was changed. Who owes what I can show: “who "
            "hasn't paid”, “what does anna schmidt owe”."
        ),
    ),
    Wish(
        "freeze",
        (
            f"(freeze|pause|hold|suspend|unfreeze|unpause|resume|halt) {_MY} [{{member}}] [membership|plan|subscription|contract|account|pass] [for|from|until|till] [{{when}}]",
            f"(put|place) {_MY} [{{member}}] [membership|plan|subscription|contract|account] [on|to|in] (hold|pause|ice)",
            f"(set|change|make) {_MY} [{{member}}] [membership|plan|subscription] [to|as|on] (frozen|paused|hold)",
        ),
        (
            f"(freezing|pausing|suspending) {_MY} [membership|plan|subscription]",
        ),
        marked(
            "I can't pause or resume a membership yet, so nothing was changed. The front desk can; what you have now I can show: “my "
            "balance”."
        ),
        marked(
            "I can't freeze or resume a membership yet, so nothing was changed. Who is frozen I can show: “frozen members”."
        ),
    ),
    Wish(
        "plans",
        (
            "(buy|get|purchase|order) [me] (a|an|another|new|the) [{number}] [visit|class] (pack|pass|membership|plan)",
            "(give|sell|add) [to] {member} (a|an|another|the) [{number}] [visit|class|visits|classes|er] (pack|pass|card|membership|plan)",
            "(upgrade|downgrade|switch|move|put|change|sign up) [me|my membership|my plan|{member}] [up|down] (to|onto|on) [the|an|a] (unlimited|three a week|two a week|ten pack|pack|plan|membership|full membership|other plan)",
            "(renew|extend|start|activate) [my|the|a] [{member}] (membership|plan|pack|subscription)",
            "(create|make|add|set up|new) [a|new] (plan|membership plan|membership type|class pack)",
            "(end|terminate|stop) [the] {member} (membership|plan|subscription|contract)",
        ),
        (
            "(list|show) [me] [all|the|your|our] (plans|memberships|packs|passes|prices)",
            "[how much] [what] (price|prices|pricing|fees|rates|tariffs) [of|for] [a|the|your|our] [membership|plan|month|class|pack|pass|drop in|memberships]",
            "how much (is|does|costs|are|do|would) [a|an|the|your|our|one] [{number}] (membership|plan|pack|pass|drop in|unlimited|class|visit|trial|month|personal training|pt) [cost]",
            "what (does|do|would) [a|an|the|your] [{number}] (membership|plan|pack|pass|drop in|class|trial|visit|personal training) cost",
            "(what|which) (plans|memberships|packs|passes|subscriptions|contracts) [do|are|can] [you|we|there|i] [have|offer|sell|get|buy]",
        ),
        marked(
            "Prices and plans are with the front desk: I can't sell or change one, so nothing was changed. Your own plan I can "
            "show: “my balance”."
        ),
        marked(
            "I can't sell, change or end a membership plan yet, so nothing was changed. A new member gets one at once: “new member "
            "Lisa Beck on Unlimited”; what somebody has: “show anna schmidt”."
        ),
    ),
    Wish(
        "waitlist",
        (
            "(join|leave|enter) [me] [on|to|the|a] (waitlist|waiting list|wait list|queue) [for|of|on] [{session}]",
            "(put|add|get|sign|take|place) [me|{member}] [up] (on|to|onto|into|for|off|from|in) [the|a] (waitlist|waiting list|wait list|queue) [for|of] [{session}]",
            "(tell|ping|notify|message|text) me (if|when|once) [a|there is|any] (spot|spots|seat|place|something) (opens|frees|is|gets|becomes|come) [up] [free|open|available] [in] [{session}]",
        ),
        (
            "(who|how many) (is|are) [people] (on|in) [the] (waitlist|waiting list|wait list|queue) [for|of] [{session}]",
            "(is|are) there [a|any] (waitlist|waiting list|wait list|queue|waitlists) [for] [{session}]",
            "[show] (waitlist|waiting list|wait list) [for] [{session}]",
        ),
        marked(
            "There is no waiting list here yet, so nothing was changed. What still has spots I can show: “spots left in crossfit "
            "tomorrow”."
        ),
        marked(
            "There is no waiting list here yet, so nothing was changed. As staff you may put somebody into a full class: “book anna "
            "schmidt into yoga sunday”."
        ),
    ),
    Wish(
        "attendance",
        (
            "check in! [me|{member}] [for|to|into] [{session}]",
            "check [me] {member} in! [for|to|into] [{session}]",
            "check me in! [for|to|into] [{session}]",
            "(mark|set|put) {member} [as|down] [a|as] (no show|noshow|absent|present|attended|here|late) [in|at|for] [{session}]",
        ),
        (
            "(show|what is|what's|how is|how are|how was) [me] [my|the|our|{member}] (attendance|attendance numbers|attendance rate|attendances|visits) [like] [this month|last month|this week|lately] [for] [{member}]",
            "{member} (did not|didnt|didn't) (show|turn|come) [up] [to|for] [{session}]",
            "{member} (is|was) [a] (no show|noshow|absent|missing) [at|in|for|from] [{session}]",
            "(no show|noshow) [for] {member}",
            "(who) (was|were) (here|absent|present) [at] [{session}]",
        ),
        marked(
            "I can't check anybody in or count visits yet, so nothing was changed. What you are booked into I can show: “my bookings”."
        ),
        marked(
            "I can't check people in, mark no-shows or count visits yet, so nothing was changed. Who is booked I can show: “who's in "
            "friday's 6pm crossfit”."
        ),
    ),
)  # fmt: skip
