"""Decides which exercises can stand in for another, given what stands in the way."""

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from core.coaching.exercises import Exercise, catalogue, equipment_named, is_staple
from core.i18n import _, marked

_LEVELS = ("beginner", "intermediate", "expert")
_AT_HOME = frozenset({"bodyweight", "bands", "dumbbell", "kettlebell", "jump rope", "foam roller", "exercise ball"})
# The first pattern whose words are in the name decides.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("curl", r"(?<!leg )(?<!nordic )(?<!hamstring )curl"),
    ("olympic lift", r"\bclean|snatch|jerk|ground-to-overhead|high pull|devil press|man maker"),
    ("lunge", r"lunge|split squat|step-up|step ups|step-over|pistol|cossack"),
    ("jump", r"jump|hop|bound|leap|double-under|single-under|burpee|skip"),
    ("squat", r"squat|leg press|thruster|wall ball|wall sit|leg extension"),
    (
        "hip hinge",
        r"deadlift|good morning|swing|thrust|bridge|back extension|pull through|hyperext|leg curl|rack pull|nordic",
    ),
    (
        "overhead press",
        r"overhead press|shoulder press|push press|military|handstand|arnold|shoulder-to|pike|press behind",
    ),
    (
        "horizontal press",
        r"bench press|push-?up|chest press|floor press|incline dumbbell press|\bdips?\b|\bfly\b|flyes|pec deck",
    ),
    ("vertical pull", r"pull-?up|pulldown|chin-?up|\bchin\b|muscle-up|rope climb"),
    ("horizontal pull", r"\brows?\b|face pull|reverse fly"),
    ("trunk", r"plank|sit-up|crunch|toes-to|knees-to|hollow|v-up|l-sit|rollout|dead bug|twist|leg raise|knee raise"),
    ("carry", r"carry|walk\b|sled"),
)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Something that rules exercises out, and how that is said."""

    because: str
    patterns: frozenset[str] = frozenset()
    named: str = ""
    equipment: frozenset[str] = frozenset()
    only_equipment: frozenset[str] = frozenset()
    harder: int = 0

    def rules_out(self, exercise: Exercise, than: Exercise) -> bool:
        """Whether this exercise is no way around the obstacle."""
        if pattern(exercise) in self.patterns or exercise.equipment in self.equipment:
            return True
        if self.only_equipment and (exercise.equipment or "bodyweight") not in self.only_equipment:
            return True
        if self.named and re.search(self.named, exercise.name.casefold()):
            return True
        return bool(self.harder) and not self._moves_level(exercise, than)

    def _moves_level(self, exercise: Exercise, than: Exercise) -> bool:
        step = (_LEVELS.index(exercise.level) - _LEVELS.index(than.level)) * self.harder
        at_the_end = than.level == (_LEVELS[-1] if self.harder > 0 else _LEVELS[0])
        return step > 0 or (step == 0 and at_the_end)


_BODY: tuple[tuple[str, Obstacle], ...] = (
    (
        r"knee",
        Obstacle(
            marked("easy on the knee"),
            frozenset({"squat", "lunge", "jump"}),
            r"\brun|sprint|jog|hike|stair|burpee|clean|snatch|jerk|get-up|push press|mountain|sled|wall walk",
        ),
    ),
    (
        r"shoulder|rotator",
        Obstacle(
            marked("easy on the shoulder"),
            frozenset({"overhead press", "olympic lift", "vertical pull"}),
            r"overhead|upright|\bdips?\b|thruster|wall ball|raise|behind|handstand|swim|battle|get-up|windmill|incline",
        ),
    ),
    (
        r"lower back|low back|lumbar|\bback\b",
        Obstacle(
            marked("spares the lower back"),
            frozenset({"olympic lift"}),
            r"deadlift|good morning|swing|barbell squat|back squat|front squat|overhead squat|bent[ -]over|barbell row|"
            r"pendlay|rack pull|t-bar|sit-up|carry|yoke|atlas|keg|axle|tire|squat with|squat to a bench|box squat|"
            r"back extension|hyperext|lower back|olympic squat|speed squat|zercher|"
            r"pull through|row$(?<!chest-supported row)(?<!seated row)(?<!ring row)",
        ),
    ),
    (
        r"wrist",
        Obstacle(
            marked("easy on the wrist"),
            frozenset({"olympic lift"}),
            r"front squat|push-?up|handstand|plank|burpee|thruster|wrist|wall walk",
        ),
    ),
    (
        r"elbow",
        Obstacle(
            marked("easy on the elbow"),
            frozenset({"curl"}),
            r"skull|\bdips?\b|extension|chin|muscle-up|close-grip|kickback|jm press",
        ),
    ),
    (
        r"ankle|achilles|calf",
        Obstacle(marked("easy on the ankle"), frozenset({"jump", "lunge"}), r"\brun|sprint|jog|calf|hike|skip"),
    ),
    (
        r"\bhips?\b",
        Obstacle(marked("easy on the hip"), frozenset({"lunge", "squat", "jump"}), r"deadlift|swing|\brun|sprint"),
    ),
    (
        r"pregnan",
        Obstacle(
            marked("no jumps, no lying on the belly"), frozenset({"jump", "trunk", "olympic lift"}), r"prone|burpee"
        ),
    ),
)
_CIRCUMSTANCES: tuple[tuple[str, Obstacle], ...] = (
    (r"\bno bench", Obstacle(marked("needs no bench"), named=r"bench|incline|decline")),
    (
        r"no equipment|no gear|without equipment|hotel|travel|nothing (here|at home)",
        Obstacle(marked("needs no equipment"), only_equipment=frozenset({"bodyweight"})),
    ),
    (r"\bhome\b|garage|living room", Obstacle(marked("can be done at home"), only_equipment=_AT_HOME)),
    (
        r"too hard|too difficult|can.?t do|cannot do|easier|beginner|scale|regress",
        Obstacle(marked("an easier step"), harder=-1),
    ),
    (r"too easy|harder|progress(ion)?|more difficult", Obstacle(marked("a harder step"), harder=1)),
    (r"jump|impact|nois[ey]|neighbo", Obstacle(marked("without jumps"), frozenset({"jump"}), r"\brun|sprint")),
)
_MISSING = re.compile(
    r"(?:\bno|without(?: an?)?|don'?t have(?: an?)?|haven'?t(?: got)?(?: an?)?)\s+(?:free\s+)?"
    r"([a-z-]+(?: (?:machine|ball|bar|rope|erg|bike|roller))?)"
    r"|([a-z-]+(?: (?:machine|ball|bar|rope|erg|bike))?)s? (?:is|are) (?:taken|busy|broken|occupied|in use)"
)


_WITH = re.compile(
    r"\b(?:with|using|only|just|have)\s+(?:(?:an?|my|the|some|only|just|have|got)\s+)*"
    r"([a-z-]+(?: (?:ball|bar|bell|rope|band|erg|bike))?)"
)


def pattern(exercise: Exercise) -> str:
    """The movement pattern an exercise belongs to, such as squat or vertical pull."""
    name = exercise.name.casefold()
    if exercise.category == "cardio":
        return "cardio"
    if "landmine" in name:
        return "angled press"
    by_name = next((label for label, words in _PATTERNS if re.search(words, name)), "other")
    return "overhead press" if by_name == "other" and "press" in name and "shoulders" in exercise.primary else by_name


def obstacles(reason: str | None) -> list[Obstacle]:
    """What a reason in words rules out."""
    text = (reason or "").casefold().replace("’", "'")
    found = [obstacle for words, obstacle in (*_BODY, *_CIRCUMSTANCES) if re.search(words, text)]
    known = {exercise.equipment for exercise in catalogue().values() if exercise.equipment}
    for match in _MISSING.finditer(text):
        tool = equipment_named(match.group(1) or match.group(2))
        if tool in known:
            found.append(Obstacle(_("no {equipment} needed").format(equipment=tool), equipment=frozenset({tool})))
    usable = frozenset(tool for m in _WITH.finditer(text) if (tool := equipment_named(m.group(1))) in known)
    if usable and not found:
        found.append(Obstacle(_("with {equipment}").format(equipment=", ".join(sorted(usable))), only_equipment=usable))
    return found


@cache
def _usual_swaps() -> dict[str, tuple[str, ...]]:
    """What coaches hand out first, by exercise, best first."""
    stored = resources.files("core.coaching").joinpath("exercise_swaps.json").read_text(encoding="utf-8")
    return {name: tuple(swaps) for name, swaps in json.loads(stored).items()}


def _likeness(exercise: Exercise, other: Exercise) -> float:
    """How much of the work of one exercise another does; 0 when it is no substitute at all."""
    shared = set(exercise.primary) & set(other.primary)
    crossed = (set(exercise.primary) & set(other.secondary)) | (set(exercise.secondary) & set(other.primary))
    usual = _usual_swaps().get(exercise.name, ())
    if other.name in usual:
        return 100.0 - usual.index(other.name)
    if not shared and not crossed:
        return 0.0
    score = 4.0 * len(shared) / max(len(exercise.primary), len(other.primary)) + min(1.5, 0.75 * len(crossed))
    score += 3.0 * (pattern(exercise) == pattern(other))
    score += (
        (exercise.force == other.force) + (exercise.mechanic == other.mechanic) + (exercise.measures == other.measures)
    )
    score += 3.0 * is_staple(other) + 1.5 * (exercise.equipment != other.equipment)
    score -= 1.5 * (other.equipment == "bodyweight" and exercise.equipment not in {"bodyweight", None})
    return (
        score
        + 2.0 * (exercise.category == other.category)
        - 3.0 * ((exercise.category == "cardio") != (other.category == "cardio"))
    )


def _why(exercise: Exercise, other: Exercise, in_the_way: list[Obstacle]) -> str:
    shared = [muscle for muscle in exercise.primary if muscle in other.primary]
    if shared:
        parts = [_("same main muscle: {muscles}").format(muscles=", ".join(shared))]
    else:
        parts = [_("still works the {muscle}").format(muscle=_crossed(exercise, other))]
    if pattern(exercise) == pattern(other) != "other":
        parts.append(_("same pattern ({pattern})").format(pattern=pattern(other)))
    if other.equipment != exercise.equipment:
        words = _("{equipment} instead of {other}") if exercise.equipment else "{equipment}"
        parts.append(words.format(equipment=other.equipment or _("no equipment"), other=exercise.equipment))
    return "; ".join([*parts, *(_(obstacle.because) for obstacle in in_the_way)])


def _crossed(exercise: Exercise, other: Exercise) -> str:
    trained = (*exercise.primary, *exercise.secondary)
    return next((muscle for muscle in (*other.primary, *other.secondary) if muscle in trained), _("same engine"))


def substitutes(exercise: Exercise, reason: str | None = None, limit: int = 5) -> list[tuple[Exercise, str]]:
    """The exercises nearest in work that no obstacle rules out, best first, each with why."""
    in_the_way = obstacles(reason)
    possible = (
        other
        for other in catalogue().values()
        if other.name != exercise.name
        and (other.category != "stretching" or exercise.category == "stretching")
        and not any(obstacle.rules_out(other, exercise) for obstacle in in_the_way)
    )
    scored = [(likeness, other) for other in possible if (likeness := _likeness(exercise, other)) > 3]
    scored.sort(key=lambda pair: (-pair[0], pair[1].name))
    return [(other, _why(exercise, other, in_the_way)) for _, other in scored[:limit]]
