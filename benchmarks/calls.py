"""One valid call of every tool in the demo gym, with what has to be said before it."""

from dataclasses import dataclass
from typing import Any

MIA, CARLA, ADAM, OLIVIA = "Mia Tran", "Carla Reyes", "Adam Novak", "Olivia Grant"


@dataclass(frozen=True)
class Step:
    """A call by somebody."""

    who: str
    tool: str
    args: dict[str, Any]


def step(who: str, tool: str, **args: Any) -> Step:
    """A call by somebody; `from_` is `from`."""
    return Step(who, tool, {name.rstrip("_"): value for name, value in args.items()})


FRIDAY = "CrossFit 2026-11-27T18:00"
LATER = "CrossFit 2026-11-27T19:00"
NEW_CLASS = step(CARLA, "schedule_class", class_type="Open Gym", when="2027-01-05T13:00")
NEW_WORKOUT = step(CARLA, "create_workout", text="3 rounds: 200m run, 30 double-unders", name="Trial")
NEW_MEMBER = step(ADAM, "add_member", name="Zoe Quinn")
BOOKED = step(MIA, "book_class", session=FRIDAY)
NEW_CHAT = step(MIA, "new_chat")

# These need a second platform or a group, which the page is not: tests/platforms crashes what they write.
ELSEWHERE = frozenset({"link_account", "unlink", "bind_room", "release_room"})

# The last step of each is the call that is meant. A question that it asks is answered with its first button.
STORIES: dict[str, tuple[Step, ...]] = {
    s[-1].tool: s
    for s in (
        (step(MIA, "message_notify_user", message="Well done"),),
        (step(MIA, "message_ask_user", question="Which day suits you?", options="Monday|Tuesday"),),
        (step(MIA, "ask_user_to_pick", question="Which day suits you?", choices="Monday|Tuesday"),),
        (step(MIA, "idle", reason="nothing to do"),),
        (step(MIA, "find", query="fran"),),
        (step(MIA, "find_tools", query="cancel a class"),),
        (step(MIA, "fetch_data", sources="user_profile, gym_profile"),),
        (step(CARLA, "note_member", member="Mia Tran", note="likes rowing"), step(CARLA, "read_text", member="Mia Tran")),
        (step(MIA, "calculate", kind="when", text="tomorrow 6pm"),),
        (step(MIA, "ask_coaching", topic="squat depth"),),
        (step(MIA, "recommend_trainers", goal="build strength"),),
        (step(MIA, "set_model", preference="rules"),),
        (step(MIA, "show_usage"),),
        (step(OLIVIA, "show_ai_usage"),),
        (NEW_CHAT,),
        (step(MIA, "list_chats"),),
        (NEW_CHAT, step(MIA, "open_chat", chat="the last chat")),
        (NEW_CHAT, step(MIA, "rename_chat", chat="this chat", title="Training")),
        (NEW_CHAT, step(MIA, "delete_chat", chat="the last chat")),
        (step(MIA, "show_settings"),),
        (step(MIA, "set_units", units="lb"),),
        (step(MIA, "set_language", language="German"),),
        (step(MIA, "set_timezone", zone="Europe/London"),),
        (step(MIA, "set_quiet_hours", from_="21:00", to="08:00"),),
        (step(MIA, "set_notifications", kind="news", on="off"),),
        (step(OLIVIA, "set_gym", field="cancel deadline", value="5"),),
        (step(OLIVIA, "set_ai_tier", tier="elite"),),
        (step(MIA, "export_my_data"),),
        (BOOKED, step(MIA, "forget_me")),
        (BOOKED, step(MIA, "undo")),
        (BOOKED, step(MIA, "undo"), step(MIA, "redo")),
        (BOOKED, step(CARLA, "show_changes")),
        (step(CARLA, "list_members"),),
        (step(CARLA, "show_member", member=MIA),),
        (NEW_MEMBER,),
        (step(ADAM, "update_member", member=MIA, field="phone", value="+49 151 5550000"),),
        (step(CARLA, "note_member", member=MIA, note="Prefers evenings."),),
        (step(ADAM, "invite", member=MIA),),
        (step(ADAM, "list_unpaid"),),
        (step(MIA, "show_balance"),),
        (step(MIA, "list_class_types"),),
        (step(ADAM, "create_class_type", name="Rowing", minutes="45", spots="8"),),
        (step(ADAM, "update_class_type", class_type="Engine", field="spots", value="18"),),
        (step(ADAM, "create_class_type", name="Rowing", minutes="45", spots="8"),
         step(ADAM, "delete_class_type", class_type="Rowing")),
        (step(MIA, "show_timetable", when="tomorrow"),),
        (step(MIA, "show_class", session=FRIDAY),),
        (NEW_CLASS,),
        (step(ADAM, "schedule_series", class_type="Yoga", days="tue", time="06:30"),),
        (step(ADAM, "end_series", class_type="Yoga"),),
        (step(CARLA, "move_class", session=FRIDAY, to="2026-11-27T20:30"),),
        (step(CARLA, "cancel_class", session=FRIDAY),),
        (step(CARLA, "set_class_coach", session=FRIDAY, coach="Marcus Hale"),),
        (step(CARLA, "set_class_spots", session=FRIDAY, spots="20"),),
        (step(CARLA, "set_class_workout", session=FRIDAY, workout="Fran"),),
        (step(CARLA, "show_roster", session=FRIDAY),),
        (BOOKED,),
        (BOOKED, step(MIA, "cancel_booking", session=FRIDAY)),
        (step(MIA, "list_bookings"),),
        (BOOKED, step(MIA, "move_booking", session=FRIDAY, to=LATER)),
        (NEW_WORKOUT,),
        (step(MIA, "show_workout", workout="Fran"),),
        (step(MIA, "list_workouts"),),
        (NEW_WORKOUT, step(CARLA, "edit_workout", workout="Trial", change="5 rounds")),
        (step(CARLA, "duplicate_workout", workout="Fran", name="Fran Again"),),
        (NEW_WORKOUT, step(CARLA, "rename_workout", workout="Trial", name="Second Trial")),
        (NEW_WORKOUT, step(CARLA, "delete_workout", workout="Trial")),
        (step(MIA, "search_exercises", query="squat"),),
        (step(MIA, "show_exercise", exercise="Back Squat"),),
        (step(MIA, "suggest_alternatives", exercise="Back Squat"),),
        (step(MIA, "validate_exercise", exercise="Back Squat"),),
        (step(MIA, "link"),),
        (step(MIA, "set_platform", platform="page"),),
        (step(MIA, "leave"),),
        (step(OLIVIA, "invite_staff", name="Nora Lindqvist", role="coach"),),
        (step(OLIVIA, "setup"),),
    )
}  # fmt: skip
