"""Exercises of the catalogue: looked up, shown, checked, and what to do instead of one."""

from core.agent.tools import Context, Result, Role, Thing, tool
from core.chat import Card, Fact
from core.coaching import exercises
from core.coaching.exercise_search import look_up, understood
from core.coaching.exercises import Exercise
from core.coaching.substitution import substitutes
from core.errors import NotFound, Offer
from core.i18n import _, marked
from core.references.kinds import Words
from core.references.training import ExerciseName, ExerciseRef

_MOST = 10
_FIND = "(find|search|list|show|give|get|look up|look for|suggest|recommend)"
_OTHER = "(alternative|alternatives|substitute|substitutes|replacement|replacements|subs|sub|swap|swaps|variations)"
_ANOTHER = "(another|a different|an easier|a similar|an alternative)"
_COUNTED = {
    "reps": marked("reps"),
    "distance": marked("distance"),
    "duration": marked("time"),
    "calories": marked("calories"),
}


@tool(
    Role.MEMBER,
    says=[
        f"{_FIND} [some|all|good|the|a few] (exercises|movements|lifts) (for|with|on|using|about) [the|my|a] {{query}}",
        "(search|browse|look up) (exercises|movements) [the|my|a] {query}",
        f"{_FIND} [me] [some|all|good|a few] [the|a|my] {{query}} (exercise|exercises|movements|lifts)",
        "(which|what) (exercises|movements|lifts) (train|work|hit|target|use|are for|are good for|build|need) [the|my|a] {query}",
        "(which|what) (exercises|movements|lifts) (can|could|should) i (do|use) (for|with) [the|my|a] {query}",
        "(which|what) (exercises|movements|lifts) (are there|do you have|do you know|exist) (for|with) [the|my|a] {query}",
        "(exercises|movements|lifts) (for|with|on|using|that train|that work|that hit) [the|my|a] {query}",
        "[got] (any|some) (exercise|exercises|movements) (for|with|on|using) [the|my|a] {query}",
        "(how|what) (can|do|should) i (train|hit|work|target) [the|my|a] {query}",
        "(what|which) (can|should) i do (for|to train|to build) [the|my|a] {query}",
        "(best|good) (exercises|movements|lifts) (for|to train|to build) [the|my|a] {query}",
        "{query} exercises",
        "(need|want|would like|looking for|give me|get me) [a] [few|some|couple of|good] (exercises|movements|lifts) (for|with|on) [the|my|a] {query}",
        "{query} (exercises|exercise|movements) (with|using) [a|the|my|only|just] {equipment}",
        "[any|show|list|find] (exercises|movements) with {query} in (the|their) name",
        "(find|search|show|get|list) [me] [some] (exercises|movements|lifts) (for|with|on) {query}",
        "(how to|ways to) (train|hit|target|blast) [the|my|a] {query}",
    ],
    intro={"equipment": ["equipment"], "muscle": ["muscle"]},
)
async def search_exercises(
    ctx: Context, query: Words, muscle: Words | None = None, equipment: Words | None = None
) -> Result:
    """Find exercises by name, muscle or equipment."""
    found = look_up(query, muscle, equipment, _MOST)
    asked = understood(query, muscle, equipment).words() or query
    if not found:
        raise NotFound(
            _(
                "I looked for exercises “{asked}” and found none. Try a muscle like “hamstrings” or a piece of "
                "equipment like “kettlebell”."
            ).format(asked=asked)
        )
    bare = _("no equipment")
    lines = tuple(f"{e.name} — {_trains(e)}; {e.equipment or bare}" for e in found)
    card = Card(kind="list", title=_("Exercises: {asked}").format(asked=asked), lines=lines)
    listed = tuple(Thing("exercise", e.name) for e in found)
    things = listed if len(found) == 1 else ()
    return Result(cards=(card,), note=f"Exercises {asked}: {'; '.join(lines)}", things=things, listed=listed)


