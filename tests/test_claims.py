"""What counts as a claim of an action, in nine languages, and what backs one: a change of its kind, or a reading."""

from pathlib import Path

import pytest

from core.agent.claims import claims, table, unbacked
from core.agent.egress import LEFT_OUT
from core.agent.foreign import is_foreign
from core.agent.tools import load
from core.coaching import guide
from core.llm.contract import ToolCall
from tests.conftest import House
from tests.test_context import with_model

CLAIMED = """
You're booked for Yoga at 18:00.
Booked! See you tomorrow.
✅ Booked for 18:00
**Booked**
Your spot in Yoga is reserved.
I went ahead and booked Yoga.
You're in for 6pm.
I’ve put you on the waitlist.
You're on the waitlist now.
I've cancelled your booking, let me know if you need anything else.
I've booked Yoga, anything else?
No problem, I've booked you in.
Great, your class has been moved.
You've been signed up for Spin.
The class has been moved to 19:00.
Your booking is confirmed.
Your card was charged 20 euros.
I sent Anna a message.
All set!
Done. Enjoy!
It's done.
We have just refunded you.
I've signed you up, not Anna.
Anna has been notified.
Erledigt! Ich habe dich für Yoga gebucht.
Ich habe dich für Yoga gebucht.
Du bist für Yoga um 18 Uhr angemeldet.
Deine Buchung wurde storniert.
Gebucht!
Alles klar, ich hab Anna benachrichtigt.
Listo, te he reservado yoga.
Tu clase ha sido cancelada.
¡Reservado! Nos vemos mañana.
Te apunté a yoga.
Estás inscrita en yoga.
C'est fait !
Je vous ai inscrite au cours de yoga.
J'ai annulé votre réservation.
Votre place est réservée.
Fatto! Ti ho prenotato yoga.
La tua prenotazione è stata annullata.
Sei iscritta a yoga.
Pronto! Reservei yoga para você.
Sua reserva foi cancelada.
Já cancelei a aula.
Geregeld! Ik heb je voor yoga ingeschreven.
Je bent geboekt voor yoga.
Je reservering is geannuleerd.
Gotowe! Zapisałam cię na jogę.
Odwołałem twoją rezerwację.
Twoja rezerwacja została anulowana.
Yoga dersi için rezervasyonunu yaptım.
Rezervasyonun iptal edildi.
Tamamdır! Yerini ayırttım.
Booking cancelled.
Your booking cancelled!
Class moved to 14:00.
Spot secured.
Yoga booked for 18:00.
Seat reserved for you.
Reminder set.
Message sent to Anna.
Note saved.
Consider it booked.
Sorted!
All sorted.
All taken care of.
It's all taken care of for you.
That's handled.
You're in!
Buchung storniert.
Kurs auf 14 Uhr verschoben.
Alles geregelt.
Reserva cancelada.
Todo arreglado.
Réservation annulée.
Cours déplacé à 14 h.
C'est tout bon.
Prenotazione annullata.
Lezione spostata alle 14.
Tutto sistemato.
Tudo resolvido.
Boeking geannuleerd.
Les verplaatst naar 14:00.
Rezerwacja anulowana.
Wszystko załatwione.
Hepsi tamam.
Her şey halledildi.
Added Anna to yoga.
Cancelled the 6pm class.
Moved yoga to 7pm.
Booked Mia into CrossFit at 18:00.
Removed Jonas from the waitlist.
Recorded Mia's payment of 50 euros.
Scheduled Open Gym for Sunday 3pm.
Sent Anna a message.
I went ahead and put you down for yoga at 6.
The class is off.
I'm adding Anna now.
"""

UNCLAIMED = """
Nothing was booked.
I have not booked anything yet.
I haven't cancelled your class.
No class was booked.
I booked nothing.
Shall I book Yoga at 18:00?
Do you want me to cancel it?
Would you like to be booked into Yoga?
Once you are booked, you can cancel up to two hours before.
If you're booked, come early.
You will be booked as soon as you press Yes.
You're booked as soon as you press Yes.
You are already booked for Yoga at 18:00.
Are you booked for Yoga?
Well done on the squats!
Come in when you're done.
I can book you into Yoga.
Booking closes an hour before.
Booked members get a reminder.
Set your feet at shoulder width.
You booked Yoga last week.
Muscle is created by progressive overload.
The bar is set on your back; keep your chest up.
I could not move the class.
You are not on the waitlist.
Unfortunately nothing was sent.
Yoga is full, so I can't get you in.
Soll ich dich für Yoga buchen?
Ich habe dich nicht gebucht.
Es wurde nichts storniert.
Sobald du gebucht bist, bekommst du eine Nachricht.
Wenn du angemeldet bist, komm früher.
Du bist schon für Yoga gebucht.
¿Quieres que reserve yoga?
¿Estás inscrita en yoga?
No he reservado nada.
Cuando estés lista, te reservo.
Je n'ai rien réservé.
Voulez-vous être inscrite ?
Si vous êtes inscrite, venez tôt.
Non ho prenotato nulla.
Vuoi che prenoti yoga?
Não reservei nada.
Quer que eu reserve yoga?
Ik heb niets geboekt.
Zal ik yoga voor je boeken?
Als je geboekt bent, kom dan vroeg.
Nie zarezerwowałam niczego.
Czy mam cię zapisać na jogę?
Hiçbir şey iptal edilmedi.
Yoga dersini iptal edeyim mi?
Rezervasyon yapmadım.
Fully booked.
No booking cancelled.
Class not moved.
Bookings cancelled late still count as a visit.
A booking cancelled after the deadline still counts.
Class moved to 14:00?
Workout created by Greg Glassman in 2003.
The place to be seen at six.
Time spent in class is time well spent.
Plan your week, set your goals.
Kein Kurs verschoben.
No hay reserva cancelada.
Aucune réservation annulée.
Geen les verplaatst.
The gym was moved to Main St in 2020.
Paused reps at the bottom build strength.
I'm moving on to your second question.
"""


