"""The type `sources`: data sources by their names, one or several, as a list or in words."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from core.agent.reference import Ask, Candidate, Focus, TypeName
from core.agent.sources import sources
from core.agent.tools import Context
from core.llm.contract import Reader, Span

# The names of data sources, known ones only.
SourceNames = Annotated[tuple[str, ...], TypeName("sources")]
_BREAK = re.compile(r"[\s,;|]+")


class _SourceReader:
    def spans(self, text: str) -> Sequence[Span]:
        """Names stand in a text as they are written."""
        found = [m for m in re.finditer(r"\b[a-z]+(?:_[a-z]+)+\b", text) if m.group() in sources()]
        return [Span(found[0].start(), found[-1].end(), text[found[0].start() : found[-1].end()])] if found else ()


class SourcesReference:
    """Data sources: what is no source's name means nothing."""

    name = "sources"

    def reader(self, names: Any, focus: Focus, now: datetime, role: int) -> Reader:
        return _SourceReader()

    async def names(self, db: Any, gym_id: int) -> Any:
        return None

    async def resolve(self, ctx: Context, words: Any, ask: Ask) -> Sequence[Candidate]:
        asked = words if isinstance(words, list | tuple) else _BREAK.split(str(words))
        named = tuple(dict.fromkeys(name for name in map(str, asked) if name in sources()))
        return [Candidate(named, ", ".join(named))] if named else ()

    def schema(self) -> Mapping[str, Any]:
        return {
            "type": "array",
            "items": {"type": "string", "enum": sorted(s.name for s in sources().values() if s.known)},
        }


REFERENCES = (SourcesReference(),)
