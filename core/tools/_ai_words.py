"""How the use of language models is told: in a sentence, and as a table."""

from typing import Any

from core.chat import Table


def ai_words(used: dict[str, Any], connected: bool) -> str:
    """What was spent today, and what the cache and the router have saved."""
    spent = f"${used['spent_usd_today']:.2f} of ${used['cap_usd']:g} spent today (tier {used['tier']})."
    if not connected and not any(d["tokens"] for d in used["days"]):
        return spent + " No language model is connected yet, so every answer came from the rules and cost nothing."
    shares = (
        f" {used['cache_share']:.0%} of what was sent came from a cache." if used["cache_share"] is not None else ""
    )
    routed = f" The rules answered {used['turns_spared']} messages for nothing, because they were sure of them"
    return f"{spent}{shares}{routed}; that and reading with the small model saved about ${used['saved_usd']:.2f}."


def by(rows: list[dict[str, Any]], head: str, key: str) -> Table:
    """Rows of usage as a table, each named by its `key`."""
    cells = tuple(
        (
            str(r[key]),
            str(r["people"]),
            str(r["messages"]),
            str(r["tokens"]),
            "–" if r["cache_share"] is None else f"{r['cache_share']:.0%}",
            f"${r['cost_usd']:.2f}",
        )
        for r in rows
    )
    return Table(head=(head, "People", "Messages", "Tokens", "Cached", "Cost"), rows=cells)
