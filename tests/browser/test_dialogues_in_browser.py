"""The conversations that must work, as people have them on the page: typing, tapping, and looking at each other's screens."""

import re

from playwright.sync_api import Locator, expect

from tests.browser.conftest import Opener, Program, Screen


def card(answer: Locator) -> Locator:
    """The card of a message."""
    return answer.get_by_test_id("card").first


def receipt(answer: Locator) -> Locator:
    """The receipt of a message."""
    return answer.get_by_test_id("receipt").first


def test_mia_books_by_a_button_and_undoes(enter: Opener) -> None:
    """One button per fitting class with its spots; a tap books; Undo frees the seat, and the receipt says so."""
    chat = enter("mia").private
    asked = chat.say("book crossfit tomorrow evening")
    options = asked.get_by_role("group", name="Answers").get_by_role("button")
    expect(options).to_have_text([re.compile(rf"Tue 24 Nov {hour}:00 · \d+ left") for hour in (17, 18, 19)])
    free = options.nth(1).inner_text()
    question = chat.entry(asked)
    booked = chat.tap(re.compile("18:00"), asked)
    expect(card(question)).to_have_attribute("data-state", "answered")
    expect(receipt(booked)).to_contain_text("Tue 24 November 18:00 (Europe/Berlin)")
    done = chat.entry(booked)
    chat.tap(re.compile("^Undo"), booked)
    expect(receipt(done)).to_have_attribute("data-state", "undone")
    expect(done.get_by_test_id("undo")).to_have_count(0)
    asked = chat.say("book crossfit tomorrow evening")
    expect(asked.get_by_role("button", name="18:00")).to_have_text(free)


def test_carla_puts_on_a_class_in_the_room_and_changes_what_she_just_made(enter: Opener) -> None:
    """Receipts with Undo; what was just made is understood; the last two are undone together."""
    room = enter("carla").room
    made = room.say("put open gym on tomorrow 13:00-14:00")
    expect(receipt(made)).to_contain_text("Tue 24 November 13:00")
    expect(made.get_by_test_id("undo")).to_be_visible()
    first = room.entry(made)
    resized = room.say("make it 16 spots")
    expect(receipt(resized)).to_contain_text("16")
    second = room.entry(resized)
    moved = room.say("move it to 14:00")
    expect(receipt(moved)).to_contain_text("14:00")
    third = room.entry(moved)
    room.say("undo the last two")
    expect(receipt(third)).to_have_attribute("data-state", "undone")
    expect(receipt(second)).to_have_attribute("data-state", "undone")
    expect(receipt(first)).to_have_attribute("data-state", "done")


def test_carla_builds_a_workout_and_deletes_the_one_she_just_made(enter: Opener) -> None:
    """The structure is shown back; deleting takes a press and can be undone."""
    chat = enter("carla").private
    shown = chat.say("build a workout: 3 rounds - 200m run, 30 double-unders")
    expect(card(shown)).to_have_attribute("data-kind", "workout")
    expect(card(shown).locator("li")).to_have_text(["200 m Run", "30 Double-under"])
    asked = chat.say("delete the workout I just made")
    expect(card(asked)).to_have_attribute("data-kind", "confirm")
    deleted = chat.tap("Approve", asked)
    undo = deleted.get_by_test_id("undo")
    expect(undo).to_be_visible()
    gone = chat.entry(deleted)
    chat.tap(re.compile("^Undo"), deleted)
    expect(receipt(gone)).to_have_attribute("data-state", "undone")


def test_two_annas_are_told_apart_by_tap_and_by_words(enter: Opener) -> None:
    """Buttons for both; the second one, or a last name, answers as well."""
    chat = enter("olivia").private
    asked = chat.say("show anna")
    expect(asked.get_by_role("button", name=re.compile("^Anna"))).to_have_text(["Anna Kowalski", "Anna Schmidt"])
    expect(card(chat.tap("Anna Schmidt", asked))).to_contain_text("Anna Schmidt")
    chat.say("show anna")
    expect(card(chat.say("the second one"))).to_contain_text("Anna Schmidt")
    chat.say("show anna")
    expect(card(chat.say("kowalski"))).to_contain_text("Anna Kowalski")


def test_a_member_is_refused_what_others_owe(enter: Opener) -> None:
    """In plain words, and nothing leaks."""
    answer = enter("mia").private.say("who hasn't paid?")
    expect(answer).to_contain_text("only admins and the owner")
    expect(answer).not_to_contain_text("€")


def test_what_is_owed_comes_privately_and_the_room_sees_that_it_was_answered(enter: Opener) -> None:
    """The asker reads it with a lock in her private chat; another screen in the room has only the sign of it."""
    marcus = enter("marcus").room
    olivia = enter("olivia")
    olivia.room.say("who hasn't paid?")
    own = olivia.private.answers.last
    expect(own).to_have_attribute("data-private", "yes")
    expect(own).to_contain_text("Only you see this")
    expect(own).to_contain_text("€")
    expect(olivia.room.answers.last).to_contain_text("Answered privately")
    expect(marcus.answers.last).to_contain_text("Answered privately")
    for room in (olivia.room, marcus):
        expect(room.pane.locator("[data-private=yes]")).to_have_count(0)
        expect(room.answers.last).not_to_contain_text("€")


