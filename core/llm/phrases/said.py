"""Decides whether enough of a phrase was said to believe it: names nobody knows and free words need more of it."""

from collections.abc import Mapping

from core.llm.phrases.align import Bound, Path
from core.llm.phrases.grammar import Literal, Slot, Variant
from core.llm.phrases.lexicon import ASKING, FREE, SENTENCES
from core.llm.phrases.readings import FREE_TEXT, Message
from core.llm.phrases.tokens import blocks


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
    said whose thing is missing, or words before any command word that are a sentence of their own."""
    texts = [b for b in bound if types.get(b.param) in FREE_TEXT]
    if not texts:
        return False
    if any(_is_sentence(message, b) and not _led(variant, b.param) for b in texts):
        return True
    named = {b.param for b in bound if types.get(b.param) not in FREE_TEXT and b.known}
    if variant.slots - named <= {b.param for b in texts} and named:
        return False
    said = [message.tokens[place].norm for place in path.literals]
    weak = all(word in ASKING or word in FREE for word in said)
    unsaid = len(variant.slots - named - {b.param for b in texts})
    if unsaid > 1 or (unsaid and weak):
        return True
    return (weak or bool(unsaid)) and not all_said(message, variant, path)


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
