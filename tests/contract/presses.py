"""Presses that nobody was offered, made up by chance: forged and changed keys, keys of others, keys on other messages."""

import random

from tests.contract.platform import Platform
from tests.contract.surface import Seen

WHO = ("carla", "kowalski", "mia")
NONSENSE = ("v1:", "v1:" + "x" * 61, "y", "undo:1", "page:1", "page:-1", "page:x", "0", "'; --")
AT_ONCE = 20


async def press_wrongly(here: Platform, tries: int, seed: int) -> dict[str, Seen]:
    """Make so many; returns what each person was asked, which is still open."""
    chance = random.Random(seed)
    asked = {who: (await here.say(who, "book crossfit friday evening"))[-1] for who in WHO}
    for number in range(tries):
        who = chance.choice(WHO)
        presser, token = who, here.tokens(asked[who])[chance.randrange(len(asked[who].buttons))]
        on = asked[who]
        match number % 5:
            case 0:
                token = f"v1:{chance.randbytes(18).hex()[:24]}"
            case 1:
                at = chance.randrange(3, len(token))
                token = token[:at] + chance.choice([c for c in "Aa0_-" if c != token[at]]) + token[at + 1 :]
            case 2:
                presser = chance.choice([w for w in WHO if w != who])
            case 3:
                on = asked[chance.choice([w for w in WHO if w != who])]
            case _:
                token = chance.choice([*NONSENSE, token.upper()])
        here.forges(presser, on, token)
        if number % AT_ONCE == AT_ONCE - 1:
            await here.settled()
    await here.settled()
    return asked


async def booked(here: Platform) -> list[str]:
    """Who was told of a booking, once for each time."""
    found = []
    for who in WHO:
        found += [who for seen in await here.read(who) if seen.text.startswith("✅ Booked")]
    return sorted(found)