def test_typing_something_else_closes_the_question_and_it_can_be_asked_again(enter: Opener) -> None:
    """The card is no longer open and the new words are answered; Ask again opens the same question anew."""
    chat = enter("carla").private
    asked = chat.entry(chat.say("cancel friday's 6pm crossfit"))
    answer = chat.say("what's on tomorrow?")
    expect(answer).to_contain_text("Tue 24 November")
    expect(card(asked)).to_have_attribute("data-state", "closed")
    expect(asked).to_contain_text("No longer open")
    expect(asked.get_by_role("button", name="Approve")).to_have_count(0)
    again = chat.entry(chat.tap("Ask again", asked))
    expect(card(again)).to_have_attribute("data-state", "open")
    chat.tap("Reject", again)
    expect(card(again)).to_have_attribute("data-state", "rejected")


def test_another_persons_press_is_refused_and_leaves_the_question_open(enter: Opener) -> None:
    """Marcus is told whose question it is; Carla can still answer."""
    carla, marcus = enter("carla"), enter("marcus")
    asked = carla.room.entry(carla.room.say("cancel friday's 6pm crossfit"))
    theirs = marcus.room.entry(asked)
    theirs.get_by_role("button", name="Approve").click()
    expect(marcus.page.get_by_test_id("toast")).to_contain_text("Carla Reyes")
    expect(card(theirs)).to_have_attribute("data-state", "open")
    carla.room.tap("Reject", asked)
    expect(card(asked)).to_have_attribute("data-state", "rejected")
    expect(card(theirs)).to_have_attribute("data-state", "rejected")


def test_a_question_outlives_a_kill(enter: Opener, program: Program) -> None:
    """kill -9 while it is open, start again: on the page that was loaded anew the button works, once."""
    mia = enter("mia")
    mia.forgive("net::ERR_")
    asked = mia.private.entry(mia.private.say("book crossfit tomorrow evening"))
    expect(card(asked)).to_have_attribute("data-state", "open")
    program.kill()
    program.start()
    mia.load()
    expect(asked).to_have_count(1)
    expect(card(asked)).to_have_attribute("data-state", "open")
    booked = mia.private.entry(mia.private.tap(re.compile("19:00"), asked))
    expect(receipt(booked)).to_contain_text("Tue 24 November 19:00")
    expect(card(asked)).to_have_attribute("data-state", "answered")
    expect(mia.private.pane.get_by_test_id("receipt")).to_have_count(1)


def test_nonsense_gets_an_honest_reply(enter: Opener) -> None:
    """Words without sense, pictures, too many characters and another language are answered, and nothing is done."""
    chat = enter("mia").private
    for words in ("asdf qwer zxcv", "🏋️🔥🔥", "Wann ist die nächste Stunde frei?", "x" * 20_000):
        answer = chat.say(words)
        expect(answer.locator(".bubble, .card").first).to_be_visible()
        expect(answer.get_by_test_id("receipt")).to_have_count(0)
        expect(chat.pane.locator("[data-pending]")).to_have_count(0)
    chat.composer.fill("   ")
    expect(chat.page.get_by_test_id("send-private")).to_have_attribute("aria-disabled", "true")


def test_who_moved_a_class_is_answered_with_name_and_time(enter: Opener) -> None:
    """From the change log."""
    carla = enter("carla").private
    moved = carla.tap("Approve", carla.say("move friday's 7pm crossfit to 19:30"))
    expect(receipt(moved)).to_contain_text("19:30")
    answer = enter("olivia").private.say("who moved friday's class?")
    expect(answer).to_contain_text("Carla Reyes")
    expect(answer).to_contain_text(re.compile(r"Mon 23 November 1\d:\d\d"))


def test_two_people_in_the_room_see_each_other_at_once(enter: Opener) -> None:
    """Words and answers appear on both screens without a reload, in the same order, each once."""
    carla, marcus = enter("carla"), enter("marcus")
    answer = carla.room.say("what's on tomorrow?")
    theirs = marcus.room.pane.locator("[data-author=person][data-mine=no]").last
    expect(theirs).to_contain_text("Carla Reyes")
    expect(theirs).to_contain_text("what's on tomorrow?")
    expect(marcus.room.entry(answer)).to_be_visible()
    back = marcus.room.say("who is booked for the next class?")
    expect(carla.room.entry(back)).to_be_visible()
    assert _order(carla) == _order(marcus)


def _order(screen: Screen) -> list[str]:
    expect(screen.room.pane.locator("[data-order='9007199254740991']")).to_have_count(0)
    ids: list[str] = screen.room.entries.evaluate_all("all => all.map(e => e.dataset.order)")
    assert len(set(ids)) == len(ids)
    return ids


def test_a_cancelled_class_is_told_after_the_undo_window_and_not_when_undone_inside_it(
    enter: Opener, program: Program
) -> None:
    """The card says how many will be told. Undone in time nobody hears; then the notice reaches Mia's open page, and its
    late undo the correction."""
    carla, mia = enter("carla").private, enter("mia").private
    mia.say("book crossfit friday 5pm")
    notices = mia.pane.locator("[data-testid=entry][data-kind=notice]").filter(has_text="Fri 27 November 17:00")
    asked = carla.entry(carla.say("cancel friday's 5pm crossfit"))
    expect(card(asked)).to_contain_text(re.compile(r"\d+ people are booked and will be told"))
    done = carla.entry(carla.tap("Approve", asked))
    expect(card(asked)).to_have_attribute("data-state", "approved")
    carla.tap(re.compile("^Undo"), done)
    expect(receipt(done)).to_have_attribute("data-state", "undone")
    program.pass_time(60)
    done = carla.entry(carla.tap("Approve", carla.say("cancel friday's 5pm crossfit")))
    program.pass_time(14)
    mia.say("my bookings")
    expect(notices).to_have_count(0)
    program.pass_time(1)
    expect(notices).to_have_count(1)
    carla.tap(re.compile("^Undo"), done)
    expect(notices).to_have_count(2)
    expect(notices.last).to_contain_text("takes place after all")
