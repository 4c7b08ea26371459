"""What people of a gym ask for that nothing here does, in phrases like the tools' own, with an honest answer to each."""

from dataclasses import dataclass

from core.i18n import _, marked

COACH = 2
_MY = "[my|the|our|a|his|her|their]"


@dataclass(frozen=True)
class Wish:
    """Something that cannot be done here: how it is ordered, how it is asked for or told, and what helps instead, to
    members and to staff."""

    name: str
    orders: tuple[str, ...]
    asks: tuple[str, ...]
    answer: str
    staff: str = ""

    def told(self, role: int) -> str:
        """The answer to a person of a role."""
        return _(self.staff if self.staff and role >= COACH else self.answer)


WISHES = (
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
    Wish(
        "training log",
        (
            "(log|track|record) [my|a|the|some|today] {what}",
        ),
        (
            "(show|what is|how is) [me] [my] (progress|training history|training log|lifting history|stats|logbook) [on|in|for|with] [{exercise}]",
            "(what is|what's|whats|show|list|how much is) [me] [my] (pr|prs|pb|pbs|personal best|personal bests|personal record|personal records|records|max|1rm|one rep max) [on|in|for|at] [{exercise}]",
            "what did i (lift|squat|bench|deadlift|press|row|run) [last time|last week|yesterday]",
            "(leaderboard|leaderboards|ranking|rankings)",
        ),
        marked(
            "I don't keep a training log yet, so nothing was written down. What helps now: the gym's workouts (“list workouts”) and how "
            "a movement is done (“how do I do a snatch”)."
        ),
    ),
    Wish(
        "program",
        (
            "(write|make|give|build|create|generate|design|get|need|want|find|suggest|recommend) [me|us] [a|an|my|some|the|new|perfect|right|best|good] [training|strength|weightlifting|running|workout|personal|muscle|marathon] (program|programme|plan|programs|routine)",
            "(write|make|give|build|create|generate|get|need|want) [me|us] [a|an|my|the|new] (program|programme|plan|routine) (to|for) {what}",
            "(assign|give) {member} [a|the] (program|programme|training plan|workout)",
            "(enroll|enrol|sign) [me] [up] (in|for|into) [a|the] (program|programme)",
        ),
        (
            "(list|show|what|which) [me] [the|your] (programs|programmes) [do you have|are there]",
            "[i want to|help me|how do i|how can i] (build|get|gain) (strength|stronger|muscle|muscles|fit|fitter|lean|in shape|bigger)",
            "[i want to|help me|how do i|how can i] (lose|drop) [some] (weight|fat|kilos|belly) [sustainably]",
            "[i want to|help me|how do i|how can i] train at! home",
            "what should i (train|do|lift|work on) today",
        ),
        marked(
            "I can't write you a program yet; programs and plans come with a later release. What helps now:\n- the gym's own "
            "workouts: “list workouts”, “show Strength A”\n- movements for a goal or a place: “exercises for legs”, “exercises with "
            "a kettlebell”\n- somebody who can: “which coach should I train with for strength”\n- and a class: “book crossfit "
            "tomorrow evening”"
        ),
    ),
    Wish(
        "pain",
        (),
        (
            "[my|a|the|his|her] [left|right|lower|upper] (knee|knees|back|shoulder|shoulders|elbow|wrist|ankle|hip|hips|neck|hamstring|foot|calf|arm|leg|groin|achilles) [is|are|really|still|has been] (hurts|hurt|hurting|aches|aching|ache|sore|painful|injured|pain|killing me|bad|strained|tweaked)",
            "(hurt|injured|tweaked|strained|pulled|sprained|twisted) [my|the] [left|right|lower|upper] (knee|back|shoulder|elbow|wrist|ankle|hip|neck|hamstring|foot|calf|arm|leg|groin|achilles|muscle)",
            "[i have|i got|got|having] [a|some|bad] pain! (in|on) [my|the] {what}",
            "[i am|im|i'm|i feel|feeling] (sick|ill|unwell|injured) [today|again]",
            "[i have|i got|i've got] [a|the] (cold|flu|fever|covid)",
        ),
        marked(
            "Sorry to hear that. I can't judge pain or illness: rest what hurts, tell your coach before the next session, and see a "
            "doctor if it stays or gets worse. What to do about training with soreness I can tell: “is it ok to train when sore”. If "
            "you won't come, say which class: “cancel my crossfit tomorrow”."
        ),
    ),
    Wish(
        "a coach away",
        (),
        (
            "{staff} (is|will be|calls in|called in|feels) (sick|ill|out|away|off|injured|on holiday|on vacation) [on] [{when}]",
            "{staff} (cant|cannot|can not|wont) (come|make it|be there|be in|work|coach|teach) [on] [{when}]",
        ),
        marked("Thanks for telling me; I changed nothing. The coaches sort out who takes which class."),
        marked(
            "I changed nothing yet. Say who takes which class (“marcus takes friday's 6pm crossfit”) or which one is off (“cancel "
            "friday's 6pm crossfit”)."
        ),
    ),
    Wish(
        "the gym's rules",
        (),
        (
            "(what is|what are|whats|what's) [the|our|your] (cancellation|cancel|booking|late cancel|no show) (deadline|deadlines|policy|policies|rules|rule|window|fee)",
            "how (late|long before|early) (can|may|must) (i|we|members|people) (cancel|book) [a class]",
        ),
        marked("I can't list the gym's rules yet. When you book or cancel I check them, and say what works where something does not."),
        marked(
            "I can't list the gym's rules yet; whoever books or cancels is told them where they matter. The owner changes one like “set "
            "the cancel deadline to 3 hours”, and the card then says what it was."
        ),
    ),
    Wish(
        "messages",
        (
            "{text} = (message|text|email|dm|inform|notify|tell|warn|write) [to] (everyone|everybody|all|all members|members|the members|the group|the team|the class|people|the coaches|coaches|staff) {text}",
            "{text} = (message|text|dm|notify|whatsapp) [to] {member} {text}",
            "(message|text|dm|call|whatsapp|phone|ring) {member}",
            "{text} = (send|write|draft|post|make|create) [out] [a|an|the] (message|mail|email|text|announcement|broadcast|newsletter|whatsapp|note) (to|for|about) {text}",
            "{text} = (announce|broadcast|post) {text}",
        ),
        (
            "[i am|im|i will|ill|we are] [going to be|gonna be|be|running|a bit] [{duration}] late! [for|to] [{session}]",
            "[can you|please] (tell|let|inform) (my coach|the coach|coach|the trainer) (know|that) {text}",
        ),
        marked("I can't pass on messages to others, so nothing was sent. Your coach is in the gym's chat or at the front desk."),
        marked(
            "I can't write to members for you yet, so nothing was sent. Those who are booked hear of a class that is moved or "
            "cancelled by themselves."
        ),
    ),
    Wish(
        "tasks",
        (
            "{text} = remind (me|us) to! {text}",
            "{text} = remind (me|us) about! {text}",
            "{text} = remind (me|us) that! {text}",
            "(set|create|make|add) [me] [a|an] (reminder|alarm|task|todo) [to|for|about] [{text}]",
            "(send|give) [out] [the|a] (waiver|waivers|form|forms|questionnaire|survey) [to] [{member}]",
        ),
        (
            "(list|show|what are) [me] [my|the|our|open] (tasks|todos|reminders)",
        ),
        marked(
            "I can't keep tasks or reminders of your own, so nothing was noted. Before a class you are reminded by itself: “turn "
            "class reminders on”."
        ),
        marked("I can't keep tasks, reminders or forms yet, so nothing was noted. A note about a member I can keep: “note on anna schmidt: …”."),
    ),
    Wish(
        "reports",
        (
        ),
        (
            "(show|list) [me] [the|all] (at risk|report|reports|retention|churn|growth|statistics|stats|analytics|kpis|numbers)",
            "(what|how much|show|how) [me] [is|was|were|are] [our|the|my] (revenue|turnover|income|sales|mrr|profit|earnings|takings|churn|retention|growth|cash flow) [today|this|last|for|in] [{when}]",
            "how much [money|revenue|cash|income] (did|have|do) (we|i) (make|made|take|taken|earn|earned) [in] [today|this|last|in] [{when}]",
            "(who|which members) (is|are|might be) [at] (risk|at risk|about to leave|likely to leave|drifting)",
            "how (is|are) [the|our|my] (gym|business|numbers|sales|attendance|attendance numbers) (doing|going|looking|this month|performing)",
            "(how are|show|what are) [the|our] attendance (numbers|figures|stats|trends)",
            "(how full|how busy) (are|were|is) [our|the] classes [on average]",
            "how many (hours|classes) did {member} (coach|teach|work|give) [this|last] [{when}]",
            "(morning|daily) (triage|report|briefing|summary)",
            "(how many members) (left|joined|quit|cancelled) [this|last] [{when}]",
            "(who|which members|anyone who) (hasnt|havent|has not) (been|come|trained|visited|shown) [here|in|up|to the gym] (for|in|since) {when}",
        ),
        marked("Figures about the gym are for its staff, and I can't make reports yet."),
        marked(
            "I can't make reports of revenue, attendance or retention yet. What I can show: “who hasn't paid”, “new members”, “what's on "
            "this week”, “what changed today”."
        ),
    ),
    Wish(
        "nutrition",
        (
            "(log|track) [my|a] (meal|breakfast|lunch|dinner|calories|food|macros|protein)",
            "(write|make|give|plan|create|suggest|need|want) [me] [a|my|some] (meal plan|diet plan|diet|meals|recipe|recipes|nutrition plan)",
        ),
        (
            "(what are|how many|show) [me] [my] (macros|calories) [should i eat|do i need|today]",
        ),
        marked("I can't plan or log meals yet. About food around training I can tell: “what should I eat before training”."),
    ),
    Wish(
        "running",
        (
            "(log|import|track) [my|a|the] (run|runs|5k|10k|jog)",
            "(make|give|write) [me] [my|a] (running|marathon|half marathon|10k|5k|race) (plan|program|schedule)",
        ),
        (
            "[i] (signed up|training|train|want to train|preparing) for [a|the|my] (marathon|half marathon|10k|5k|race|triathlon)",
        ),
        marked("I can't plan or log runs yet. What the gym has for your legs and lungs is on the timetable: “what's on this week”."),
    ),
    Wish(
        "timers",
        (
            "(start|set|run|begin) [me] [a|an|the] [{duration}] (timer|timers|stopwatch|countdown|tabata|clock|interval timer)",
        ),
        (
            "(timer|stopwatch|countdown) [for] [{duration}]",
        ),
        marked("I can't run a timer in the chat yet."),
    ),
    Wish(
        "the place",
        (),
        (
            "(what is|what's|whats|where is|where's|send me) [the|your] (address|location|phone number|phone|wifi|wi-fi|wifi password|parking|email|website) [of the gym]",
            "where (are|is) (you|the gym|it|the box) [guys] [located]",
            "(is there|do you have|where can i find|got) [a|any|some] (parking|showers|shower|lockers|locker|sauna|towels|towel|childcare|kids corner|wifi|changing room)",
            "(what are|when are|whats|what's|show) [me] [the|your|our] (opening hours|opening times|business hours|hours of opening)",
            "(when|what time|until when|till when|how late) (do|does|are|is) (you|we|the gym|gym|it) (open|close|closed|opening|closing) [on] [{when}]",
            "(are you|is the gym|is it) (open|closed) [on] [{when}]",
            "(can|may|could) i (bring|take) [a|my|along] (friend|guest|kid|kids|child|children|dog|girlfriend|boyfriend|wife|husband|son|daughter|mate|colleague) [along] [to] [{session}]",
            "[do you have|is there|can i get|can i do|book] [a|me] [free] (trial|drop in|taster) [class|session|lesson|training]",
        ),
        marked(
            "The gym hasn't told me that: the front desk knows. When classes are on I can show: “what's on tomorrow”."
        ),
    ),
    Wish(
        "a human",
        (
            "(connect|transfer|forward) me (to|with) [a|the] (human|person|coach|owner|staff|support|front desk)",
        ),
        (
            "[can i|i want to|let me|i need to|please] (talk|speak|chat|write) (to|with) [a|an|some|the|real] (human|person|someone|somebody|real person|coach|owner|manager|staff|front desk|reception|support)",
            "(who|how) (can|do) i (contact|call|reach|ask) [the] [gym|staff|owner|front desk|reception|for help]",
        ),
        marked("I am the gym's bot, and can't pass you on. The coaches and the front desk can help; who coaches when: “what's on today”."),
    ),
    Wish(
        "calendar",
        (
            "(add|put|sync|export|send|import) [this|that|it|my|the|all] [classes|bookings|class|booking|schedule] (to|into|in|with|as) [my|a|the] [google|apple|outlook|phone] (calendar|ics|ical)",
        ),
        (
            "[my] (ics|ical|calendar file|calendar link|calendar feed)",
        ),
        marked("I can't put classes into a calendar yet. What you are booked into I can show: “my bookings”."),
    ),
    Wish(
        "elsewhere",
        (
            "(write|make) [me] [a|an] (poem|song|story|essay|haiku|code)",
            "(play|put on) [some|the] (music|song|playlist|spotify)",
        ),
        (
            "[tell|give] [me] [a|another|some] (joke|jokes|riddle|riddles|fun fact)",
            "(what is|what's|whats|hows|how is) [the] weather [like] [today|tomorrow|in] [{when}]",
            "(what is|what's|whats|who won|any) [the|in] (news|score|football|match|stock price|bitcoin price)",
        ),
        marked("I only help with this gym: its classes, its people and training."),
    ),
    Wish(
        "rights",
        (
            "(make|promote|appoint|turn) {staff} [to|into] [an|a|the|new] (coach|trainer|admin|administrator|owner|manager)",
            "(make|promote|appoint|turn) {member} [to|into] [an|a|the|new] (coach|trainer|admin|administrator|owner|manager)",
            "(make|promote|appoint|turn) {who} [to|into] [an|a|the|new] (coach|trainer|admin|administrator|owner|manager)",
            "(give) {staff} (coach|admin|owner|staff) (rights|access|role|permissions)",
            "(give) {member} (coach|admin|owner|staff) (rights|access|role|permissions)",
            "(give) {who} (coach|admin|owner|staff) (rights|access|role|permissions)",
        ),
        (),
        marked(
            "I can't change what somebody may do here, so nothing was changed. The owner lets a new colleague in: “invite Tim Beck as "
            "coach”."
        ),
    ),
    Wish(
        "removing people",
        (
            "(delete|remove|erase|wipe) (all|every) [the|our] (members|member|clients|people)",
            "(delete|remove|erase|kick|throw|wipe) [out] (everyone|everybody) [from|of|out] [the] [gym|list|system]",
            "(delete|remove|erase|kick|throw) [out] [the|a|our] (member|client|athlete|person|user|account) [of|for] {who}",
            "(delete|remove|erase|kick|throw) {member} (from|out of|off) [the] (gym|system|list|books|database|members|member list|app)",
            "(delete|erase) {member}",
        ),
        (),
        marked(
            "I don't take members out of the gym's books, so nothing was changed. A member can leave or be forgotten: “leave the gym”, "
            "“forget me”."
        ),
    ),
)  # fmt: skip
