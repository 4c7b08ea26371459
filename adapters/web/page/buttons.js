/** Draws a message's buttons and lets one press at a time leave each message. */

import { press as sendPress } from "./api.js";
import { el, slug } from "./dom.js";
import { toast } from "./toast.js";
import { _ } from "./words.js";

const WAIT_FOR_UPDATE_MS = 5000;

export function buttonRows(message, press) {
  if (!message.buttons.length) return null;
  const rows = message.buttons.map((row) => el("div", { class: "row" }, ...row.map((one) => button(one, message, press))));
  return el("div", { class: "buttons", role: "group", "aria-label": _("Answers") }, ...rows);
}

export function button(one, message, press) {
  const node = el(
    "button",
    { type: "button", class: "answer", data: { testid: `button-${slug(one.label)}`, style: one.style, state: "ready" } },
    el("span", {}, one.label),
  );
  node.addEventListener("click", () => press(one.token, message.id, node));
  return node;
}

/** Presses on their way, by message: while one is, the message's other buttons do nothing. */
export class Presses {
  #underway = new Set();
  #show;

  /** `show(turn)` gets every turn that a press led to. */
  constructor(show) {
    this.#show = show;
  }

  press = async (token, messageId, node) => {
    const entry = node.closest("[data-testid=entry]");
    const key = messageId || entry;
    if (this.#underway.has(key) || node.getAttribute("aria-disabled") === "true") return;
    this.#underway.add(key);
    mark(entry, node, "busy");
    try {
      this.#settle(entry, node, await sendPress(token));
    } catch (problem) {
      mark(entry, node, "ready");
      toast(problem.message, "problem");
    } finally {
      this.#underway.delete(key);
    }
  };

  #settle(entry, node, turn) {
    mark(entry, node, turn.notice ? "ready" : "pressed");
    if (turn.notice) toast(turn.notice);
    else setTimeout(() => mark(entry, node, "ready"), WAIT_FOR_UPDATE_MS);
    this.#show(turn, entry);
  }
}

/** Buttons stay focusable while they do nothing, so that the keyboard's place is not lost. */
function mark(entry, pressed, state) {
  for (const node of entry.querySelectorAll("button.answer")) {
    node.setAttribute("aria-disabled", String(state !== "ready"));
    node.dataset.state = state === "ready" ? "ready" : node === pressed ? state : "waiting";
  }
  if (state === "busy") pressed.setAttribute("aria-busy", "true");
  else pressed.removeAttribute("aria-busy");
}
