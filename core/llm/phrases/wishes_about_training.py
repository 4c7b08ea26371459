"""What people ask for around training that nothing here does."""

from core.i18n import marked
from core.llm.phrases.wish import Wish

TRAINING = (
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
)  # fmt: skip
