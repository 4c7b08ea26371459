"""A coach's morning in thirty messages: what she says, what a model calls for it, and what it says then."""

from collections.abc import Mapping

_BOOK = {"session": "Yoga 2026-11-23T19:30", "member": "Mia Tran"}
_SIX = {"session": "CrossFit 2026-11-23T18:00"}
TURNS: tuple[tuple[str, tuple[tuple[str, Mapping[str, object]], ...], str], ...] = (
    ("good morning, what's on today?", (("show_timetable", {"when": "today"}),), "A full day; the evening is busiest."),
    ("who is in my 6pm?", (("show_roster", _SIX),), "Those are the people at six."),
    ("how is anna schmidt doing?", (("show_member", {"member": "Anna Schmidt"}),), "She comes regularly."),
    ("and the other anna?", (("show_member", {"member": "Anna Kowalski"}),), "She as well."),
    ("put mia into yoga tonight please", (("book_class", _BOOK),), "There you go."),
    ("hm, undo that, she prefers engine tomorrow", (("undo", {}),), "Which of the Engine classes shall it be?"),
    ("what are the engine classes tomorrow?", (("show_timetable", {"when": "tomorrow", "class_type": "Engine"}),), "Those."),
    ("how many spots are there at noon", (), "Look at the table above: it says how many are left."),
    ("what's fran again?", (("show_workout", {"workout": "Fran"}),), "Short and fast."),
    ("something instead of thrusters for a sore shoulder?", (("suggest_alternatives", {"exercise": "Thruster"}),), "Try one."),
    ("who is new this month?", (("list_members", {"filter": "new"}),), "Say hello to them."),
    ("thanks, that helps a lot", (), "Gladly."),
    ("what did marcus change since yesterday", (("show_changes", {"who": "Marcus"}),), "That is all there is."),
    ("is there a free evening slot on sunday?", (("show_timetable", {"when": "sunday"}),), "Sunday is quiet after noon."),
    ("then an open gym there at 3pm", (("schedule_class", {"class_type": "Open Gym", "when": "2026-11-29T15:00"}),), "Fine."),
    ("with 16 spots", (("set_class_spots", {"session": "Open Gym 2026-11-29T15:00", "spots": 16}),), "Good."),
    ("and I coach it", (("set_class_coach", {"session": "Open Gym 2026-11-29T15:00", "coach": "Carla"}),), "Enjoy it."),
    ("what should beginners do there?", (("ask_coaching", {"topic": "beginners"}),), "Keep it simple."),
    ("do we have a workout with rowing?", (("find", {"query": "row"}),), "There are a few."),
    ("show me cindy", (("show_workout", {"workout": "Cindy"}),), "Twenty minutes of it."),
    ("is that too much for somebody new?", (), "For the first weeks half the time is plenty."),
    ("how late may people cancel?", (), "The gym's rules are loaded above."),
    ("who is in yoga tonight", (("show_roster", {"session": "Yoga 2026-11-23T19:30"}),), "A small group."),
    ("note for anna schmidt: new shoes, asks about running", (
        ("note_member", {"member": "Anna Schmidt", "note": "new shoes, asks about running"}),), "Kept."),
    ("what is on on wednesday?", (("show_timetable", {"when": "wednesday"}),), "The usual Wednesday."),
    ("and how was jonas' last visit", (("show_member", {"member": "Jonas Weber"}),), "See his profile."),
    ("which classes does priya give", (("show_timetable", {"coach": "Priya"}),), "Those are hers."),
    ("any idea for a warm-up?", (("ask_coaching", {"topic": "warm-up"}),), "Five minutes are enough."),
    ("what have I changed this morning?", (("show_changes", {"who": "Carla"}),), "That was it."),
    ("great, that's all for now", (), "Have a good day."),
)  # fmt: skip
