"""What every model is to Whistle: a request of messages and tools in, a stream of neutral events out."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NotRequired, Protocol, TypedDict

# Our own search for tools and the envelope to call what it found: only for providers that have no search of their own.
OWN_SEARCH = frozenset({"find_tools", "use_tool"})


# What the rules note of an answer that tells somebody to call for help at once.
URGENTLY = "urgent"

# How many tokens an answer may have, by what it is for. Thoughts count among them.
MOST_TOKENS = {"chat": 4_096, "plan": 12_000, "small": 2_048}


@dataclass(frozen=True)
class Span:
    """A stretch of a text that can be read as a value of some type. `start` and `end` are character offsets;
    `words` is what is handed on as the argument; `sure` tells a name from a near miss (0 to 1). `extra` is what the
    same words give other parameters of the tool ("13:00-14:00" also gives `minutes`)."""

    start: int
    end: int
    words: Any
    sure: float = 1.0
    extra: Mapping[str, Any] = field(default_factory=dict)


class Reader(Protocol):
    """Finds, for one type of parameter, the stretches of a text that could be its value."""

    def spans(self, text: str) -> Sequence[Span]: ...


@dataclass(frozen=True)
class Param:
    """One parameter of a tool. `type` names the reader; `text` takes any words. `role` is the least role (0 stranger,
    1 member … 4 owner) that may use it. `intro` are words that lead to it where no pattern names it ("with", "for").
    `options` are the fixed values of a choice, each "value|another spelling"."""

    name: str
    type: str
    required: bool
    role: int = 1
    intro: tuple[str, ...] = ()
    description: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class ToolSpec:
    """A tool as a model sees it. `says` are the phrases of its rules (`{param}`, `[optional]`, `(a|b)`), `role` the least
    role that may call it, `allowed` whether this speaker may here, `writes` whether it changes anything.
    `schema` is the JSON schema of the arguments. `shelf` says how a language model gets it: `core` in the prefix of every
    request, `deferred` behind tool search, `none` never; `spare` in the prefix where the provider searches by itself, in the
    room that our search takes elsewhere, where it is deferred. Names, descriptions, schemas and shelves are the same for
    everyone in a kind of place; the rules read every tool and no shelf. `makes` is the type of what a call brings into
    being."""

    name: str
    description: str
    params: tuple[Param, ...]
    says: tuple[str, ...]
    role: int
    writes: bool
    allowed: bool
    schema: Mapping[str, Any] = field(default_factory=dict)
    makes: str = ""
    shelf: Literal["core", "spare", "deferred", "none"] = "core"


def on_shelves(tools: Iterable[ToolSpec], searches: bool) -> tuple[list[ToolSpec], list[ToolSpec]]:
    """The tools in the prefix of a provider, and those behind its own search: none where it has no search, since what ours
    finds is called through an envelope."""
    if not searches:
        return [t for t in tools if t.shelf == "core"], []
    own = [t for t in tools if t.name not in OWN_SEARCH]
    return [t for t in own if t.shelf in ("core", "spare")], [t for t in own if t.shelf == "deferred"]


@dataclass(frozen=True)
class ToolCall:
    """A proposed call. `args` hold words or ISO values; resolving them is the executor's work. `refers` are the parameters
    that mean what an earlier call of the same answer names or makes ("… and invite her"), with that call's id."""

    id: str
    tool: str
    args: Mapping[str, Any]
    refers: Mapping[str, str] = field(default_factory=dict)


class Raw(TypedDict):
    """An answer in its provider's own form. `content` is JSON text that is never parsed and written again, so that it
    goes back byte for byte as it came: to the same `api`, and where the api asks for it the same `model`. `seen` is what
    everything that it answered is known by, where an api binds thoughts to that."""

    api: str
    model: str
    content: str
    seen: NotRequired[str]


@dataclass(frozen=True)
class Said:
    """A person's words, with what they answer to, or what code adds: a "note" in code's own words (the time, what happened
    meanwhile), which a model trusts like its instructions, or "data" that holds the words of others, which it must not."""

    text: str
    kind: Literal["user", "note", "data"] = "user"


@dataclass(frozen=True)
class Answered:
    """What a model answered: its text and the calls it proposed. `provider` is the name of the model that did. `raw` and
    `final` as in Stop."""

    text: str
    calls: tuple[ToolCall, ...]
    provider: str
    raw: Raw | None = None
    final: bool = False


@dataclass(frozen=True)
class Returned:
    """What became of a call, as the model is told. `open` calls have none yet."""

    call_id: str
    note: str
    ok: bool


Turnwise = Said | Answered | Returned


