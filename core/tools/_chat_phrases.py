"""How people speak of their chats: the phrases of the chats' tools in `sessions`."""

from collections.abc import Mapping

_CHATS = "(chats|conversations|threads)"
_CHAT = "(chat|conversation|thread)"

CHATS: Mapping[str, tuple[str, ...]] = {
    "new_chat": (
        f"(new|fresh|another) {_CHAT}",
        f"(start|open|begin|make|create|give me|i want) (new|fresh|clean|blank|another) {_CHAT}",
        f"(let's|lets|let us) (start|begin|open) (new|fresh|clean) {_CHAT}",
        "(let's|lets) start (over|afresh|from scratch|fresh)",
        "start (over|afresh|from scratch|fresh)",
        "[lets] start (over|afresh|again) [with] [a|an] (empty|new|fresh|clean|blank) (chat|conversation|page)",
        "(clean|clear) slate",
        f"(clear|reset|close) (the|this|our) {_CHAT}",
    ),
    "list_chats": (
        f"(list|show|see|view|display) [old|past|previous|recent] {_CHATS}",
        f"my [old|past|previous|recent] {_CHATS}",
        f"(which|what) {_CHATS} (do|did) (i|we) have",
        "what (did|have) we (talk|talked|chatted) about [before|lately]",
        f"[show] {_CHAT} (list|history)",
        f"where are my [old] {_CHATS}",
    ),
    "open_chat": (
        f"(open|resume|continue|reopen|load|go to|go back to|switch to|jump to) {_CHAT} [called|named|about] {{chat}}",
        f"(open|resume|continue|reopen|load|go to|go back to|switch to|jump to) {{chat}} [{_CHAT}]",
        f"(back|switch|go|return) to {_CHAT} [called|named|about] {{chat}}",
        f"[let's|lets] (continue|go on) (with|in) {_CHAT} {{chat}}",
        f"show {_CHAT} [called|named|about] {{chat}}",
        f"take me [back] to {_CHAT} [called|named|about] {{chat}}",
    ),
    "rename_chat": (
        f"rename {_CHAT} [called|named] {{chat}} (to|as|into) {{title}}",
        "rename {chat} (to|as|into) {title}",
        "(rename|retitle) [the|my] {chat} (chat|conversation|thread) (to|as|into) {title}",
        "(call|name) [the|my] (chat|conversation|thread) [called|named|about] {chat} {title}",
        "give [the|my] (chat|conversation|thread) {chat} [the|a] [new] (title|name) {title}",
        "give [the|my] {chat} (chat|conversation|thread) [the|a] [new] (title|name) {title}",
        "(call|name|title) {chat} {title}",
        f"(change|set) the (title|name) of {_CHAT} {{chat}} to {{title}}",
        "(change|set) the (title|name) of {chat} to {title}",
        f"give {_CHAT} {{chat}} the (title|name) {{title}}",
    ),
    "delete_chat": (
        f"(delete|remove|erase|trash|bin|scrap) {_CHAT} [called|named|about] {{chat}}",
        f"(delete|remove|erase|trash|bin|scrap) {{chat}} [{_CHAT}]",
        f"(get rid of|throw away) {_CHAT} [called|named|about] {{chat}}",
        f"forget {_CHAT} [called|named|about] {{chat}}",
        f"wipe {_CHAT} {{chat}}",
        f"(delete|remove) {{chat}} from my {_CHATS}",
    ),
}
