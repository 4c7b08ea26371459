"""What code says to a message before anybody reads it: that it is empty, endless, somebody else's words, or came with files
that nobody here can look into."""

from collections.abc import Sequence

from core.agent.budget import LONGEST_MESSAGE
from core.i18n import _

MOST_NAMED = 3


def is_readable(text: str) -> bool:
    """Whether there are words to be read, and not too many of them."""
    return 0 < len(text) <= LONGEST_MESSAGE


def answer(text: str, quoted: bool, files: Sequence[str]) -> str:
    """The whole answer to a message that is not readable; `quoted`: somebody else's words came along."""
    if text:
        words = _(
            "That is {n:,} characters; I read up to {most:,} in one message. Nothing was done. Please send the part that "
            "matters, or split it into several messages."
        )
        return words.format(n=len(text), most=LONGEST_MESSAGE)
    if files:
        return _("{files} arrived and is kept, but I can’t look into files. Tell me in words what I should do.").format(
            files=_named(files)
        )
    if quoted:
        return _("I do not act on somebody else's words. Tell me in your own what I should do about them.")
    return _("That message was empty. Say what you need, like “book crossfit tomorrow evening”.")


def unread(files: Sequence[str]) -> str:
    """What is said about files that came with words: only the words count."""
    return _("I can’t look into files, so I go by your words alone. Kept: {files}.").format(files=_named(files))


def told_of(files: Sequence[str]) -> str:
    """The same for a language model."""
    return f"With it came files that you cannot see, and the sender has been told so: {_named(files)}."


def _named(files: Sequence[str]) -> str:
    """A few names, and how many more there are."""
    shown = ", ".join(f"“{name[:60]}”" for name in files[:MOST_NAMED])
    more = len(files) - MOST_NAMED
    return shown if more <= 0 else _("{files} and {n} more").format(files=shown, n=more)