@tool(
    Role.MEMBER,
    says=[
        "(show|open|display|explain|describe) {exercise}",
        "(what is|what's|whats|wats|wtf is) {exercise}",
        "(what are|what're) {exercise}",
        "(which|what) muscles (does|do|is|are) {exercise} (work|train|hit|use|target|for|good for)",
        "(which|what) muscles (work|are used|are trained|get worked) (in|with|by|when doing) {exercise}",
        "what (does|do) {exercise} (work|train|hit|do|target)",
        "tell me [more] about {exercise}",
        "(info|information|details|facts) (on|about|for|of) {exercise}",
        "{exercise} (info|information|details|form|technique|demo|how to)",
        "{exercise}",
        "(show|tell|teach) me how to (do|perform) {exercise}",
        "how to (do|perform) {exercise}",
        "what is {exercise} (for|good for)",
        "how does {exercise} (work|look)",
        "how (do|does|should|can) (you|i|one|we) (do|perform|execute) {exercise}",
        "what (equipment|gear) (do i need|is needed|does it take) for {exercise}",
        "exercise {exercise}",
        "pull up {exercise}",
    ],
)
async def show_exercise(ctx: Context, exercise: ExerciseRef) -> Result:
    """Show an exercise: what it trains, what it needs and how it is counted."""
    return Result(cards=(_card(exercise),), note=_in_words(exercise), things=(Thing("exercise", exercise.name),))


@tool(
    Role.MEMBER,
    says=[
        "what [do|can|should] i [do] if i cant do {exercise}",
        "cant do {exercise} (what else|any alternative|any alternatives|what instead)",
        "(what|which) [exercise|exercises] (can|could|should) i (do|use|take) instead of {exercise}",
        "(what|anything|something) [else] instead of {exercise}",
        "what [else] i can (do|make|use|take|try) instead of {exercise}",
        f"[any|some|the|an|give me|show me|suggest|find|list|got any] {_OTHER} (to|for|of) {{exercise}}",
        f"[any|some|the|an|give me|show me|suggest|find|list|got any] {_OTHER} (to|for|of) {{exercise}} {{reason}}",
        "(what|anything|something) [else] [can|could|should] [i] [do|use] instead of {exercise} {reason}",
        f"(give|show|suggest|find) {_ANOTHER} exercise (for|to|than|like|instead of) {{exercise}}",
        f"(suggest|give me|find|show me|recommend) {_OTHER}",
        "(swap|substitution|replacement|scaling) (options|ideas|suggestions) for {exercise}",
        "(replace|substitute|sub) {exercise}",
        "(what|anything|something|exercise) [can|could|should] [i] [do|use|take] in place of {exercise}",
        "(something|anything|exercise|exercises|movement) (other than|else than|different from|different than|instead of) {exercise}",
        "(options|ideas|exercises|choices) instead of {exercise}",
        "(different|other|another) (exercise|movement|exercises) (than|for|to|from|instead of) {exercise}",
        "(easier|simpler|lighter|harder|gentler|scaled) (version|variation|option|alternative|form) (of|for|to|than) {exercise}",
        "(hate|dislike|dont like|cant stand) {exercise} what [else] (can|could|should) i do [instead]",
        "(replace|substitute|swap) {exercise} (with|by|for) what",
        "what [else] (instead of|rather than) {exercise}",
        "(cant|cannot) do {exercise} (alternative|alternatives|what else|what instead)",
        "(suggest|recommend|find) (something|anything) [i can|i could] [do] instead of {exercise}",
        f"(give|suggest|show|find|recommend) [me] [an|a|some] {_OTHER} (for|to) [an|a|the] exercise",
        "(i can't|i cant|i cannot|i can not|can't|cant) do {exercise}",
        "what (else|other exercise) (can|could) i do (for|than|besides) {exercise}",
        "(how|what) (can|do|could) i (replace|substitute|sub|swap) {exercise}",
        f"{{exercise}} {_OTHER}",
        "what (replaces|is similar to|is like) {exercise}",
        "(anything|something|an exercise) (like|similar to|easier than) {exercise}",
    ],
    intro={"reason": ["because", "cause", "cuz", "bc", "since", "as", "due to", "without", "with", "if"]},
)
async def suggest_alternatives(ctx: Context, exercise: ExerciseRef, reason: Words | None = None) -> Result:
    """Suggest what to do instead of an exercise.

    Given what stands in the way."""
    found = substitutes(exercise, reason)
    if not found:
        raise NotFound(
            _("I know nothing that stands in for {exercise}{because}. Your coach will.").format(
                exercise=exercise.name, because=_because(reason)
            )
        )
    lines = tuple(f"{other.name} — {why}" for other, why in found)
    card = Card(
        kind="list",
        title=_("Instead of {exercise}{because}").format(exercise=exercise.name, because=_because(reason)),
        lines=lines,
    )
    offers = tuple(Offer(e.name, "show_exercise", {"exercise": e.name}) for e, _ in found[:3])
    things = (Thing("exercise", exercise.name),)
    listed = tuple(Thing("exercise", e.name) for e, _why in found)
    return Result(cards=(card,), note=f"{card.title}: {'; '.join(lines)}", things=things, offers=offers, listed=listed)


