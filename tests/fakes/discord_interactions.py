"""How the stand-in takes the bot's answers to interactions: once, within three seconds, and later by a token of 15 min."""

from typing import Any

from tests.fakes.discord_rules import EPHEMERAL, message_faults, modal_faults
from tests.fakes.discord_world import ANSWER_S, TOKEN_S, Interaction, Json, Refusal, World

PONG, MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 1, 4, 5, 6, 7, 8, 9
LOADING = 1 << 7
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
FITS = {
    COMMAND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    SUBMIT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}


class Answers:
    """The two ways to answer: the callback, and the webhook of the interaction's token."""

    def __init__(self, world: World) -> None:
        self.world = world

    def callback(self, id: str, token: str, body: Json, files: Json, with_response: bool) -> tuple[int, Any]:
        """The first answer."""
        interaction = self.world.interactions.get(token)
        late = interaction is not None and self.world.now() - interaction.at > ANSWER_S
        if interaction is None or interaction.id != id or (late and interaction.acked is None):
            raise Refusal(404, 10062, "Unknown interaction")
        if interaction.acked is not None:
            raise Refusal(400, 40060, "Interaction has already been acknowledged.")
        kind, data = body["type"], body.get("data") or {}
        if kind not in FITS[interaction.kind] or (kind in (UPDATE, DEFERRED_UPDATE) and not interaction.message):
            raise Refusal(400, 50035, "Invalid Form Body", [f"type: {kind} does not answer {interaction.kind}"])
        self._first(interaction, kind, data, files)
        interaction.acked = kind
        interaction.acked_after = self.world.now() - interaction.at
        shown = interaction.messages[-1] if interaction.messages else None
        resource = {"interaction": {"id": id, "type": interaction.kind}, "resource": {"type": kind, "message": shown}}
        return (200, resource) if with_response else (204, None)

    def _first(self, interaction: Interaction, kind: int, data: Json, files: Json) -> None:
        match kind:
            case 4:
                self._post(interaction, data, files)
                interaction.original = interaction.messages[-1]["id"]
            case 5:
                interaction.flags = data.get("flags", 0) & EPHEMERAL
            case 7:
                assert interaction.message is not None
                self._change(interaction.message, {**data, **files})
            case 8:
                choices = data.get("choices", [])
                if len(choices) > 25 or any(not 1 <= len(c["name"]) <= 100 for c in choices):
                    raise Refusal(400, 50035, "Invalid Form Body", ["choices: 25 or fewer, names of 1 to 100."])
                if any(isinstance(c["value"], str) and not 1 <= len(c["value"]) <= 100 for c in choices):
                    raise Refusal(400, 50035, "Invalid Form Body", ["choices: values of 1 to 100."])
                interaction.choices = choices
            case 9:
                if wrong := modal_faults(data):
                    raise Refusal(400, 50035, "Invalid Form Body", wrong)
                interaction.modal = data

    def webhook(self, method: str, token: str, rest: list[str], body: Any, files: Json) -> tuple[int, Any]:
        """A later answer: a follow-up, or an edit of what was answered before."""
        interaction = self.world.interactions.get(token)
        if interaction is None:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        if interaction.acked is None:
            raise Refusal(404, 10015, "Unknown Webhook")
        if self.world.now() - interaction.at > TOKEN_S:
            raise Refusal(401, 50027, "Invalid Webhook Token")
        if method == "POST" and not rest:
            return 200, self._post(interaction, body, files)
        if rest and rest[0] == "messages":
            return self._one(method, interaction, rest[1], {**(body or {}), **files})
        raise Refusal(404, 0, "404: Not Found")

    def _one(self, method: str, interaction: Interaction, id: str, body: Json) -> tuple[int, Any]:
        if id == "@original" and interaction.acked == DEFERRED and interaction.original is None and method == "PATCH":
            made = self._post(interaction, body, {}, interaction.flags)
            interaction.original = made["id"]
            return 200, made
        waits = id == "@original" and interaction.acked == DEFERRED and interaction.original is None
        if waits and method == "DELETE":
            interaction.original = "taken away"
            return 204, None
        if waits and method == "GET":
            waiting = self.world.new_message(interaction.channel, self.world.bot, {}, LOADING, keep=False)
            return 200, waiting
        message = self._message(interaction, id)
        if message is None:
            raise Refusal(404, 10008, "Unknown Message")
        if method == "PATCH":
            self._change(message, body)
        elif method == "DELETE":
            interaction.messages = [m for m in interaction.messages if m is not message]
            if message in self.world.messages[interaction.channel]:
                self.world.messages[interaction.channel].remove(message)
            return 204, None
        return 200, message

    def _message(self, interaction: Interaction, id: str) -> Json | None:
        if id == "@original":
            if interaction.acked in (DEFERRED_UPDATE, UPDATE):
                return interaction.message
            id = interaction.original or ""
        return next((m for m in interaction.messages if m["id"] == id), None)

    def _post(self, interaction: Interaction, body: Json, files: Json, flags: int | None = None) -> Json:
        given = body.get("flags", 0)
        if interaction.acked == DEFERRED and interaction.original is None:
            flags = interaction.flags  # the first answer after a deferral is as private as the deferral was
        flags = given if flags is None else (given & ~EPHEMERAL) | flags
        self._check(body, flags, len(files.get("attachments", ())))
        made = self.world.new_message(interaction.channel, self.world.bot, {**body, **files}, flags)
        interaction.messages.append(made)
        if interaction.acked == DEFERRED and interaction.original is None:
            interaction.original = made["id"]
        return made

    def _change(self, message: Json, body: Json) -> None:
        flags = int(body.get("flags") or message["flags"])
        self._check(body, message["flags"] | flags, len(message["attachments"]))
        self.world.change(message, body, flags)

    @staticmethod
    def _check(body: Json, flags: int, attached: int) -> None:
        if wrong := message_faults(body, flags, attached):
            raise Refusal(400, 50035, "Invalid Form Body", wrong)
