"""The page itself: keyboard, screen reader, themes, a phone, a cut connection, and who receives what."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.browser.conftest import PATIENCE_S, PHONE, Opener, Program, Screen

CONTRAST = """box => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
  const ground = node => { for (; node; node = node.parentElement) {
    const colour = parts(getComputedStyle(node).backgroundColor);
    if (colour[3] === undefined || colour[3] > .99) return colour; } return [255, 255, 255]; };
  const node = document.querySelector(box);
  const [a, b] = [light(ground(node)), light(parts(getComputedStyle(node).color))];
  return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
}"""

INJECTED = """() => {
  const script = document.createElement('script');
  script.text = 'document.title = "broken"';
  document.body.append(script);
}"""


def shows_its_focus(page: Page) -> bool:
    """Whether what the keyboard is on stands out."""
    look = "n => { const s = getComputedStyle(n); return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2 }"
    line = "n => n.closest('.line') ? getComputedStyle(n.closest('.line')).boxShadow !== 'none' : false"
    focused = page.locator(":focus")
    return bool(focused.evaluate(look) or focused.evaluate(line))


def walk_back_to(page: Page, words: str) -> None:
    """Shift+Tab until the keyboard is on the button with these words; everything on the way shows its focus."""
    for _ in range(40):
        assert shows_its_focus(page), page.locator(":focus").evaluate("n => n.outerHTML")
        page.keyboard.press("Shift+Tab")
        if words in (page.locator(":focus").text_content() or ""):
            return
    raise AssertionError(f"the keyboard never reached {words}")


def test_the_page_speaks_the_language_of_its_person(enter: Opener) -> None:
    """Its own words and what the bot says; whoever has set nothing reads English."""
    adam = enter("adam")
    expect(adam.private.say("set language german")).to_contain_text("Deine Sprache ist jetzt Deutsch")
    adam.load()
    expect(adam.page.locator("html")).to_have_attribute("lang", "de")
    expect(adam.private.composer).to_have_attribute("placeholder", "Schreib an Whistle")
    expect(adam.private.say("set language english")).to_contain_text("Your language is now English")


def test_a_booking_and_its_undo_by_keyboard_alone(enter: Opener) -> None:
    """The composer has the focus; Tab walks, Enter presses, and the place is kept when a message changes."""
    mia = enter("mia")
    page, chat = mia.page, mia.private
    expect(chat.composer).to_be_focused()
    page.keyboard.type("book crossfit tomorrow evening")
    page.keyboard.press("Enter")
    asked = chat.entry(chat.answer(0))
    expect(chat.composer).to_be_focused()
    walk_back_to(page, "19:00")
    page.keyboard.press("Enter")
    booked = chat.entry(chat.answer(1))
    expect(booked.get_by_test_id("receipt")).to_contain_text("19:00")
    expect(asked).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator(":focus").get_attribute("data-testid") == "undo":
            break
    assert shows_its_focus(page)
    page.keyboard.press("Enter")
    expect(booked.get_by_test_id("receipt")).to_have_attribute("data-state", "undone")


def test_a_screen_reader_hears_what_comes_and_finds_its_way(enter: Opener) -> None:
    """A polite log for each chat, named regions, named buttons, and one heading of the first level."""
    page = enter("carla").page
    for name in ("Private chat", "Coaches' room"):
        log = page.get_by_role("log", name=name)
        expect(log).to_have_attribute("aria-live", "polite")
        expect(log).to_have_attribute("aria-relevant", "additions")
    expect(page.get_by_role("main")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message in your private chat")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message to the coaches' room")).to_be_visible()
    expect(page.get_by_role("navigation", name="Your chats")).to_be_visible()
    nameless = "all => all.filter(b => !(b.getAttribute('aria-label') || b.textContent.trim())).length"
    assert page.locator("button").evaluate_all(nameless) == 0
    assert page.locator("html").get_attribute("lang") == "en"
    page.keyboard.press("Shift+Tab")
    page.get_by_role("link", name="Skip to the chat").focus()
    expect(page.get_by_role("link", name="Skip to the chat")).to_be_in_viewport()


HEARD = """() => {
  window.heard = [];
  const told = node => node.closest('[aria-live]')?.getAttribute('aria-live') === 'polite' && heard.push(node.textContent);
  for (const log of document.querySelectorAll('[role=log]')) new MutationObserver(all => all.forEach(one =>
    one.addedNodes.forEach(node => node.nodeType === 1 && told(node)))).observe(log, { childList: true, subtree: true });
}"""


def test_a_screen_reader_hears_each_answer_once_and_not_ones_own_words(enter: Opener) -> None:
    """An answer is read out when it comes; one's own words, and a question that was answered, are not read again. The
    focus stays where the keyboard was."""
    olivia = enter("olivia")
    page, chat = olivia.page, olivia.private
    expect(chat.pane.get_by_role("log")).to_have_attribute("aria-live", "polite")
    page.evaluate(HEARD)
    asked = chat.entry(chat.say("show anna"))
    expect(chat.composer).to_be_focused()
    chat.tap("Anna Schmidt", asked)
    expect(card_of(asked)).to_have_attribute("data-state", "answered")
    expect(asked).to_be_focused()
    chat.say("what's on tomorrow?")
    expect(chat.pane.locator(PROVISIONAL)).to_have_count(0)
    heard = page.evaluate("() => heard")
    assert [("Which member" in words, "Member since" in words, "Times are" in words) for words in heard] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]


def card_of(entry: Locator) -> Locator:
    """The card of a message."""
    return entry.get_by_test_id("card").first


def test_a_screen_reader_knows_who_said_what(enter: Opener) -> None:
    """Every entry has its author in words, also where the eye sees it by the side it is on."""
    carla = enter("carla")
    carla.private.say("what's on today?")
    carla.private.say("what's on tomorrow?")
    authors = carla.private.entries.locator(".byline strong")
    expect(authors).to_have_text(["You", "Whistle", "You", "Whistle"])
    assert authors.evaluate_all("all => all.every(one => getComputedStyle(one).display !== 'none')")
    undo = carla.room.say("put open gym on tomorrow 13:00-14:00").get_by_test_id("undo")
    expect(undo).to_have_accessible_name(re.compile(r"^Undo ?: On the timetable: Open Gym"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_theme_can_be_read_and_the_other_is_one_press_away(enter: Opener, scheme: str) -> None:
    """The system's wish first; contrast of at least 4.5 everywhere; the choice outlives a reload."""
    olivia = enter("olivia", color_scheme=scheme)
    page = olivia.page
    olivia.private.say("show anna")
    olivia.private.say("set the undo window to 20 seconds")
    places = (".bubble .typed", ".card h3", ".card .kind", ".card dt", ".byline time", "button.answer", ".pane-head p")
    for _ in range(2):
        for place in places:
            assert page.evaluate(CONTRAST, place) >= 4.5, place
        page.get_by_test_id("theme-toggle").click()
    page.get_by_test_id("theme-toggle").click()
    other = "dark" if scheme == "light" else "light"
    olivia.load()
    expect(page.locator("html")).to_have_attribute("data-theme", other)
    olivia.private.tap("Reject")


