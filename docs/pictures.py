"""Takes the README's pictures of the real program in Chromium: `python -m docs.pictures`."""

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, PHONE, Program, Screen

IMAGES = Path(__file__).with_name("images")
WIDE = (1360, 940)
NARROW = (640, 1000)
SHARP = 1.25


class Studio:
    """A running gym, and people in front of it."""

    def __init__(self, browser: Browser, program: Program) -> None:
        self.browser = browser
        self.program = program

    def enter(self, who: str, size: tuple[int, int] = WIDE, scheme: str = "light", **more: Any) -> Screen:
        """Somebody opens the page."""
        looks: dict[str, Any] = {"color_scheme": scheme, "device_scale_factor": SHARP, "reduced_motion": "reduce"}
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]}, **looks, **more)
        screen = Screen(context.new_page())
        screen.page.goto(self.program.links[who])
        return screen.ready()


def take(page: Page, name: str) -> None:
    """A picture of the window with nothing under the keyboard, the pointer, or still on its way."""
    page.mouse.move(0, 0)
    page.evaluate("() => document.activeElement.blur()")
    expect(page.get_by_test_id("typing").locator("visible=true")).to_have_count(0)
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")


def done(answer: Locator) -> Locator:
    """An answer that did what was asked."""
    expect(answer.get_by_test_id("receipt")).to_be_visible()
    return answer


def phone(studio: Studio) -> None:
    """Mia books one class and is asked which of three the other is."""
    mia = studio.enter("mia", PHONE, has_touch=True, is_mobile=True)
    done(mia.private.say("book yoga tonight"))
    asked = mia.private.say("book crossfit tomorrow evening")
    expect(asked.get_by_role("button", name="18:00")).to_be_visible()
    take(mia.page, "phone")


def both_sides(studio: Studio) -> Screen:
    """Carla plans in her private chat and runs the day in the room, where Olivia asks what only she may read."""
    carla = studio.enter("carla")
    for words in ("what's on today?", "who is booked for the next class?"):
        carla.private.say(words)
        carla.page.get_by_test_id("new-chat").click()
        expect(carla.private.pane).to_have_attribute("data-empty", "yes")
    done(carla.private.say("build a workout: 3 rounds - 200m run, 30 double-unders"))
    carla.private.say("show friday's 6pm crossfit")
    done(carla.room.say("put open gym on tomorrow 13:00-14:00"))
    done(carla.room.say("make it 16 spots"))
    olivia = studio.enter("olivia", scheme="dark")
    olivia.private.say("show anna")
    olivia.room.say("what does ben lorenz owe?")
    expect(olivia.private.answers.last).to_have_attribute("data-private", "yes")
    take(carla.page, "desktop_light")
    take(olivia.page, "desktop_dark")
    return carla


def room(studio: Studio, carla: Screen) -> None:
    """Marcus looks on as a card waits for Carla's press."""
    marcus = studio.enter("marcus", NARROW)
    marcus.page.get_by_test_id("tab-staff").click()
    marcus.room.say("show friday's 7pm crossfit")
    carla.room.say("cancel friday's 6pm crossfit")
    expect(marcus.room.answers.last.get_by_role("button", name="Approve")).to_be_visible()
    take(marcus.page, "room")
    carla.room.tap("Reject")


def main() -> None:
    """All pictures, from one gym."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        program = Program(Path(folder))
        program.start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        studio = Studio(browser, program)
        try:
            phone(studio)
            carla = both_sides(studio)
            room(studio, carla)
        finally:
            browser.close()
            program.stop()


if __name__ == "__main__":
    main()
