"""How people ask for advice, for a coach and for sums: the phrases of the tools in `conversation`."""

from collections.abc import Mapping

# What the coaching guide is about, as a question names it.
_SUBJECTS = (
    "creatine|protein|carbs|caffeine|supplements|bcaa|electrolytes|sleep|soreness|sore|doms|stretch|"
    "stretching|deload|recovery|recover|rest|cardio|gains|muscle|hypertrophy|plateau|overtraining|"
    "fasting|bulking|hydration|technique|nutrition|shakes|foam|mobility work|warm up|cool down|"
    "fat loss|vitamin|vitamins|magnesium|omega|macros|posture|warming up|stretches|flexibility|"
    "overreaching|deloads|deloading|periodisation|periodization|progressive overload"
)
_ASKING = ("is", "are", "does", "do", "should", "whats", "what", "why", "how", "which", "when", "can")

COACHING: Mapping[str, tuple[str, ...]] = {
    "ask_coaching": (
        "(coaching|training|form|technique|recovery) (advice|tips|help|cues) (on|about|for|with) {topic}",
        "(give me|any|some) [coaching|form|technique] (advice|tips|cues) (on|about|for) {topic}",
        "[got|have you|have you got|do you have|you got] [any|some] [coaching|form|technique|good] (advice|tips|cues|pointers|hints) (on|about|for|with|against|to) {topic}",
        "ask coaching [guide|handbook|library] (about|on) {topic}",
        "what does [your|the] [coaching] (guide|handbook|library) say about {topic}",
        "(tell me|teach me|explain) [to me] (about|how) (to recover|recovery|nutrition|stretching|supplements|programming) {topic}",
        "{topic} = how (do|can|should) i improve [my] {topic}",
        "(what's|what is|whats) (good|proper|correct) (form|technique) (for|in|on) {topic}",
        "{topic} = how (do|should|can) i recover [from] {topic}",
        "{topic} = should i (take|use|eat|drink) {topic}",
        "{topic} = should i (train|work out|exercise|lift|run|rest|stretch|warm up|cool down) {topic}",
        "{topic} = is! (ok!|safe|bad|good|fine|healthy|normal|better) (train|work out|exercise|lift|stretch|squat|deadlift|run|eat|take) {topic}",
        "{topic} = is {topic} (bad|safe|healthy|worth it|useful|necessary) [for me|for muscles|for recovery|for beginners]",
        "explain {topic}",
        "explain {topic} (to me)",
        "{topic} = how (much|many|often|long) {topic} (do i need|should i take|should i eat|should i get|should i have|should i drink|should i sleep)",
        "{topic} = how (much|many|often|long) should i {topic}",
        "{topic} = what should i (eat|drink|take) {topic}",
        "{topic} = what (can|could|should|do) i do (against|about) {topic}",
        "{topic} = what (helps|is good) (against|for) (sore|soreness|doms|recovery|pain|stiffness) {topic}",
        "{topic} = how (do|can|should) i (warm up|cool down|stretch|breathe|brace) {topic}",
        "[good|best|proper] (warm up|warmup|cool down) (for|before) {topic}",
        "{topic} = how (do|can|should) i (get better|get stronger|avoid|prevent|fix|gain|lose) {topic}",
        *(f"{{topic}} = {word}! ({_SUBJECTS}) {{topic}}" for word in _ASKING),
        "(what means|what does) {topic} (mean|mean again)",
        "what means! {topic}",
        "whats! (a|an) deload [week]",
        "{topic} = what is better {topic}",
        f"{{topic}} = ({_SUBJECTS}) {{topic}} (worth it|any good|overrated)",
        f"{{topic}} = (tell|teach) me [something|more|anything|everything] about! ({_SUBJECTS}) {{topic}}",
        f"{{topic}} = (something|more|anything|everything) about! ({_SUBJECTS}) {{topic}}",
        "(advise|coach|guide|educate) me (on|about|regarding) {topic}",
        (
            "{topic} = how (do|can|should|could|would) i (stop|keep) my (back|knees|knee|heels|hips|grip|shoulders|"
            "elbows|wrists|neck|chest|core) {topic}"
        ),
        (
            "{topic} = how (often|many times|many days) [per week|a week|in a week] should (i|we|you|one|beginner|"
            "beginners|somebody) (train|work out|lift|squat|run|deadlift|stretch|rest|deload|exercise)"
        ),
        "{topic} = how (deep|low|wide|heavy|fast|high|slow) (should|do|must|can) i (squat|lunge|pull|deadlift|press|row|lift|dip|run|jump)",
        "{topic} = (what is|whats) (good|best|better|ok) (eat|drink|take) {topic}",
        "{topic} = what should i (focus on|watch out for|watch for|pay attention to|look out for|think about) (in|on|when|during) {topic}",
        (
            "{topic} = is! (ok!|safe|bad|good|fine|healthy|normal|better|smart) (train|work out|exercise|lift|stretch|"
            "squat|deadlift|run) (every day|daily|every morning|each day|twice a day|two days in a row)"
        ),
        "(correct|proper|good|best|ideal) (technique|form|setup|grip|stance|bar path|posture|breathing) (for|in|on|of|to do|when doing|with) {topic}",
        (
            "{topic} = help [me] [improve|fix] my (overhead|front rack|rack|starting|receiving|catch|bottom|squat|"
            "deadlift|snatch|clean|jerk|press|running|rowing|pull-up|push-up|lifting) (position|technique|form|"
            "mobility|posture|setup)"
        ),
        "{topic} any (tips|advice|cues|pointers|hints)",
        "{topic} = how (do|can|should|could) i (get better|get stronger|master|get my first|do my first) {topic}",
        "{topic} = how (get my first|get better|get stronger|master|improve|fix|avoid|prevent|recover) {topic}",
        (
            "{topic} = my (knees|knee|heels|hips|back|shoulders|elbows|wrists) (cave in|cave|rounds|round|come up|"
            "lift|wink|give out|collapse|flare|drift) {topic}"
        ),
        "{topic} = (how|what) (do|can|should) i (do|best) (if|when) (sore|my legs are sore|my muscles are sore|my knees cave in) {topic}",
        "{topic} = what (helps|works|is good) (against|for|with) {topic} (soreness|doms|cramps|stiffness|pain|legs|muscles|shoulders|back|knees)",
        "(something|anything|is there anything|what is) in [the|your] [coaching] (guide|handbook) (about|on|for) {topic}",
        "(trick|tricks|hack|hacks|secret) (for|to|with) {topic}",
        (
            "{topic} = (best|good|fastest|quickest|easiest) way (recover|warm up|cool down|stretch|train|get stronger|"
            "breathe|eat|lose weight|build muscle|gain muscle|improve) {topic}"
        ),
    ),
    "recommend_trainers": (
        "who (of|among|amongst) [the|your|our] (coaches|trainers|instructors|team|staff) (would|do|should|could|can) (you|i) (recommend|suggest|advise|take|ask|see|train with|choose|pick) [for|about|to] {goal}",
        "(which|what) of [the|your|our] (coaches|trainers|instructors) (would|do|should|could) (you|i) (recommend|suggest|advise|take|ask|see|choose|pick) [for|about|to] {goal}",
        "(which|what) (coach|trainer|instructor) (should|would|do) (i|you) (train with|work with|see|talk to|recommend|take)",
        "(which|what) (coach|trainer|instructor) (is|fits|would be|would suit) [best|good|right] [for] {goal}",
        "(recommend|suggest|find) [good] (coach|trainer|instructor|coaches|trainers)",
        "(which|what) (coach|trainer|instructor) would you (advise|suggest|recommend|pick) for [someone who wants to] {goal}",
        "(recommend|suggest|find) [good] (coach|trainer|instructor|coaches|trainers) for {goal}",
        "who is [the] right! (coach|trainer|instructor) for {goal}",
        "who (is|are) the (best|right|good) (coach|trainer|coaches|trainers) for {goal}",
        "who (should|can) (i train|train me) for {goal}",
        "(any|which|what) (coach|trainer|instructor) (you would recommend|you recommend|do you recommend|would you recommend) for {goal}",
        "(best|good|right) (coach|trainer|instructor) (for|in|at) {goal}",
        "(which|what) (coach|trainer|instructor) would you (say|recommend|pick|choose|suggest) [for|if i want to] {goal}",
        "(which|what) (coach|trainer|instructor) (fits|suits) me [best]",
        "(which|what) (coach|trainer|instructor) would (suit|fit|be right for|be good for|be best for) me [best]",
        "(which|what) (coach|trainer|instructor) (is|would be) [the] (best|right|good) for me",
        "who (is|are|would be) [the] (best|right|good) (coach|trainer|coaches|trainers) [for me]",
        "who (are|is) [the|your|our] (coaches|trainers|instructors)",
        "(which|what|how many) (coaches|trainers|instructors) (do you have|are there|have you|work here|do we have)",
        "(list|show|see) [me] [the|your|all] [all] (coaches|trainers|instructors)",
        "who (should|could|can) i (talk to|ask|see|train with|work with) (about|for|on|if i want to|to get|to improve) {goal}",
        "(need|want|looking for|find) [a] (coach|trainer|instructor) (for|who knows|to help with) {goal}",
        "(which|what) (coach|trainer|instructor) (for|knows about|specialises in|specializes in|is good at|is good with) {goal}",
        "who (can|could) (help|coach) me with {goal}",
        "who (can|could) help me {goal}",
        "(which|what) (coach|trainer|instructor) [is|would be] [a] [good|best|right] (fit|match|choice) for {goal}",
        "(which|what) (coach|trainer|instructor) (can|could) (help|coach) me [with|to] {goal}",
        (
            "who (should|could|can|do|would) i (go to|turn to|approach|contact|hire|choose|pick|ask|see|book with|"
            "train with) (for|about|to improve|to learn) {goal}"
        ),
        (
            "who (trains|coaches|teaches|works with|helps) (people|members|beginners|clients|folks|those|athletes|"
            "someone|somebody) (with|who have|who want|that have|that want) {goal}"
        ),
        (
            "who is [the] (best|right|good) (person|one|coach|trainer) (to learn|for learning|to teach me|to ask "
            "about|to see about|to see for|to go to for) {goal}"
        ),
        "who is [the] (best|right|good) (person|one|coach|trainer) (to learn|for learning) {goal} from!",
        (
            "(is there|do you have|have you got|have you|any|got) [a|any] (coach|trainer|instructor) (who|that|which) "
            "(knows about|knows|understands|specialises in|specializes in|is good at|is good with|does|helps with|can "
            "help with|works on|focuses on) [about] {goal}"
        ),
        "(point|send|direct|introduce|refer|connect) me (to|with) [a|the] [good|right|best] (coach|trainer|instructor)",
        (
            "(point|send|direct|introduce|refer|connect) me (to|with) [a|the] [good|right|best] (coach|trainer|"
            "instructor) (for|who does|who knows|to get|to improve) {goal}"
        ),
        (
            "want to {goal} (which|what|who) [is] [the] [best|right] (coach|trainer|instructor) (is for me|fits me|"
            "suits me|should i take|should i see|would you recommend|for me|is best|is right for me)"
        ),
        "(looking for|need|want) [a] (coach|trainer|instructor) i (want|would like|wish|hope|need) to {goal}",
        "(which|what) (coach|trainer|instructor) (do|should|can|could|would) i (ask|talk to|see|go to|contact|approach) (about|for|on) {goal}",
        "any (coach|trainer|instructor) (that|who) (fits|suits|is right for|is good for) me (if i want to|for|to) [work on|improve|train] {goal}",
        (
            "(which|what|who) [one] of (your|the|our) (coaches|trainers|instructors) (is|are|would be|should be) "
            "[the] (right!|best|good|best suited) for! {goal}"
        ),
        "(can|could) you (recommend|suggest) [me] [a|some] [good] (coach|trainer|instructor|coaches)",
        "(which|what) (coach|trainer|instructor) would you send me to",
        "(which|what) (coach|trainer|instructor) would you send me to [for|my goal|my goal is|if i want to] {goal}",
        "who is [the] (good|best|great|strong) (with|at) {goal}",
        "(need|want|looking for) (someone|somebody) [who can|that can] (help|teach|coach) me (with|on|in) {goal}",
        "(which|what) (coach|trainer|instructor) knows [the] (most|best|something) about {goal}",
    ),
    "calculate": (
        "(calc|calculate|compute) {kind} {text}",
        "(calc|calculate|compute|work out) {kind} (for|of|from) {text}",
        "(parse|read) {kind} {text}",
        "(what does|how do you read) {kind} {text}",
        "calculator {kind} {text}",
        "(calc|calculate) {kind}",
        "(what is|whats) [my] {kind} if i (did|do|lift|lifted|can do|could do|got|made) {text}",
        "[what is|whats] [my] {kind} (for|of|from|with|at) {text}",
        "how (should|do|can) i {kind} (for|with|to) {text}",
    ),
}