def sideways(page: Page) -> int:
    """By how much the page is wider than its window."""
    found: int = page.evaluate(
        "() => { const wide = [...document.querySelectorAll('.pane, .entry, .card, .receipt, .bubble, .composer, .tabs')]"
        ".map(n => Math.ceil(n.getBoundingClientRect().right)).filter(right => right > 0);"
        " return Math.max(document.scrollingElement.scrollWidth, ...wide) - innerWidth; }"
    )
    return found


def test_on_a_phone_nothing_sticks_out_and_the_rooms_are_tabs(enter: Opener) -> None:
    """390 x 844: no scrolling sideways, buttons for thumbs, unread words counted on the other tab, a drawer for the rest."""
    carla = enter("carla", PHONE, has_touch=True, is_mobile=True)
    page = carla.page
    assert sideways(page) <= 0
    for words in ("what's on tomorrow?", "cancel friday's 6pm crossfit", "y" * 300):
        carla.private.say(words)
        assert sideways(page) <= 0, words
    sizes = page.locator("button.answer:visible").evaluate_all("all => all.map(b => b.getBoundingClientRect().height)")
    assert all(size >= 44 for size in sizes), sizes
    enter("marcus").room.say("what's on today?")
    expect(page.get_by_test_id("badge-staff")).to_have_text("2 unread")
    page.get_by_test_id("tab-staff").tap()
    expect(carla.room.pane).to_be_visible()
    expect(carla.private.pane).to_be_hidden()
    expect(page.get_by_test_id("badge-staff")).to_be_hidden()
    assert sideways(page) <= 0
    page.get_by_test_id("menu").tap()
    expect(page.get_by_test_id("chat-list").get_by_test_id("chat").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("menu")).to_be_focused()


def say_over_http(program: Program, who: str, words: str, room: str | None = None) -> dict[str, Any]:
    """A message from a program that is no browser."""
    body = {"message": words} | ({"room": room} if room else {})
    sent = httpx2.post(f"{program.address}/agent/chat", json=body, headers=bearer(program, who), timeout=PATIENCE_S)
    answer: dict[str, Any] = sent.raise_for_status().json()
    return answer


def bearer(program: Program, who: str) -> dict[str, str]:
    """How a program signs in."""
    return {"Authorization": f"Bearer {program.token(who)}"}


