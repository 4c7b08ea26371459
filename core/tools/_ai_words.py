"""How the use of language models is told: in a sentence, and as a table."""

from typing import Any

from core.chat import Table
from core.i18n import _, ngettext


def ai_words(used: dict[str, Any], connected: bool) -> str:
    """What was spent today, and what the cache and the router have saved."""
    said = [_("{spent} of {cap} spent today (tier {tier}).")]
    if not connected and not any(d["tokens"] for d in used["days"]):
        said.append(_("No language model is connected yet, so every answer came from the rules and cost nothing."))
    else:
        said += [_("{share} of what was sent came from a cache.")] if used["cache_share"] is not None else []
        said.append(
            ngettext(
                "The rules answered {count} message for nothing, because they were sure of it; "
                "that and reading with the small model saved about {saved}.",
                "The rules answered {count} messages for nothing, because they were sure of them; "
                "that and reading with the small model saved about {saved}.",
                used["turns_spared"],
            )
        )
    return " ".join(said).format(
        spent=f"${used['spent_usd_today']:.2f}",
        cap=f"${used['cap_usd']:g}",
        tier=used["tier"],
        share=f"{used['cache_share'] or 0:.0%}",
        count=used["turns_spared"],
        saved=f"${used['saved_usd']:.2f}",
    )


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
    columns = (_("People"), _("Messages"), _("Tokens"), _("Cached"), _("Cost"))
    return Table(head=(head, *columns), rows=cells)
