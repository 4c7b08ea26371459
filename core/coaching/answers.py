"""What a coach answer is: a plan, an insight, a stall analysis, with what they are made from; what makes one unfit to be
shown; and the engine that answers when no model does."""

from collections.abc import Sequence
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.i18n import _

Kilos = Annotated[float, Field(ge=0, le=600)]
Reps = Annotated[int, Field(ge=1, le=100)]
Rpe = Annotated[float, Field(ge=5, le=10)]
Sentence = Annotated[str, Field(min_length=3, max_length=300)]
TIRED_RPE, MOST_JUMP, DELOAD = 7.5, 1.10, 0.925
EXPOSURES = 3


class Shape(BaseModel):
    """Anything that a model may write or read here: no other fields than these."""

    model_config = ConfigDict(extra="forbid", frozen=True)


# -- what answers are made from -----------------------------------------------------------------------------------


class Done(Shape):
    """One exercise in one session: its best set, and the estimated maximum where it is known."""

    weight: Kilos
    reps: Reps
    rpe: Rpe | None = None
    e1rm: Kilos | None = None
    hit_target: bool = True


class Prescribed(Shape):
    """One exercise of today's template: its rep range, cap of effort, sets, and whether it may be left out."""

    exercise: str = Field(max_length=80)
    reps: tuple[Reps, Reps]
    sets: int = Field(ge=1, le=12)
    rpe_cap: Rpe = 9
    optional: bool = False
    equipment: str | None = None


class CoachContext(Shape):
    """All that a plan for today is made from. `history` is by exercise, the newest session last."""

    goal: Literal["strength", "hypertrophy", "both"] = "both"
    template: tuple[Prescribed, ...]
    energy: Literal["low", "ok", "high"] = "ok"
    soreness: Literal["none", "some", "high"] = "none"
    minutes: int = Field(default=60, ge=10, le=240)
    history: dict[str, tuple[Done, ...]] = {}
    equipment: tuple[str, ...] | None = None
    pain: tuple[str, ...] = ()

    @property
    def tired(self) -> bool:
        """Whether today is a day for less."""
        return self.energy == "low" or self.soreness == "high"


class StallContext(Shape):
    """One exercise over its last sessions, the newest last."""

    exercise: str = Field(max_length=80)
    sessions: tuple[Done, ...]


# -- the answers ----------------------------------------------------------------------------------------------------


class PlannedSet(Shape):
    """A weight, the reps, how hard at most, and how often."""

    weight: Kilos
    reps: Reps
    rpe_cap: Rpe | None = None
    set_count: int = Field(default=1, ge=1, le=12)


class PlannedExercise(Shape):
    """One exercise: warm-ups, then a top set with back-offs, or working sets."""

    exercise: str = Field(max_length=80)
    warmup_sets: tuple[PlannedSet, ...] = Field(default=(), max_length=6)
    top_set: PlannedSet | None = None
    backoff_sets: tuple[PlannedSet, ...] = Field(default=(), max_length=6)
    working_sets: tuple[PlannedSet, ...] = Field(default=(), max_length=6)

    @model_validator(mode="after")
    def _has_work(self) -> "PlannedExercise":
        if self.top_set is None and not self.working_sets:
            raise ValueError("an exercise needs a top set or working sets")
        return self

    @property
    def heaviest(self) -> float:
        """The most weight that it asks for."""
        weights: list[float] = [s.weight for s in self.working_sets]
        return max([*weights, *([self.top_set.weight] if self.top_set else [])])


class Substitution(Shape):
    """One exercise instead of another, and why."""

    instead_of: str = Field(max_length=80)
    exercise: str = Field(max_length=80)
    reason: Sentence


class TodayPlan(Shape):
    """Today's session."""

    exercises: tuple[PlannedExercise, ...] = Field(min_length=1, max_length=12)
    substitutions: tuple[Substitution, ...] = ()
    adjustments: tuple[Sentence, ...] = ()
    reasoning: tuple[Sentence, ...] = ()
    minutes: int = Field(ge=5, le=240)


class Insight(Shape):
    """One observation about a session, and one thing to do next."""

    insight: Sentence
    action: Sentence
    category: Literal["progress", "fatigue", "technique", "volume"]


class StallAnalysis(Shape):
    """Whether an exercise is stuck, and the one thing to change."""

    is_stalled: bool
    reason: Sentence | None = None
    suggested_fix: Sentence | None = None
    fix_type: Literal["deload", "rep_range", "variation", "volume"] | None = None

    @model_validator(mode="after")
    def _whole(self) -> "StallAnalysis":
        if self.is_stalled and not (self.reason and self.suggested_fix and self.fix_type):
            raise ValueError("a stall needs a reason, a fix and its type")
        return self


# -- what makes an answer unfit --------------------------------------------------------------------------------------


