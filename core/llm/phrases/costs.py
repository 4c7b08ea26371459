"""What it costs to believe that a phrase is meant, apart from the words that it leaves over."""

from collections.abc import Sequence

from core.llm.contract import Param
from core.llm.phrases.align import MISSING, Path
from core.llm.phrases.bounds import ALONE, HARDLY_ALONE
from core.llm.phrases.clauses import Remains
from core.llm.phrases.grammar import Literal, Variant
from core.llm.phrases.leftover import SURE
from core.llm.phrases.lexicon import PARTICLES, TELLING
from core.llm.phrases.readings import FREE_TEXT, Message

OF_A_TYPE = 0.3
_SCHEDULED = frozenset({"schedule", "put"})
_WANTED = frozenset({"gym", "instead"})


def lacking(message: Message, missing: Sequence[Param], remains: Remains) -> float:
    """What it costs that values are still to be asked for."""
    cost = 0.03 * len(missing) + 0.2 * sum(_could_be_said(message, param) for param in missing)
    return cost + 0.5 * bool(remains.reason and any(param.type in FREE_TEXT for param in missing))


def unlikely(message: Message, variant: Variant, path: Path, used: set[int]) -> float:
    """What the shape of a phrase costs: little where many of its own words were said, more where one stands alone."""
    stranger = 0.5 * _no_colleague(message, variant, path)
    typed = OF_A_TYPE * _of_the_type(message, variant, path)
    wanted = sum(t.norm in TELLING and p not in used and t.norm in _WANTED for p, t in enumerate(message.tokens))
    alone = (ALONE if len(variant.slots) == 1 else HARDLY_ALONE) * (not variant.hard)
    return stranger + typed + 0.3 * wanted + 0.15 * _other_verb(message, path, used) + alone - 0.06 * len(variant.hard)


def _no_colleague(message: Message, variant: Variant, path: Path) -> bool:
    """Whether a coach is named whom only the members know."""
    if "coach" not in variant.slots:
        return False
    members = {s.start for s in message.stretches(Param("", "member", False)) if s.sure >= SURE}
    return any(b.param == "coach" and b.stretch.sure <= 0.5 and b.stretch.start in members for b in path.bound)


def _of_the_type(message: Message, variant: Variant, path: Path) -> bool:
    """Whether the spots of a class are spoken of that is named by its type alone, rather those of the type; or one is
    scheduled that is named so, rather a new one."""
    said = {message.tokens[place].norm for place in path.literals}
    aimed = any(token.norm == "to" for token in message.tokens)
    scheduled = variant.slots >= {"session", "to"} and not said.isdisjoint(_SCHEDULED) and not aimed
    if not (variant.slots >= {"session", "spots"} or scheduled):
        return False
    types = {(s.start, s.end) for s in message.stretches(Param("", "class_type", False))}
    return any(b.param == "session" and (b.stretch.start, b.stretch.end) in types for b in path.bound)


def _other_verb(message: Message, path: Path, used: set[int]) -> int:
    """How many of the pattern's words are part of another verb here: "set up …" for "set …"."""
    after = [place + 1 for place in path.literals if place + 1 < len(message)]
    return sum(message.tokens[place].norm in PARTICLES and place not in used for place in after)


def _could_be_said(message: Message, param: Param) -> bool:
    """Whether words that another parameter took would surely do for a missing one: "raise the 6pm to 18"."""
    return param.type in ("spots", "staff") and any(stretch.sure >= SURE for stretch in message.stretches(param))


def structure(message: Message, variant: Variant, path: Path, late: int) -> float:
    """The cost of a path apart from the words it leaves over: slips, words of the pattern not said, values not given."""
    used = set(path.literals)
    cost = 0.0
    said = sum(1 for e in variant.elements if isinstance(e, Literal))
    for place in path.literals:
        token = message.tokens[place]
        near = message.readings[place]
        cost += 0.0 if token.norm in near or not near else min(near.values())
    soft_missed = [e for e in variant.elements if isinstance(e, Literal) and not e.hard and e.skip]
    hit = sum(1 for e in soft_missed if any(message.reads(p, e.words) is not None for p in used))
    cost += sum(e.skip for e in soft_missed) * (1 - hit / len(soft_missed)) if soft_missed and said else 0.0
    cost -= 0.02 * hit
    given = {name for bound in path.bound for name in bound.stretch.extra}
    cost += MISSING * max(0, len(variant.slots - given) - len(path.bound)) - 0.5 * late
    return cost + sum(bound.cost for bound in path.bound)
