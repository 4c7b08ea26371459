"""Compiles the phrases that tools declare (`{param}`, `[optional]`, `(a|b)`) into sequences that a message is laid along.
A phrase that begins with `{param} =` hands on all that was said, from its first word on, as that parameter."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product

from core.llm.contract import ToolSpec
from core.llm.phrases.lexicon import FREE, SYNONYMS, TELLING, bag
from core.llm.phrases.tokens import ARROW, words_of

_PART = re.compile(r"\{\w+\}|[\[\]()|]|[^\[\](){}|]+")
_WHOLE = re.compile(r"^\{(\w+)\} = ")
_MOST = 400
_MANY = 4
# Words that say who is meant: "put me in" is no "put on".
_OWN = frozenset({"me", "my", "myself", "mine"})
_OWN_SKIP = 0.45
# A phrase with one of these means the opposite without its other words: "i dont need it" is no "dont".
_NEGATIVE = bag("dont doesnt wont cant isnt not no never stop without")
_SMALL = bag("i we he she it is am are a an the my me our us you to for of on in at by from with into")


@dataclass(frozen=True, slots=True)
class Literal:
    """One of these words. A `hard` one must be there; any other may be missing at the price `skip`."""

    words: frozenset[str]
    hard: bool
    skip: float


@dataclass(frozen=True, slots=True)
class Slot:
    """A parameter's place."""

    param: str


Element = Literal | Slot


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to say a tool's phrase, without options left."""

    tool: int
    elements: tuple[Element, ...]
    hard: tuple[frozenset[str], ...]
    slots: frozenset[str]
    number: int = 0
    soft: int = 0
    skips: float = 0.0
    words: frozenset[str] = frozenset()
    wanted: tuple[frozenset[str], ...] = ()
    whole: str = ""


@dataclass(frozen=True)
class Grammar:
    """All variants of a set of tools: those found by a word of theirs; those that have none, by tool and parameters; every
    hard word; and the hard words of each tool."""

    by_word: dict[str, tuple[Variant, ...]]
    bare: tuple[tuple[Variant, ...], ...]
    words: frozenset[str]
    own: tuple[frozenset[str], ...]


_SOFT = (FREE - TELLING) | {ARROW}
Tree = list["Node"]
Node = str | tuple[str, list[Tree]]


def _parse(parts: list[str], place: int, closing: str) -> tuple[list[Tree], int]:
    """The alternatives up to the closing bracket, and the place behind it."""
    alternatives: list[Tree] = [[]]
    while place < len(parts):
        part = parts[place]
        place += 1
        if part == closing:
            return alternatives, place
        if part == "|":
            alternatives.append([])
        elif part in "[(":
            inner, place = _parse(parts, place, "]" if part == "[" else ")")
            alternatives[-1].append((part, inner))
        elif part.strip():
            alternatives[-1].append(part.strip())
    if closing:
        raise ValueError(f"a phrase misses its {closing!r}: {''.join(parts)}")
    return alternatives, place


def _literal(words: frozenset[str], optional: bool) -> Literal:
    words = words | {ARROW} if "to" in words else words
    hard = not optional and (words == {ARROW} or not words <= _SOFT)
    skip = 0.0 if optional else _OWN_SKIP if words <= _OWN else 0.12
    return Literal(words, hard, skip)


def _single_word(tree: Tree) -> str | None:
    """The word of an alternative that is one plain word, not one that must be there."""
    if len(tree) != 1 or not isinstance(tree[0], str) or tree[0].startswith("{") or tree[0].endswith("!"):
        return None
    found = words_of(tree[0])
    return found[0] if len(found) == 1 else None


def _plain(text: str) -> Iterator[Literal]:
    """The words of a phrase one by one; "be!" must be there though it says little."""
    for typed in text.split() if "!" in text else [text]:
        for word in words_of(typed):
            literal = _literal(frozenset({word}), False)
            yield replace(literal, hard=True) if typed.endswith("!") else literal


def _widened(words: frozenset[str]) -> frozenset[str]:
    """Alternatives with the other verbs that mean the same, where they hold several of a set."""
    alike = (added for verbs, added in SYNONYMS if len(words & verbs) >= min(_MANY, len(verbs)))
    return words.union(*(added - _SOFT for added in alike))


def _alternatives(trees: list[Tree], optional: bool) -> list[tuple[Element, ...]]:
    """The ways through a group: its single words are one way, every longer alternative is another."""
    singles = [_single_word(tree) for tree in trees]
    free = frozenset(word for word in singles if word and word in _SOFT)
    hard = _widened(frozenset(word for word in singles if word and word not in _SOFT))
    ways = [way for tree, word in zip(trees, singles, strict=True) if not word for way in _sequence(tree)]
    if optional:
        ways = [way for way in ways if not all(isinstance(e, Literal) and not e.hard for e in way)]
    if hard:
        ways.append((_literal(hard, False),))
    if free:
        ways.append((_literal(free, optional),))
    elif optional:
        ways.append(())
    return ways


