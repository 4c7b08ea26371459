"""Shows how one message is read: `python -m tests.utterances.probe mia 2026-11-16T10:00 "book yoga"`."""

import asyncio
import sys

from bot.explaining import Gyms
from bot.gyms import person_named
from core.agent.reference import Focus
from core.clock import to_local
from core.llm.contract import Request, Said
from core.llm.phrases.choose import readings
from core.llm.phrases.grammar import grammar
from core.llm.phrases.readings import Message


async def probe(who: str, at: str, texts: list[str]) -> None:
    """Print the readings of each text, the most believable first."""
    async with Gyms(None) as gyms:
        moment = gyms.moment(at)
        desk = await gyms.desk(moment)
        person = await person_named(desk.store, who)
        async with desk.store.read() as db:
            now = to_local(moment, "Europe/Berlin")
            readers = await desk.names.readers(db, person.gym_id, Focus(), now, person.rank)
        tools = desk.executor.specs.of(person.rank)
        for text in texts:
            request = Request([Said(text)], tools, "", now, "Europe/Berlin", person.rank, readers)
            message = Message(text, grammar(tools), readers)
            print("#", [(token.norm, token.weight) for token in message.tokens])
            for reading in readings(message, request)[:6]:
                said = [message.tokens[place].norm for place in reading.literals]
                sure = f"{reading.cost:6.3f} {reading.score:.2f} {reading.acts!s:5}"
                print(" ", sure, reading.tool.name, dict(reading.args), said)


if __name__ == "__main__":
    asyncio.run(probe(sys.argv[1], sys.argv[2], sys.argv[3:]))