def faults(plan: TodayPlan, context: CoachContext) -> list[str]:
    """What is wrong with a plan for this person today; a plan with any fault is not shown."""
    wanted = {p.exercise.casefold(): p for p in context.template}
    swapped = {s.exercise.casefold(): s.instead_of.casefold() for s in plan.substitutions}
    found = []
    for planned in plan.exercises:
        name = planned.exercise.casefold()
        prescribed = wanted.get(swapped.get(name, name))
        if prescribed is None:
            found.append(f"{planned.exercise} is not in the template")
        elif name not in swapped and prescribed.equipment and not _has(context, prescribed.equipment):
            found.append(f"{planned.exercise} needs a {prescribed.equipment}, which is not there")
        found += _too_much(planned, context)
    return found


def _has(context: CoachContext, equipment: str) -> bool:
    return context.equipment is None or equipment in context.equipment


def _too_much(planned: PlannedExercise, context: CoachContext) -> list[str]:
    found = []
    past = context.history.get(planned.exercise, ())
    if past and planned.heaviest > max(2.5 + past[-1].weight, MOST_JUMP * past[-1].weight):
        found.append(f"{planned.exercise} jumps from {past[-1].weight:g} to {planned.heaviest:g} kg")
    work = [*planned.working_sets, *planned.backoff_sets, *((planned.top_set,) if planned.top_set else ())]
    if context.tired and any(s.rpe_cap is None or s.rpe_cap > TIRED_RPE for s in work):
        found.append(f"{planned.exercise} is not held to RPE {TIRED_RPE:g} on a tired day")
    return found


# -- without a model -------------------------------------------------------------------------------------------------


class Engine(Protocol):
    """What answers by rules: always, at once, and the same for the same question."""

    def plan(self, context: CoachContext) -> TodayPlan: ...

    def insight(self, exercise: str, sessions: Sequence[Done]) -> Insight: ...

    def stall(self, context: StallContext) -> StallAnalysis: ...


class SteadyEngine:
    """Repeats what was done last and says so: no progression of its own. The strength engine takes its place."""

    def plan(self, context: CoachContext) -> TodayPlan:
        """Last session's weights for the template's sets, held back on a tired day."""
        doable = [p for p in context.template if not p.equipment or _has(context, p.equipment)]
        chosen = (
            [p for p in doable if not (p.optional and context.minutes <= 45)] or doable or list(context.template[:1])
        )
        held = (_("Effort is capped at RPE 7.5, because you are tired or sore today."),) if context.tired else ()
        return TodayPlan(
            exercises=tuple(self._exercise(p, context) for p in chosen),
            adjustments=held,
            reasoning=(_("Weights are those of your last session; nothing was raised."),),
            minutes=min(240, max(5, sum(4 * p.sets for p in chosen))),
        )

    def _exercise(self, prescribed: Prescribed, context: CoachContext) -> PlannedExercise:
        past = context.history.get(prescribed.exercise, ())
        cap = min(prescribed.rpe_cap, TIRED_RPE) if context.tired else prescribed.rpe_cap
        weight = past[-1].weight if past else 0.0
        work = PlannedSet(weight=weight, reps=prescribed.reps[0], rpe_cap=cap, set_count=prescribed.sets)
        return PlannedExercise(exercise=prescribed.exercise, working_sets=(work,))

    def insight(self, exercise: str, sessions: Sequence[Done]) -> Insight:
        """Whether the best set went up, down or stayed."""
        if len(sessions) < 2:
            words, next_time, kind = (
                _("{exercise} is logged for the first time."),
                _("Do the same again next time."),
                "volume",
            )
        elif _strength(sessions[-1]) > _strength(sessions[-2]):
            words, kind = _("{exercise} went up since last time."), "progress"
            next_time = _("Keep the weight and aim for the same again.")
        elif _strength(sessions[-1]) < _strength(sessions[-2]):
            words, next_time, kind = (
                _("{exercise} went down since last time."),
                _("Rest well and repeat the weight."),
                "fatigue",
            )
        else:
            words, next_time, kind = _("{exercise} is where it was last time."), _("Aim for one more rep."), "volume"
        told = words.format(exercise=exercise)
        return Insight.model_validate({"insight": told, "action": next_time, "category": kind})

    def stall(self, context: StallContext) -> StallAnalysis:
        """Stuck when the best of the last three sessions is no better than what came before them."""
        if len(context.sessions) <= EXPOSURES:
            return StallAnalysis(is_stalled=False, reason=_("There are too few sessions to say."))
        before, lately = context.sessions[:-EXPOSURES], context.sessions[-EXPOSURES:]
        if max(map(_strength, lately)) > max(map(_strength, before)):
            return StallAnalysis(is_stalled=False)
        weight = context.sessions[-1].weight * DELOAD
        return StallAnalysis(
            is_stalled=True,
            reason=_("No progress in {exercise} for {count} sessions.").format(
                exercise=context.exercise, count=EXPOSURES
            ),
            suggested_fix=_("Take about 7 % off for a week: {weight} kg.").format(weight=f"{weight:.0f}"),
            fix_type="deload",
        )


def _strength(done: Done) -> float:
    """How much a set was worth: the estimated maximum, by Epley where none is given."""
    return done.e1rm if done.e1rm is not None else done.weight * (1 + done.reps / 30)