PROVISIONAL = "[data-testid=entry][data-order='9007199254740991']"


def message_ids(screen: Screen) -> list[str]:
    """What stands in the room, from top to bottom, once the stream has told the place of everything."""
    expect(screen.room.pane.locator(PROVISIONAL)).to_have_count(0)
    ids: list[str] = screen.room.entries.evaluate_all(
        "all => all.map(e => e.dataset.messageId + '/' + e.dataset.order)"
    )
    return ids


def test_a_stream_that_is_cut_goes_on_after_its_last_entry(enter: Opener, program: Program) -> None:
    """The program is killed and started: the browser itself asks for what came after what it has."""
    marcus = enter("marcus")
    marcus.forgive("net::ERR_")
    marcus.room.say("what's on today?")
    known = message_ids(marcus)
    with marcus.page.expect_event("requestfailed", lambda r: r.url.endswith("/agent/events")):
        program.kill()
    with marcus.page.expect_response(lambda r: r.url.endswith("/agent/events")) as resumed:
        program.start()
        say_over_http(program, "carla", "what's on tomorrow?", "staff")
    asked = resumed.value.request.all_headers().get("last-event-id")
    expect(marcus.room.entries).to_have_count(len(known) + 2)
    assert message_ids(marcus)[: len(known)] == known
    assert asked == known[-1].partition("/")[2]


def test_what_was_missed_while_the_server_was_away_is_read_again(enter: Opener, program: Program) -> None:
    """The page says that it is offline and keeps the draft; where the browser gave the stream up, history is read again and
    everything stands there once."""
    marcus = enter("marcus")
    marcus.forgive("net::ERR_")
    marcus.room.say("what's on today?")
    known = message_ids(marcus)
    cut = True

    def events(route: Route) -> None:
        if cut:
            route.abort()
        else:
            route.continue_()

    marcus.page.route("**/agent/events", events)
    program.stop()
    expect(marcus.page.get_by_test_id("offline")).to_be_visible()
    marcus.room.composer.fill("not sent yet")
    expect(marcus.page.get_by_test_id("send-staff")).to_have_attribute("aria-disabled", "true")
    program.start()
    say_over_http(program, "carla", "what's on tomorrow?", "staff")
    cut = False
    expect(marcus.page.get_by_test_id("offline")).to_be_hidden()
    expect(marcus.room.pane.locator("[data-author=person]").last).to_contain_text("what's on tomorrow?")
    expect(marcus.room.entries).to_have_count(len(known) + 2)
    assert message_ids(marcus)[: len(known)] == known
    assert len(set(message_ids(marcus))) == len(known) + 2
    expect(marcus.room.composer).to_have_value("not sent yet")
    marcus.room.say("who is booked for the next class?")
    expect(marcus.room.entries).to_have_count(len(known) + 4)


def test_a_reload_shows_the_same_messages_once(enter: Opener) -> None:
    """Read from history and live at once, nothing is missing and nothing is there twice."""
    marcus = enter("marcus")
    marcus.room.say("what's on today?")
    known = message_ids(marcus)
    marcus.load()
    expect(marcus.room.entries).to_have_count(len(known))
    assert message_ids(marcus) == known


def test_more_characters_than_are_read_are_refused_by_the_server(enter: Opener) -> None:
    """The field counts and warns; what is sent anyway stays readable, and the answer says what to do."""
    chat = enter("mia").private
    chat.composer.fill("x" * 4_200)
    expect(chat.pane.locator(".composer .hint")).to_contain_text("4,200 of 4,000 characters: too long")
    answer = chat.say("x" * 4_200)
    expect(answer).to_contain_text("4,200 characters; I read up to 4,000")
    expect(chat.pane.get_by_role("button", name="Show all")).to_be_visible()
    assert sideways(chat.page) <= 0