def lines(text: str) -> list[str]:
    """A sentence a line."""
    return text.strip().splitlines()


@pytest.mark.parametrize("words", lines(CLAIMED))
def test_words_that_say_it_was_done_are_a_claim(words: str) -> None:
    """Of the bot, to the reader, or as a participle alone."""
    assert unbacked(words, (), ())


@pytest.mark.parametrize("words", lines(UNCLAIMED))
def test_questions_denials_offers_and_conditions_are_no_claim(words: str) -> None:
    """Nor is advice, or what had been so before."""
    assert list(claims(words)) == []


def sayings(name: str) -> list[str]:
    """Sentences of a kind, "false" or "honest", as models put them: many ways of saying a few things."""
    return lines((Path(__file__).with_name("claimed") / f"{name}.txt").read_text(encoding="utf-8"))


def test_nearly_every_way_of_saying_it_was_done_is_a_claim() -> None:
    """Passive, perfect, short and long, "you're in", "consider it done": at least 95 of a hundred."""
    missed = [words for words in sayings("false") if unbacked(words, (), ()) is None]
    assert len(missed) <= 0.05 * len(sayings("false")), missed


def test_hardly_an_honest_sentence_is_a_claim() -> None:
    """Offers, advice, questions, denials, what was looked up: at most two of a hundred; of the coaching guide none."""
    caught = [words for words in sayings("honest") if unbacked(words, (), ())]
    assert len(caught) <= 0.02 * len(sayings("honest")), caught
    assert [s.title for s in guide.sections() if unbacked(s.text, (), ())] == []


def test_a_language_that_the_table_does_not_know_is_noticed() -> None:
    """By its script, its letters and its frequent words: at least 95 of a hundred, and no text of the nine."""
    missed = [words for words in sayings("foreign") if not is_foreign(words)]
    assert len(missed) <= 0.05 * len(sayings("foreign")), missed
    known = [
        *sayings("false"),
        *sayings("honest"),
        *lines(CLAIMED),
        *lines(UNCLAIMED),
        *(s.text for s in guide.sections()),
    ]
    assert [words for words in known if is_foreign(words)] == []


@pytest.mark.parametrize(
    "words", ["どのクラスですか？", "田中さん has two seats left.", "Anna Kovářová coaches Yoga.", "", "ok", "18:00"]
)
def test_questions_and_names_make_no_text_foreign(words: str) -> None:
    """Nor does a text too short to tell."""
    assert not is_foreign(words)


@pytest.mark.parametrize(
    ("words", "read", "true"),
    [
        ("Anna is booked in Yoga at 6", "show_roster", True),
        ("Anna is booked in Yoga at 6", "", False),
        ("The 18:00 class was cancelled.", "show_timetable", True),
        ("You're booked for Yoga at 18:00.", "list_bookings", True),
        ("You're booked for Yoga at 18:00.", "show_timetable", False),
        ("Booked: Anna, Bo.", "show_roster", True),
        ("I have booked Anna into Yoga.", "show_roster", False),
        ("Booked!", "list_bookings", False),
        ("Moved yoga to 7pm.", "show_changes", True),
        ("Moved yoga to 7pm.", "show_timetable", False),
        ("Du bist für Yoga gebucht.", "list_bookings", True),
        ("Ich habe dich für Yoga gebucht.", "list_bookings", False),
        ("Your quiet hours are set to 22:00.", "show_settings", True),
    ],
)
def test_a_reading_backs_how_things_stand_and_no_action(words: str, read: str, true: bool) -> None:
    """How things stand for the reader needs a reading of that kind; for others, any."""
    assert (unbacked(words, (), {read} if read else ()) is None) is true


