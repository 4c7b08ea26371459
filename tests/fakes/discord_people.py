"""What users do on the stand-in: type, press, choose, run a slash command, complete an option, submit a form."""

from typing import Any

from tests.fakes.discord_interactions import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMIT
from tests.fakes.discord_rules import BUTTON, SELECT, walk
from tests.fakes.discord_world import DM, Interaction, Json, World

KINDS = {str: 3, int: 4, bool: 5, float: 10}


class People:
    """Everyone who is not the bot."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.guest: set[str] = set()

    # -- words ---------------------------------------------------------------------------------------------

    def says(self, user: str, channel: str, text: str, *, reply_to: Json | None = None, files: Any = ()) -> Json:
        """A message of a person, delivered to the bot."""
        world = self.world
        body: Json = {"content": text, "attachments": list(files)}
        mine = world.bot["id"]
        if f"<@{mine}>" in text or (reply_to is not None and reply_to["author"]["id"] == mine):
            body["mentions"] = [world.bot]
        if reply_to is not None:
            body["message_reference"] = {"message_id": reply_to["id"]}
        made = world.new_message(channel, world.users[user], body, 0)
        world.dispatch("MESSAGE_CREATE", {**made, **self._where(channel, user)})
        return made

    def edits(self, user: str, message: Json, text: str) -> None:
        """A person changes what they wrote."""
        message["content"] = text
        message["edited_timestamp"] = self.world.wall().isoformat()
        where = self._where(message["channel_id"], user)
        self.world.dispatch("MESSAGE_UPDATE", {**message, **where})

    def _where(self, channel: str, user: str) -> Json:
        found = self.world.channels[channel]
        if found["type"] == DM:
            return {"channel_type": DM}
        member = dict(self.world.members[found["guild_id"], user])
        member.pop("permissions")
        return {"guild_id": found["guild_id"], "member": member, "channel_type": found["type"]}

    def attachment(self, name: str, data: bytes, kind: str = "application/octet-stream") -> Json:
        """A file that can be sent with a message."""
        id = self.world.snowflake()
        self.world.files[id] = (data, kind)
        url = f"{self.world.address}/files/{id}"
        return {"id": id, "filename": name, "size": len(data), "url": url, "proxy_url": url, "content_type": kind}

    # -- interactions --------------------------------------------------------------------------------------

    def _interaction(self, kind: int, user: str, channel: str, data: Json, message: Json | None = None) -> Interaction:
        world, found = self.world, self.world.channels[channel]
        payload: Json = {"id": world.snowflake(), "application_id": world.app_id, "type": kind, "version": 1}
        payload |= {"token": f"token-{payload['id']}", "data": data, "channel_id": channel, "channel": found}
        payload |= {"locale": "en-US", "entitlements": [], "app_permissions": "0", "attachment_size_limit": 10_485_760}
        guild = found.get("guild_id")
        if guild:
            payload |= {"guild_id": guild, "member": world.member(guild, user), "context": 0}
            payload |= {"guild": {"id": guild, "locale": "en-US", "features": []}, "guild_locale": "en-US"}
            owner = {"1": user} if channel in self.guest else {"0": guild}
            payload["authorizing_integration_owners"] = owner
        else:
            context = 2 if found.get("foreign") else 1
            payload |= {"user": world.users[user], "context": context, "authorizing_integration_owners": {"1": user}}
        if message is not None:
            payload["message"] = message
        made = Interaction(
            payload["id"], payload["token"], kind, world.now(), payload, user, channel, message if message else None
        )
        world.interactions[made.token] = made
        world.dispatch("INTERACTION_CREATE", payload)
        return made

    def presses(self, user: str, message: Json, button: str) -> Interaction:
        """A press on a button, by its label or its custom id."""
        found = next(
            c for c in walk(message["components"]) if c["type"] == BUTTON and button in (c["label"], c.get("custom_id"))
        )
        assert not found.get("disabled"), f"the button {button} is disabled"
        data = {"custom_id": found["custom_id"], "component_type": BUTTON, "id": 1}
        return self._interaction(COMPONENT, user, message["channel_id"], data, message)

    def forges(self, user: str, message: Json, custom_id: str, channel: str | None = None) -> Interaction:
        """A press with a custom id that stands on no button."""
        data = {"custom_id": custom_id, "component_type": BUTTON, "id": 1}
        return self._interaction(COMPONENT, user, channel or message["channel_id"], data, message)

    def chooses(self, user: str, message: Json, option: str) -> Interaction:
        """A choice in a select, by its label."""
        for select in (c for c in walk(message["components"]) if c["type"] == SELECT):
            for o in select["options"]:
                if option in (o["label"], o["value"]):
                    data = {"custom_id": select["custom_id"], "component_type": SELECT, "values": [o["value"]], "id": 1}
                    return self._interaction(COMPONENT, user, message["channel_id"], data, message)
        raise AssertionError(f"no select offers {option}")

    def submits(self, shown: Interaction, **values: str | list[str]) -> Interaction:
        """A form that was shown is filled in and sent; fields by their custom ids."""
        assert shown.modal is not None, "no form was shown"
        rows = []
        for row in shown.modal["components"]:
            if row["type"] != 18:
                continue
            field = row["component"]
            value = values.pop(field["custom_id"], field.get("value", "") if field["type"] == 4 else [])
            assert value or not field.get("required", True), f"the field {field['custom_id']} is required"
            answer = {"value": value} if field["type"] == 4 else {"values": value}
            rows.append({"type": 18, "component": {"type": field["type"], "custom_id": field["custom_id"], **answer}})
        assert not values, f"the form has no field {sorted(values)}"
        data = {"custom_id": shown.modal["custom_id"], "components": rows}
        return self._interaction(SUBMIT, shown.user, shown.channel, data, shown.message)

    # -- commands ------------------------------------------------------------------------------------------

    def runs(self, user: str, channel: str, path: str, **options: Any) -> Interaction:
        """A slash command, as the client would send it: only what is registered, with the options it has."""
        data = self._command(user, channel, path, options, None)
        return self._interaction(COMMAND, user, channel, data)

    def completes(self, user: str, channel: str, path: str, focused: str, typed: str, **options: Any) -> Interaction:
        """Typing in an option that completes itself."""
        data = self._command(user, channel, path, {**options, focused: typed}, focused)
        return self._interaction(AUTOCOMPLETE, user, channel, data)

    def uses(self, user: str, message: Json, menu: str) -> Interaction:
        """A command of a message's menu."""
        command = next(c for c in self.world.commands if c["type"] == 3 and c["name"] == menu)
        data = {"id": command["id"], "name": menu, "type": 3, "target_id": message["id"]}
        data["resolved"] = {"messages": {message["id"]: message}}
        return self._interaction(COMMAND, user, message["channel_id"], data)

    def offered(self, user: str, channel: str) -> list[str]:
        """The slash commands that a person sees in a channel."""
        return [c["name"] for c in self.world.commands if c["type"] == 1 and self._may(c, user, channel)]

    def _may(self, command: Json, user: str, channel: str) -> bool:
        found = self.world.channels[channel]
        place = 2 if found.get("foreign") else {DM: 1}.get(found["type"], 0)
        if command.get("contexts") is not None and place not in command["contexts"]:
            return False
        needed = command.get("default_member_permissions")
        if place or needed is None:
            return True
        held = int(self.world.members[found["guild_id"], user]["permissions"])
        return bool(held & (1 << 3)) or (held & int(needed)) == int(needed) != 0

    def _command(self, user: str, channel: str, path: str, options: Json, focused: str | None) -> Json:
        name, *below = path.split()
        command = next((c for c in self.world.commands if c["type"] == 1 and c["name"] == name), None)
        assert command is not None, f"there is no command /{name}"
        assert self._may(command, user, channel), f"/{name} is not offered here"
        data: Json = {"id": command["id"], "name": name, "type": 1}
        level, inside = data, command
        for part in below:
            inside = next(o for o in inside["options"] if o["name"] == part)
            level["options"] = [{"name": part, "type": inside["type"]}]
            level = level["options"][0]
        level["options"] = [self._option(inside, key, value, key == focused) for key, value in options.items()]
        missing = [o["name"] for o in inside["options"] if o.get("required") and o["name"] not in options]
        assert focused or not missing, f"/{path} needs {missing}"
        return data

    @staticmethod
    def _option(command: Json, name: str, value: Any, focused: bool) -> Json:
        option = next((o for o in command["options"] if o["name"] == name), None)
        assert option is not None, f"{command['name']} has no option {name}"
        assert focused or KINDS[type(value)] == option["type"] or option["type"] == 10, (name, value, option["type"])
        if choices := option.get("choices"):
            assert value in [c["value"] for c in choices], f"{value} is no choice of {name}"
        if not focused and "min_value" in option:
            assert option["min_value"] <= value <= option.get("max_value", value), (name, value)
        return {"name": name, "type": option["type"], "value": value, **({"focused": True} if focused else {})}
