/** Things one can start with: large while a chat is empty, a row of chips once it is not. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { _ } from "./words.js";

export function largePrompts(prompts, greeting, say) {
  const items = prompts.map((words) => el("li", {}, promptButton(words, say, icon("send"))));
  return el(
    "div",
    { class: "welcome", data: { testid: "welcome" } },
    el("img", { src: "/page/logo.svg", alt: "" }),
    el("h2", {}, greeting.title),
    el("p", {}, greeting.text),
    el("ul", { class: "prompts large", data: { testid: "prompts" } }, ...items),
  );
}

export function promptChips(prompts, say) {
  const items = prompts.map((words) => el("li", {}, promptButton(words, say)));
  return el("ul", { class: "prompts chips", "aria-label": _("Suggestions"), data: { testid: "prompts" } }, ...items);
}

function promptButton(words, say, mark = null) {
  const node = el("button", { type: "button" }, el("span", {}, words), mark);
  node.addEventListener("click", () => say(words));
  return node;
}