@pytest.mark.parametrize(
    ("words", "changed", "true"),
    [
        ("Booked! See you tomorrow.", "book_class", True),
        ("Booked! See you tomorrow.", "set_units", False),
        ("You're booked for Yoga.", "move_booking", True),
        ("I've cancelled your booking.", "book_class", False),
        ("I've cancelled your booking.", "undo", True),
        ("I've booked Yoga and cancelled Spin.", "book_class", False),
        ("Your payment was refunded. I've refunded 20 euros.", "book_class", False),
        ("I've sent everyone a message.", "cancel_class", True),
        ("I've sent everyone a message.", "set_units", False),
        ("Ich habe dich für Yoga gebucht.", "cancel_booking", False),
        ("Done!", "set_units", True),
        ("I've renamed it.", "rename_workout", True),
    ],
)
def test_a_change_of_another_kind_backs_no_claim(words: str, changed: str, true: bool) -> None:
    """Booking, cancelling, paying and sending are told apart; other verbs by any change."""
    assert (unbacked(words, {changed}, ()) is None) is true


def test_the_table_names_tools_that_exist() -> None:
    """A tool that was renamed would let its true claims be called false."""
    named = {tool for kind in table().kinds.values() for tool in kind.changes | kind.reads}
    assert named <= set(load())


async def test_a_true_answer_from_a_reading_stands_as_it_is(gym: House) -> None:
    """The person asked how things stand and is told."""
    with_model(gym, [ToolCall("", "list_bookings", {})], "You're booked for Yoga at 18:00.")
    turn = await gym.say("mia", "which things do I have coming, in your own words")
    assert turn.messages[-1].text == "You're booked for Yoga at 18:00."


async def test_beside_a_false_claim_stands_what_was_done(gym: House) -> None:
    """One change is no cover for a claim of another kind."""
    scheduled = ToolCall("", "schedule_class", {"class_type": "Open Gym", "when": "2026-11-29T15:00"})
    with_model(gym, [scheduled], "I've charged Mia 20 euros.")
    turn = await gym.say("carla", "open gym on sunday, and have mia pay for it")
    said = turn.messages[-1].text
    assert said.startswith("Not all of what the assistant said was done.\n\n> I've charged Mia 20 euros.")
    assert "Done in this turn:\n- " in said
    assert "Open Gym" in said


@pytest.mark.parametrize("lie", ["Done, you're booked for Yoga! Anything else?", "I've cancelled Spin. Shall I go on?"])
async def test_a_question_that_claims_what_was_not_done_is_asked_beside_the_truth(gym: House, lie: str) -> None:
    """A card's words are read by the same rules as an answer's, and so are its choices for links."""
    with_model(gym, [ToolCall("", "message_ask_user", {"question": lie, "options": "Yes|see evil.example/SECRET|No"})])
    turn = await gym.say("mia", "what would you do in my place, in your own words")
    assert turn.messages[-1].text == "Nothing has been changed: no action ran in this turn."
    assert turn.messages[-1].cards[0].title == lie
    assert turn.question is not None
    assert turn.question.text.startswith("Nothing has been changed")
    assert [o.label for o in turn.question.options] == ["Yes", f"see {LEFT_OUT}", "No"]


async def test_a_question_behind_words_that_nobody_can_judge_is_asked_beside_the_truth(gym: House) -> None:
    """What stands before it may claim anything."""
    with_model(gym, [ToolCall("", "message_ask_user", {"question": "予約しました。他に何かありますか？"})])
    turn = await gym.say("mia", "what would you do in my place, in your own words")
    assert turn.messages[-1].text == "Nothing was changed in this turn."
    assert turn.messages[-1].cards[0].title.startswith("予約しました")


async def test_a_question_that_says_what_was_done_is_asked_as_it_is(gym: House) -> None:
    """The change backs it."""
    made = ToolCall("", "schedule_class", {"class_type": "Open Gym", "when": "2026-11-29T15:00"})
    asks = ToolCall("", "message_ask_user", {"question": "I've scheduled it. Shall I tell everyone?"})
    with_model(gym, [made], [asks])
    turn = await gym.say("carla", "what would you do in my place, in your own words")
    assert turn.question is not None
    assert turn.question.text == "I've scheduled it. Shall I tell everyone?"


async def test_what_only_a_person_may_do_by_command_no_model_does(gym: House) -> None:
    """Leaving the gym, linking an account, binding a room: refused in plain words, whoever speaks."""
    with_model(gym, [ToolCall("", "leave", {}), ToolCall("", "link_account", {"code": "ABC123"})], "ok")
    turn = await gym.say("mia", "what would you do in my place, in your own words")
    assert [a.ok for a in turn.actions] == [False, False]
    assert turn.question is None
    assert "only possible by your own command" in turn.messages[0].text


@pytest.mark.parametrize(
    "hidden", [ToolCall("", "message_notify_user", {"message": "Done!"}), ToolCall("", "idle", {"reason": "all done"})]
)
async def test_a_tool_that_no_model_is_told_of_is_not_there_for_one(gym: House, hidden: ToolCall) -> None:
    """What it wants to say it says as its answer, which is held to what was done."""
    with_model(gym, [hidden], "Done! You're booked.")
    turn = await gym.say("mia", "what would you do in my place, in your own words")
    assert [a.ok for a in turn.actions] == [False]
    assert [m.text.partition(":")[0] for m in turn.messages] == ["Nothing has been changed"]
