/** Short words that come up, are read out, and go away by themselves. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { _ } from "./words.js";

const SHOWN_MS = 6500;
const MOST_AT_ONCE = 3;

/** `tone` is "plain" or "problem". */
export function toast(words, tone = "plain") {
  const place = document.getElementById("toasts");
  const close = el("button", { type: "button", class: "bare", "aria-label": _("Dismiss") }, icon("cross"));
  const node = el("div", { class: "toast", data: { testid: "toast", tone } }, el("p", {}, words), close);
  close.addEventListener("click", () => node.remove());
  place.append(node);
  while (place.childElementCount > MOST_AT_ONCE) place.firstElementChild.remove();
  goAwayUnlessHeld(node);
}

function goAwayUnlessHeld(node) {
  const leave = () => (node.matches(":hover, :focus-within") ? setTimeout(leave, 1500) : node.remove());
  setTimeout(leave, SHOWN_MS);
}