def _sequence(tree: Tree) -> list[tuple[Element, ...]]:
    """Every way to say a sequence."""
    choices: list[list[tuple[Element, ...]]] = []
    for node in tree:
        if isinstance(node, tuple):
            choices.append(_alternatives(node[1], node[0] == "["))
        elif node.startswith("{"):
            choices.append([(Slot(node[1:-1]),)])
        else:
            choices.append([tuple(_plain(node))])
    count = 1
    for choice in choices:
        count *= max(1, len(choice))
    if count > _MOST:
        raise ValueError(f"a phrase has {count} readings; write it as two")
    return [tuple(element for way in combination for element in way) for combination in product(*choices)]


@lru_cache(maxsize=4096)
def ways(phrase: str) -> tuple[tuple[Element, ...], ...]:
    """Every sequence that one phrase of a tool stands for."""
    trees, _ = _parse(_PART.findall(_WHOLE.sub("", phrase)), 0, "")
    return tuple(dict.fromkeys(_alternatives(trees, False) if len(trees) > 1 else _sequence(trees[0])))


def _strict(way: tuple[Element, ...]) -> tuple[Element, ...]:
    """A phrase that denies something, with all its words asked for."""
    literals = [e for e in way if isinstance(e, Literal)]
    if not any(e.hard and e.words & _NEGATIVE for e in literals):
        return way
    return tuple(
        replace(e, hard=True) if isinstance(e, Literal) and e.skip and not e.words <= _SMALL else e for e in way
    )


def _variants(number: int, says: Sequence[str]) -> list[Variant]:
    found = dict.fromkeys((_strict(way), _whole(phrase)) for phrase in says for way in ways(phrase) if way)
    return [
        Variant(
            number,
            way,
            tuple(e.words for e in way if isinstance(e, Literal) and e.hard),
            frozenset(e.param for e in way if isinstance(e, Slot)),
            whole=whole,
        )
        for way, whole in found
    ]


def _whole(phrase: str) -> str:
    """The parameter that takes all that was said."""
    marked = _WHOLE.match(phrase)
    return marked[1] if marked else ""


def _measured(variant: Variant, number: int) -> Variant:
    """A variant with its place in the order, how many of its words may be missing at a price, and all its words."""
    literals = [e for e in variant.elements if isinstance(e, Literal)]
    soft = [e for e in literals if not e.hard and e.skip]
    return replace(
        variant,
        number=number,
        soft=len(soft),
        skips=sum(e.skip for e in soft),
        words=frozenset().union(*(e.words for e in literals)),
        wanted=tuple(e.words for e in soft),
    )


@lru_cache(maxsize=512)
def _numbered(number: int, says: tuple[str, ...]) -> tuple[Variant, ...]:
    """The variants of a tool in its place, the same for every set of tools that has it there."""
    return tuple(_measured(v, 1000 * number + at) for at, v in enumerate(_variants(number, says)))


@lru_cache(maxsize=16)
def _compiled(phrases: tuple[tuple[str, tuple[str, ...]], ...]) -> Grammar:
    by_word: dict[str, list[Variant]] = {}
    bare: dict[tuple[int, frozenset[str]], list[Variant]] = {}
    own: list[frozenset[str]] = []
    for number, (name, says) in enumerate(phrases):
        variants = _numbered(number, says)
        own.append(frozenset(word for v in variants for words in v.hard for word in words) | _of_name(name))
        for variant in variants:
            if not variant.hard:
                bare.setdefault((number, variant.slots), []).append(variant)
                continue
            for word in min(variant.hard, key=len):
                by_word.setdefault(word, []).append(variant)
    words = frozenset(word for words in own for word in words)
    found = {word: tuple(variants) for word, variants in by_word.items()}
    return Grammar(found, tuple(map(tuple, bare.values())), words, tuple(own))


def _of_name(name: str) -> frozenset[str]:
    return frozenset(name.split("_")[:1])


def grammar(tools: Sequence[ToolSpec]) -> Grammar:
    """The compiled phrases of these tools, made once."""
    known = _LATEST.get(id(tools))
    if known is None or known[0] is not tools:
        if len(_LATEST) > _MOST_LATEST:
            _LATEST.clear()
        known = _LATEST[id(tools)] = (tools, _compiled(tuple((tool.name, tool.says) for tool in tools)))
    return known[1]


_LATEST: dict[int, tuple[Sequence[ToolSpec], Grammar]] = {}
_MOST_LATEST = 64
