"""Erasing a person: contact data, conversations, messages, and their name wherever it was written down. Rows that the
gym must keep (visits, payments) stay, without a name. It leaves no image behind and cannot be undone."""

import json
import re
from datetime import date
from typing import Any

from sqlalchemy import String, cast
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import delete, or_, select, update

from core.agent import deliveries
from core.agent.arrivals import NEW, ArrivalRow
from core.agent.bookmarks import BookmarkRow
from core.agent.deliveries import DeliveryRow
from core.agent.files import FileRow
from core.agent.inbox import InboxRow
from core.agent.messages import AgentEvent, AgentSession, TurnRow
from core.agent.outbox import OutboxRow
from core.agent.places import PlaceRow
from core.agent.questions import ButtonRow, QuestionRow
from core.gym.opening import SetupRow
from core.people import Account, LinkCode, Person, accounts_of
from core.store.changes import Change, ChangeRow
from core.store.database import unlogged
from core.store.rows import Row

FORMER = "Former member"
ERASED = "(erased)"


async def erase(db: AsyncSession, person: Person, turn_id: int, today: date) -> None:
    """Erase a person in the transaction of the call that asks for it; only that call's own turn is still there after."""
    name, person_id, gym_id = person.name, person.id, person.gym_id
    await db.flush()
    accounts = [(a.platform, a.account) for a in await accounts_of(db, person_id)]
    await db.run_sync(lambda session: _anonymise(session, person_id, today))
    await db.refresh(person)
    await _conversations(db, person_id, turn_id)
    await _mentions(db, gym_id, person_id, name)
    await _platforms(db, person_id, accounts)


async def _platforms(db: AsyncSession, person_id: int, accounts: list[tuple[str, str]]) -> None:
    """What platforms sent of them, and where they were written to. What is on its way to them now still arrives."""
    under_way = (deliveries.PENDING, deliveries.SENDING)
    for platform, account in accounts:
        named = cast(ArrivalRow.body, String).contains(account, autoescape=True)
        past = (ArrivalRow.platform == platform, ArrivalRow.state != NEW, named)
        await db.execute(_quiet(update(ArrivalRow).where(*past).values(body={}, error=None)))
        spoken = cast(DeliveryRow.spot, String).contains(f'"{account}"', autoescape=True)
        theirs = (DeliveryRow.platform == platform, spoken, DeliveryRow.state.not_in(under_way))
        await db.execute(_quiet(update(DeliveryRow).where(*theirs).values(spot={}, body={}, only_for="")))
        setup = (SetupRow.platform == platform, SetupRow.account == account)
        await db.execute(delete(SetupRow).where(*setup))
    mine = (DeliveryRow.person_id == person_id, DeliveryRow.state.not_in(under_way))
    await db.execute(delete(DeliveryRow).where(*mine))
    for place in list(await db.scalars(select(PlaceRow).where(PlaceRow.person_id == person_id))):
        read = (BookmarkRow.platform == place.platform, BookmarkRow.bot == place.bot, BookmarkRow.channel == place.chat)
        await db.execute(delete(BookmarkRow).where(*read))
        await db.delete(place)
    await db.flush()
    await db.execute(delete(LinkCode).where(LinkCode.person_id == person_id))


def _anonymise(session: Any, person_id: int, today: date) -> None:
    """The person's own rows, around the change log, so that no image of them is kept."""
    gone = {"name": f"{FORMER} {person_id}", "username": None, "email": None, "phone": None, "birthday": None}
    with unlogged(session):
        session.execute(
            update(Person)
            .where(Person.id == person_id)
            .values(**gone, left_on=today, settings={})
            .execution_options(synchronize_session=False)
        )
        for table, status, ended in (("bookings", "booked", "cancelled"), ("memberships", "active", "ended")):
            rows = Row.metadata.tables[table]
            session.execute(
                update(rows).where(rows.c.person_id == person_id, rows.c.status == status).values(status=ended)
            )
        notes = Row.metadata.tables["member_notes"]
        session.execute(delete(notes).where(or_(notes.c.person_id == person_id)))
    session.execute(delete(Account).where(Account.person_id == person_id))
    session.execute(delete(FileRow).where(FileRow.person_id == person_id))