def live(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The entries of a raw event stream."""
    event = ""
    for line in lines:
        if line.startswith("event:"):
            event = line.removeprefix("event:").strip()
        if line.startswith("data:") and event == "entry":
            yield json.loads(line.removeprefix("data:"))


def test_a_raw_client_in_the_room_never_receives_a_private_row(enter: Opener, program: Program) -> None:
    """Carla's stream has Olivia's question and the sign of an answer, and nothing of the answer itself."""
    olivia = enter("olivia")
    with (
        httpx2.Client(headers=bearer(program, "carla"), timeout=PATIENCE_S) as client,
        client.stream("GET", f"{program.address}/agent/events") as stream,
    ):
        lines = stream.iter_lines()
        next(lines)
        olivia.room.say("who hasn't paid?")
        expect(olivia.private.answers.last).to_have_attribute("data-private", "yes")
        private = olivia.private.answers.last.inner_text()
        olivia.private.say("show anna schmidt")
        olivia.room.say("what's on tomorrow?")
        received: list[dict[str, Any]] = []
        for entry in live(lines):
            received.append(entry)
            if "Tue 24 November" in entry["message"]["text"]:
                break
    assert "€" in private
    assert [e["room"] for e in received] == ["staff"] * len(received)
    assert not any(e["message"]["private"] for e in received)
    assert "€" not in json.dumps(received, ensure_ascii=False)
    assert "Answered privately." in [e["message"]["text"] for e in received]


def test_chats_are_listed_with_titles_and_opened_again(enter: Opener) -> None:
    """The first words are the title, the open chat is marked, an older one comes back whole, a deleted one is gone."""
    mia = enter("mia")
    page, chats = mia.page, mia.page.get_by_test_id("chat")
    mia.private.say("my bookings")
    expect(chats.first).to_contain_text("my bookings")
    expect(chats.first).to_have_attribute("aria-current", "true")
    page.get_by_test_id("new-chat").click()
    expect(mia.private.pane).to_have_attribute("data-empty", "yes")
    mia.private.say("what's on tomorrow?")
    expect(chats.first).to_contain_text("what's on tomorrow")
    page.get_by_role("button", name="my bookings").first.click()
    expect(mia.private.pane.locator("[data-mine=yes]").first).to_contain_text("my bookings")
    page.get_by_role("button", name="Delete the chat my bookings").click()
    page.get_by_test_id("dialog-yes").click()
    expect(page.get_by_role("button", name="Delete the chat my bookings")).to_have_count(0)


def test_prompts_are_a_members_or_the_staffs_own(enter: Opener) -> None:
    """Large while the chat is empty; a tap says them."""
    mia = enter("mia")
    prompts = mia.private.pane.get_by_test_id("prompts").get_by_role("button")
    expected = ["Find my perfect program", "Build strength", "Lose weight sustainably", "Train at home"]
    expect(prompts).to_have_text(expected)
    prompts.last.click()
    expect(mia.private.pane.locator("[data-mine=yes]")).to_contain_text("Train at home")
    mia.private.answer(0)
    carla = enter("carla")
    expect(carla.room.pane.get_by_test_id("prompts")).to_contain_text("What's on today?")


def test_the_owner_sees_what_the_assistant_used(enter: Opener) -> None:
    """A panel that closes with Escape; a coach has no such button."""
    olivia = enter("olivia")
    olivia.page.get_by_test_id("usage-open").click()
    expect(olivia.page.get_by_test_id("usage")).to_contain_text("By day")
    olivia.page.keyboard.press("Escape")
    expect(olivia.page.get_by_test_id("usage")).to_have_count(0)
    expect(enter("carla").page.get_by_test_id("usage-open")).to_have_count(0)


def test_an_invitation_opens_the_chat_of_its_person_once(enter: Opener, chromium: Browser) -> None:
    """The link shows whose it is, a press signs them in, and a second browser is told that it was used."""
    answer = enter("olivia").private.say("invite mia tran")
    link = re.search(r"http\S+invite=[\w-]+", answer.inner_text())
    assert link
    first, second = chromium.new_page(), chromium.new_page()
    for page in (first, second):
        page.goto(link[0])
        expect(page.get_by_test_id("invitation")).to_contain_text("Mia Tran")
    first.get_by_role("button", name="Open my chat").click()
    expect(first.get_by_test_id("pane-private")).to_be_visible()
    second.get_by_role("button", name="Open my chat").click()
    expect(second.get_by_role("heading", name="This invitation does not work")).to_be_visible()
    for page in (first, second):
        page.close()


def test_times_are_the_gyms_wherever_the_browser_is(enter: Opener) -> None:
    """A browser in Tokyo, on another day by its own clock, shows Berlin's Monday morning."""
    mia = enter("mia", timezone_id="Asia/Tokyo")
    mia.private.say("my bookings")
    stamp = mia.private.answers.last.locator("time")
    expect(stamp).to_have_text(re.compile(r"^10:\d\d$"))
    expect(stamp).to_have_attribute("title", f"Monday, 23 November 2026 at {stamp.inner_text()} (Europe/Berlin)")


def test_the_policy_lets_nothing_foreign_run(enter: Opener) -> None:
    """What is typed is shown as it was typed; a script that got in would be stopped by the page's policy."""
    mia = enter("mia")
    mia.forgive("Content Security Policy")
    mia.private.say("<img src=x onerror=document.title='broken'><script>document.title='broken'</script>")
    expect(mia.private.pane.locator("[data-mine=yes]").last).to_contain_text("<img src=x")
    expect(mia.private.pane.locator(".bubble img, .bubble script")).to_have_count(0)
    mia.page.evaluate(INJECTED)
    expect(mia.page).not_to_have_title("broken")
    assert any("Content Security Policy" in words for words in mia.problems)