@dataclass(frozen=True)
class Request:
    """All that a model needs for one answer. `now` is the gym's wall clock. `readers` are the rules model's look-up of
    names by type, already filtered to what the speaker may know; `role` is the speaker's. A language model is told the
    time and all else that changes by notes in `messages`, never by `system`: what was sent once is never altered.
    `output` is a JSON schema that the answer's text must meet. A "small" job has a fallback in code: a ladder for it ends
    with a cut answer, not with the rules. `turn` is what the answer is for and paid under, `talk` the conversation that it
    belongs to, `prefer` the brand of model
    that the speaker chose ("claude", "gpt", "rules"), and `plain` this same request as the rules read it. `shortened` says
    that it cannot be made shorter: until then a ladder raises ContextExceeded where a model cannot read all of it."""

    messages: Sequence[Turnwise]
    tools: Sequence[ToolSpec]
    system: str
    now: datetime
    zone: str
    role: int
    readers: Mapping[str, Reader]
    purpose: Literal["chat", "plan", "small"] = "chat"
    output: Mapping[str, Any] | None = None
    turn: int | None = None
    talk: int | None = None
    prefer: str = ""
    plain: "Request | None" = None
    shortened: bool = False


@dataclass(frozen=True)
class TextDelta:
    """Words as they come."""

    text: str


@dataclass(frozen=True)
class ThinkingDelta:
    """Reasoning as it comes; never shown as an answer."""

    text: str


@dataclass(frozen=True)
class Proposed:
    """A complete tool call."""

    call: ToolCall


@dataclass(frozen=True)
class Ping:
    """The provider is alive and shows nothing. `works` says that its answer grows meanwhile, as a call's arguments do."""

    works: bool = False


@dataclass(frozen=True)
class Usage:
    """Tokens of one call, the same words for every provider: `input` is what was neither read from a cache nor written to
    one; `cache_written` was written for minutes, `cache_kept` for an hour or more; `output` includes `thinking`. It comes
    once a call, right before the Stop or before the error that ends it; `model` is what the provider says answered. An
    answer that pauses also tells what was used `so_far`, all later figures included in the last."""

    input: int = 0
    cached: int = 0
    cache_written: int = 0
    output: int = 0
    cache_kept: int = 0
    thinking: int = 0
    model: str = ""
    so_far: bool = False

    @property
    def prompt(self) -> int:
        """All tokens that were sent."""
        return self.input + self.cached + self.cache_written + self.cache_kept


@dataclass(frozen=True)
class Embedded:
    """Vectors of texts, one for each in their order, and how many tokens they took (0 where that was not told)."""

    vectors: Sequence[Sequence[float]]
    tokens: int = 0


Ending = Literal["end", "tools", "length", "refusal", "context", "pause", "cut"]


@dataclass(frozen=True)
class Stop:
    """The end of an answer. Only an answer that ends with "end" or "tools" may be acted on: "length" ran out of tokens,
    "context" out of room, "refusal" is the provider's safety speaking (`note` says why), "pause" was never taken up again,
    "cut" is all that a ladder can say when nobody answered; the rules may note URGENTLY. `raw` is the provider's own form
    of the answer; `by` says which model answered, where that is not the one that was asked. `choices` are nearest commands
    to offer as buttons when the model is unsure: (label, the call that the button makes). `final` says that the model
    has nothing to add once its calls have run, so that it need not be asked again. A ladder adds `route`, why that
    model was asked; `notice` is a line to the person that code has to say beside it."""

    reason: Ending
    raw: Raw | None = None
    final: bool = False
    choices: tuple[tuple[str, ToolCall], ...] = ()
    score: float = 1.0
    by: str = ""
    note: str = ""
    route: str = ""
    notice: str = ""


Event = TextDelta | ThinkingDelta | Proposed | Ping | Usage | Stop


class ModelError(Exception):
    """A call that gave no whole answer. Nothing of it may be acted on, whatever was streamed before. `shown` says that
    words had been streamed already; `status` is the HTTP status (200 for an error inside of a stream); `code` is the
    provider's own name for it. The message holds no text of the conversation and no key."""

    def __init__(self, words: str, *, model: str = "", status: int = 0, code: str = "", shown: bool = False) -> None:
        super().__init__(words)
        self.model = model
        self.status = status
        self.code = code
        self.shown = shown


class Retryable(ModelError):
    """Overloaded, limited, unreachable, or broken off: the same request may work later. `retry_after` is what the
    provider asks for, in seconds."""

    retry_after: float | None = None


class BrokenOff(Retryable):
    """The answer began and did not end as it should: a cut stream, an error after HTTP 200, arguments that are no JSON,
    or an answer with nothing in it."""


class Crashed(ModelError):
    """A fault in our own code or in an SDK: no answer that anybody could have given."""


class Permanent(ModelError):
    """The same request will fail again: it is malformed, or names a model that is not there."""


class ContextExceeded(Permanent):
    """The conversation is longer than the model can read: it must be made shorter first."""


class KeyRefused(Permanent):
    """The key is missing, wrong, not allowed to do this, or its credit is used up: nothing works until a person acts."""


class Model(Protocol):
    """A model: it streams events for a request and ends with exactly one Stop, or raises a ModelError. Proposed calls
    come only once the answer is known to be whole. The name is "provider/model" for a language model."""

    name: str

    def stream(self, request: Request) -> AsyncIterator[Event]: ...


def reads_context(model: Model, request: Request) -> bool:
    """Whether a model wants the notes, the whole history and the schemas that only language models need. One says so by
    a method `reads_context(request)`; a ladder says no where the rules will answer. Without it: no."""
    asked = getattr(model, "reads_context", None)
    return asked is not None and bool(asked(request))
