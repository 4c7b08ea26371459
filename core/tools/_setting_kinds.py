"""Which notifications, models, tiers and settings of the gym there are, and how people name them."""

from typing import Annotated

from core.i18n import marked
from core.references.kinds import one_of

Kind = Annotated[
    str,
    one_of(
        "reminders|reminder|the reminders|remind me|reminding me|remind",
        "class reminders|class reminder|booking reminders|reminders for classes|reminders for my classes|reminders of my classes|reminders about classes|reminders about my classes|"
        "reminding me about classes|reminding me of classes|reminding me about my classes|reminding me of my classes|remind me of my classes|remind me about my classes|remind me of classes|remind me about classes",
        "waitlist|wait list|waitlist offers|waitlist messages|waiting list",
        "weekly plan|week plan|weekly plans|weekly updates|weekly update|plan updates|weekly summary",
        "news|announcements|newsletter",
        "payment reminders|payments|billing|invoices|reminding me about payments|reminding me of payments|reminding me to pay|reminders to pay|reminders about payments",
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
        "any|any model|whichever model|whatever model|dont care which model|dont mind which model|automatic|auto|whichever|default model|best model",
    ),
]
Tier = Annotated[str, one_of("lite|light|small", "pro|professional|standard", "elite|premium|top")]
GymField = Annotated[
    str,
    one_of(
        "name|gym name|gym's name|club name|gym is called|gym is now called|new name|now called|now named|club is called|rename the gym|rename our gym|rename gym|rename the club|call the gym|call our gym",
        "zone|time zone|timezone|gym zone|gym's zone|gym's time zone|gym's timezone|gym time zone|gym timezone",
        "units|unit|gym units|gym's units",
        "triage time|triage|triage report|morning report|daily report|report time|morning triage|morning triage time|time of the triage",
        "week plan time|weekly plan time|weekly plan|week plan|time of the weekly plan",
        "undo window|undo time|undo period",
        "booking window|booking horizon|booking opening|bookings open|booking days|"
        "bookings should open|booking opens|booking should open|can book|may book|may book up to|let members book|let people book|let everybody book|let everyone book|let them book|allow members to book|allow people to book",
        "cancel deadline|cancellation deadline|cancelation deadline|deadline|late cancel deadline|late cancel|late cancellation|cancellation window|cancel window|cancelling window|"
        "cancellation limit|cancel limit|cancellation period|cancellation notice|may cancel|can cancel|must cancel|should cancel|have to cancel|"
        "let members cancel|let people cancel|let everybody cancel|let everyone cancel|let them cancel|allow members to cancel|allow people to cancel|cancelling allowed|cancel for free|free cancellation|cancellation",
        "claim window|claim a spot|claim a waitlist spot|claim a place|claim their spot|claim the spot|waitlist claim|waitlist window|waitlist claim window|claim time",
        "waitlist quiet hours|waitlist quiet|gym quiet hours|gym's quiet hours",
        "unpaid may book|unpaid booking|unpaid bookings|booking while unpaid",
        "unpaid grace|grace period|grace days|payment grace|unpaid grace days",
    ),
]
KINDS = {
    "reminders": marked("reminders"),
    "class reminders": marked("class reminders"),
    "waitlist": marked("waitlist"),
    "weekly plan": marked("weekly plan"),
    "news": marked("news"),
    "payment reminders": marked("payment reminders"),
    "triage": marked("triage"),
    "notifications": marked("notifications"),
}