async def _conversations(db: AsyncSession, person_id: int, turn_id: int) -> None:
    """What they said and were told, but for the turn that is under way."""
    mine = select(AgentSession.id).where(AgentSession.person_id == person_id).scalar_subquery()
    for model in (QuestionRow, ButtonRow):
        await db.execute(delete(model).where(model.session_id.in_(mine)))
    await db.execute(delete(AgentEvent).where(AgentEvent.session_id.in_(mine), AgentEvent.turn_id != turn_id))
    await db.execute(delete(TurnRow).where(TurnRow.person_id == person_id, TurnRow.id != turn_id))
    await db.execute(_quiet(update(AgentSession).where(AgentSession.person_id == person_id).values(title=ERASED)))
    await db.execute(_quiet(update(InboxRow).where(InboxRow.person_id == person_id).values(body={"text": ERASED})))
    await db.execute(
        delete(OutboxRow).where(
            OutboxRow.person_id == person_id, or_(OutboxRow.turn_id.is_(None), OutboxRow.turn_id != turn_id)
        )
    )


async def _mentions(db: AsyncSession, gym_id: int, person_id: int, name: str) -> None:
    """Their name in what others were shown and in the change log, and the images of their own rows."""
    here = select(AgentSession.id).where(AgentSession.gym_id == gym_id).scalar_subquery()
    places = (
        (OutboxRow, "body", OutboxRow.gym_id == gym_id),
        (InboxRow, "body", InboxRow.gym_id == gym_id),
        (Change, "args", Change.gym_id == gym_id),
        (QuestionRow, "options", QuestionRow.gym_id == gym_id),
        (ButtonRow, "what", ButtonRow.gym_id == gym_id),
        (AgentEvent, "content", AgentEvent.session_id.in_(here)),
    )
    for model, column, ours in places:
        field = cast(getattr(model, column), String)
        rows: list[Any] = list(await db.scalars(select(model).where(ours, field.icontains(name, autoescape=True))))
        for row in rows:
            setattr(row, column, _without(getattr(row, column), name))
        if model is AgentEvent:
            await _start_afresh(db, {row.session_id for row in rows})
    titled = select(AgentSession).where(
        AgentSession.gym_id == gym_id, AgentSession.title.icontains(name, autoescape=True)
    )
    for session in await db.scalars(titled):
        session.title = ERASED
    for change in await db.scalars(
        select(Change).where(Change.gym_id == gym_id, Change.summary.contains(name, autoescape=True))
    ):
        change.summary = change.summary.replace(name, FORMER)
    for row in await db.scalars(select(OutboxRow).where(OutboxRow.author_id == person_id)):
        row.author, row.body = FORMER, _without(row.body, row.body.get("text") or name)
    persons = (ChangeRow.table == "persons", ChangeRow.row_id == person_id)
    await db.execute(_quiet(update(ChangeRow).where(*persons).values(before=None, after=None)))
    notes = ChangeRow.table == "member_notes"
    for image in await db.scalars(select(ChangeRow).where(notes)):
        if person_id in ((image.before or {}).get("person_id"), (image.after or {}).get("person_id")):
            image.before = image.after = None
            noted = await db.get_one(Change, image.change_id)
            noted.summary, noted.args = ERASED, {}
    await db.flush()


async def _start_afresh(db: AsyncSession, sessions: set[int]) -> None:
    """A conversation that was changed is not what a model was sent: its next request begins with a checkpoint."""
    changed = update(AgentSession).where(AgentSession.id.in_(sessions), AgentSession.prefix != "")
    await db.execute(_quiet(changed.values(prefix=ERASED)))


def _without(value: Any, words: str) -> Any:
    """A JSON value in which the words are gone, however they were capitalised."""
    written = json.dumps(words, ensure_ascii=False)[1:-1]
    return json.loads(re.sub(re.escape(written), ERASED, json.dumps(value, ensure_ascii=False), flags=re.IGNORECASE))


def _quiet(statement: Any) -> Any:
    return statement.execution_options(synchronize_session=False)
