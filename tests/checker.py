"""Reads only the database and says what a crash must never cause: lost messages, doubled effects, inversions."""

from sqlalchemy import text

from core.store.database import Store

RULES = {
    "a message that was accepted and never answered": "select id from inbox where state not in ('done', 'dead')",
    "a turn that never ended": "select id from turns where state = 'running'",
    "a call with two results": """select call_id from agent_events where event_type = 'result'
        group by call_id having count(*) > 1""",
    "a call without a result or an open question": """select a.call_id from agent_events a where a.event_type = 'action'
        and not exists (select 1 from agent_events r where r.call_id = a.call_id and r.event_type = 'result')
        and not exists (select 1 from questions q where q.call_id = a.call_id and q.state = 'open')""",
    "a call with two effects": """select call_id from changes where undoes is null group by call_id having count(*) > 1""",
    "a change without rows": "select id from changes c where not exists (select 1 from change_rows r where r.change_id = c.id)",
    "a successful change without its result": """select c.id from changes c where not exists
        (select 1 from agent_events e where e.call_id = c.call_id and e.event_type = 'result')""",
    "a result said twice": """select call_id from (select e.call_id, e.content from agent_events e
        where e.event_type = 'result') x group by call_id having count(*) > 1""",
    "a receipt posted twice": """select change_id from outbox where kind = 'message' and change_id is not null
        group by change_id having count(*) > 1""",
    "an inversion: a later message answered by an earlier turn": """select a.id from inbox a join inbox b
        on a.session_id = b.session_id and a.id < b.id and a.turn_id > b.turn_id
        where a.kind = 'message' and b.kind = 'message'""",
    "two rows of one event": """select event_id from inbox group by platform, bot, event_id having count(*) > 1""",
    "sent without a position": "select id from outbox where state = 'sent' and position is null",
}


async def faults(store: Store) -> list[str]:
    """Every broken rule with the rows that break it; empty when all is well."""
    found = []
    async with store.read() as db:
        for rule, query in RULES.items():
            rows = (await db.execute(text(query))).all()
            if rows:
                found.append(f"{rule}: {[tuple(r) for r in rows][:5]}")
    return found
