"""What people of a gym ask for that nothing here does, in phrases like the tools' own, with an honest answer to each."""

from core.llm.phrases.wish import Wish
from core.llm.phrases.wishes_about_memberships import MEMBERSHIPS
from core.llm.phrases.wishes_about_the_gym import THE_GYM
from core.llm.phrases.wishes_about_training import TRAINING

__all__ = ["WISHES", "Wish"]

WISHES = (*MEMBERSHIPS, *TRAINING, *THE_GYM)