@tool(
    Role.MEMBER,
    says=[
        "is {exercise} (a|an) [valid|real|known|actual|proper] (exercise|movement|lift|thing)",
        "is {exercise} (valid|known|real|in the catalogue|in the list|in the library)",
        "(check|validate|verify) [if|that|whether] (exercise|movement) {exercise} [exists|is valid|is known]",
        "(do|does) (you|u|it) (know|have|recognise|recognize) (exercise|movement|lift) [called|named] {exercise}",
        "(check|validate|verify) {exercise} as exercise",
        "(do|does) [the] (you|u|it|app|bot|whistle|gym|we|catalogue|library|system) (know|have|recognise|recognize|list) {exercise} [as] [an|a] [exercise|movement|lift]",
        "is {exercise} [an|a] (one|thing|something|exercise|movement|lift) [that] you know",
        "does exercise {exercise} exist",
        "does [the] [exercise] {exercise} exist",
        "(do|does) (you|u|we|it) (know|have|recognise|recognize) [the] [exercise|movement] {exercise} [in] [your|the] [list|catalogue|library|database]",
        "(check|validate|verify) [if|that|whether] {exercise} (is valid|exists|is known|is an exercise)",
        "is {exercise} (an exercise|a real exercise|in your list|in your catalogue|in the database|in your database)",
        "(have you|ever) heard of exercise {exercise}",
        "is there an exercise (called|named) {exercise}",
        "is there an exercise (called|named) {exercise} in [your|the] (catalogue|list|library|database)",
        "validate exercise {exercise}",
    ],
)
async def validate_exercise(ctx: Context, exercise: ExerciseName) -> Result:
    """Say whether the catalogue knows an exercise by this name, and under which name it keeps it."""
    known = exercises.exact(exercise)
    if known:
        same = known.name.casefold() == exercise.strip().casefold()
        words = (
            _("Yes, I know “{exercise}”. It trains {muscles}.")
            if same
            else _("Yes, I know “{exercise}”, as **{name}**. It trains {muscles}.")
        )
        text = words.format(exercise=exercise, name=known.name, muscles=_trains(known))
        return Result(text=text, things=(Thing("exercise", known.name),))
    near = exercises.candidates(exercise, limit=4)
    if not near:
        return Result(
            text=_("No, I know no exercise called “{exercise}”, and nothing like it.").format(exercise=exercise)
        )
    names = ", ".join(f"**{e.name}**" for e in near)
    offers = tuple(Offer(e.name, "show_exercise", {"exercise": e.name}) for e in near)
    return Result(
        text=_("Not under the name “{exercise}”. The nearest I know: {names}.").format(exercise=exercise, names=names),
        offers=offers,
    )


def _card(exercise: Exercise) -> Card:
    facts = [Fact(label=_("Trains"), value=_trains(exercise))]
    if exercise.secondary:
        facts.append(Fact(label=_("Also"), value=", ".join(exercise.secondary)))
    facts += [
        Fact(label=_("Equipment"), value=exercise.equipment or _("none")),
        Fact(label=_("Level"), value=exercise.level),
        Fact(label=_("Kind"), value=", ".join(w for w in (exercise.category, exercise.mechanic, exercise.force) if w)),
        Fact(label=_("Counted in"), value=_(_COUNTED[exercise.measures])),
    ]
    if exercise.aliases:
        facts.append(Fact(label=_("Also called"), value=", ".join(exercise.aliases[:6])))
    return Card(kind="exercise", title=exercise.name, facts=tuple(facts))


def _trains(exercise: Exercise) -> str:
    return ", ".join(exercise.primary) or exercise.category


def _in_words(exercise: Exercise) -> str:
    also = f"; also {', '.join(exercise.secondary)}" if exercise.secondary else ""
    needs = exercise.equipment or "no equipment"
    told = (f"{exercise.name}: trains {_trains(exercise)}{also}", needs, exercise.level)
    return f"{'; '.join(told)}; counted in {_COUNTED[exercise.measures]}"


def _because(reason: str | None) -> str:
    return f" ({reason.strip()})" if reason and reason.strip() else ""
