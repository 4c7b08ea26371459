"""What people ask for around the running of the gym, and beyond it, that nothing here does."""

from core.i18n import marked
from core.llm.phrases.wish import Wish

_OTHERS = (
    "(friend!|mate!|buddy!|friends|mates|wife|husband|partner|girlfriend|boyfriend|gf|bf|fiance|fiancee|brother|sister|mother|"
    "mom|mum|father|dad|cousin|colleague|colleagues|coworker|neighbour|neighbor|roommate|flatmate)"
)

THE_GYM = (
    Wish(
        "somebody else's seat",
        (
            f"(book|put|add|sign|register|enrol|enroll|get|squeeze) [up] [me|myself] [and] (my|a|our) {_OTHERS} [up] (in|into|on|for|to|onto) {{session}}",
            f"(book|reserve|get|save|hold|grab) [{{session}}] for (my|a|our) {_OTHERS}",
            f"(book|reserve|get|save|hold|grab) [a|one] (spot|seat|place) for (my|a|our) {_OTHERS} (in|at|on|for) {{session}}",
            f"(book|reserve|get|save|hold|grab) [a|one] (spot|seat|place) (in|at|on|for) {{session}} for (my|a|our) {_OTHERS}",
            f"(book|reserve|get|save|hold|grab) {{session}} for [me|myself] and! (my|a|our) {_OTHERS}",
        ),
        (
            f"(my|a|our) {_OTHERS} (wants|want|would like|needs|need|wishes|wanted|would love|is coming|hopes) [to] [a|spot|seat|place] [come|join|try|book|do|go|attend|in|for] [to] {{session}}",
            f"{{member}} {_OTHERS} (wants|would like|needs|wishes|wanted|would love|is coming) [to] [come|join|try|book|do|go|attend] [to] {{session}}",
            f"(can|may|could) (my|a|our) {_OTHERS} (come|join|try|book|do|attend|take part) [to|in|at] {{session}}",
            f"(me and|i and) (my|a|our) {_OTHERS} (want|would like|need|wish|would love) [to] [come|join|try|book|do|go|attend|in|for] [to] {{session}}",
        ),
        marked(
            "I book a seat for you alone, so nothing was booked. Whoever comes with you writes to me as well; the coaches let new people "
            "in. Your own seat: “book crossfit tomorrow 6pm”."
        ),
        marked(
            "I don't know who that is, so nothing was booked. Say the member's name: “book anna schmidt into thursday yoga”; somebody new "
            "is let in with “invite Tim Beck”."
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
        "two coaches' classes",
        (
            "(swap|switch|exchange|trade) {staff} and! {staff} [on|for] [{when}]",
            "(swap|switch|exchange|trade) {staff} and! {staff} (classes|shifts|around|round|over) [on|for] [{when}]",
        ),
        (
            "(can|could|should) {staff} and! {staff} (swap|switch|exchange|trade) [classes|shifts|places] [on|for] [{when}]",
        ),
        marked("Who takes which class is for the coaches to say, so nothing was changed."),
        marked(
            "I give a class to a coach one at a time, so nothing was changed. Say it for each: “marcus takes monday's 6pm crossfit”; who "
            "has which I can show: “what does marcus teach on monday”."
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
            "{text} = remind (everyone|everybody|people|members|all|them|the members|the group|the team|the class|the coaches|coaches|staff) {text}",
            "{text} = remind {member} (to|that|about) {text}",
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
