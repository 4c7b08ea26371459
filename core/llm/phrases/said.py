"""Decides whether enough of a phrase was said to believe it: names nobody knows and free words need more of it."""

import re
from collections.abc import Mapping, Sequence

from core.llm.contract import Param, ToolSpec
from core.llm.phrases.align import NAMED, Bound, Path
from core.llm.phrases.grammar import Literal, Slot, Variant
from core.llm.phrases.leftover import Filled
from core.llm.phrases.lexicon import ASKING, FREE, SENTENCES
from core.llm.phrases.readings import FREE_TEXT, Message
from core.llm.phrases.tokens import blocks

_SIGNS = re.compile(r"[*`\[\]<>{}|\\~^=()\"“”„«»;_]")
_BEFORE, _BEHIND = re.compile(r"[^\w\s,.:]*$"), re.compile(r"[^\w\s,.:!?]*")
_QUOTED = frozenset({('"', '"'), ("“", "”"), ("„", "“"), ("«", "»"), ("'", "'")})
_WEAK = ASKING | FREE | SENTENCES | {"should"}


def all_said(message: Message, variant: Variant, path: Path) -> bool:
    """Whether every word of the pattern that is not optional was said: asked of a command with a name nobody knows."""
    return all(
        any(message.reads(place, e.words) is not None for place in path.literals)
        for e in variant.elements
        if isinstance(e, Literal) and e.skip > 0
    )


def text_only(
    message: Message, variant: Variant, path: Path, bound: tuple[Bound, ...], types: Mapping[str, str]
) -> bool:
    """Whether free words were taken on too little: words that ask for anything ("what …", "show …"), a pattern half
    said whose thing or kind is missing, or words before any command word that are a sentence of their own."""
    texts = [b for b in bound if types.get(b.param) in FREE_TEXT]
    if not texts:
        return False
    if any(_is_sentence(message, b) and not _led(variant, b.param) for b in texts):
        return True
    if any(types.get(param) == "choice" for param in variant.slots - {b.param for b in bound}):
        return True
    if not all(_led(variant, b.param) for b in texts) and not all_said(message, variant, path):
        return True
    named = {b.param for b in bound if types.get(b.param) not in FREE_TEXT and b.known}
    if variant.slots - named <= {b.param for b in texts} and named:
        return False
    said = [message.tokens[place].norm for place in path.literals]
    weak = all(word in _WEAK for word in said)
    unsaid = len(variant.slots - named - {b.param for b in texts})
    if unsaid > 1 or (unsaid and weak):
        return True
    return (weak or bool(unsaid)) and not all_said(message, variant, path)


def plainly_named(message: Message, bound: Bound) -> bool:
    """Whether a name is words and nothing else: what is written with signs in or around it is asked for again."""
    start, end = message.tokens[bound.stretch.start].start, message.tokens[bound.stretch.end - 1].end
    before, after = _BEFORE.search(message.text[:start]), _BEHIND.match(message.text[end:])
    around = (before.group() if before else "", after.group() if after else "")
    if around in _QUOTED:
        around = ("", "")
    return not _SIGNS.search(around[0] + message.text[start:end] + around[1])


def _led(variant: Variant, param: str) -> bool:
    """Whether a command word stands before a parameter."""
    for element in variant.elements:
        if isinstance(element, Slot):
            if element.param == param:
                return False
        elif element.hard:
            return True
    return True


def _is_sentence(message: Message, bound: Bound) -> bool:
    tokens = message.tokens[bound.stretch.start : bound.stretch.end]
    return any(blocks(token) or token.norm in SENTENCES for token in tokens)


def too_little(
    message: Message, path: Path, bound: tuple[Bound, ...], missing: Sequence[Param], tool: ToolSpec
) -> bool:
    """Whether what is missing makes a command unlikely: a guessed name alone, or only words that ask for anything."""
    if not missing or any(param.type in FREE_TEXT for param in missing):
        return False
    if any(message.nouns(param.type, place) for param in missing for place in range(len(message))):
        return False
    weak = all(message.tokens[p].norm in ASKING or not message.tokens[p].weight for p in path.literals)
    return (weak and not bound) or (tool.writes and any(not b.known for b in bound))


def unnamed(message: Message, variant: Variant, filled: Filled, tool: ToolSpec) -> bool:
    """Whether a change is about somebody or something that only its kind was said of: "put somebody into yoga"."""
    lacking = [p for p in tool.params if not p.required and p.type in NAMED and all(b.param != p.name for b in filled.bound)]
    return tool.writes and any(
        message.nouns(param.type, place) and token.norm not in variant.words and place not in filled.taken
        for param in lacking
        for place, token in enumerate(message.tokens)
    )
