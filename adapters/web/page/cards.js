/** Draws the cards of a message: a question and what became of it, a class, a person, a workout, a list, a table. */

import { el, initials } from "./dom.js";
import { icon } from "./icons.js";

const KINDS = {
  confirm: { icon: "alert", label: "Please confirm" },
  pick: { icon: "choose", label: "Choose one" },
  ask: { icon: "question", label: "Question" },
  class: { icon: "calendar", label: "Class" },
  member: { icon: "person", label: "Member" },
  workout: { icon: "clipboard", label: "Workout" },
  exercise: { icon: "barbell", label: "Exercise" },
  list: { icon: "list", label: "List" },
  table: { icon: "table", label: "Table" },
  notice: { icon: "megaphone", label: "Notice" },
};

const STATES = {
  open: { label: "Waiting for you", icon: "clock" },
  approved: { label: "Approved", icon: "check" },
  rejected: { label: "Rejected", icon: "cross" },
  answered: { label: "Answered", icon: "check" },
  closed: { label: "No longer open", icon: "cross" },
  expired: { label: "Expired", icon: "clock" },
  undone: { label: "Undone", icon: "undo" },
};

const ASKING = ["confirm", "pick", "ask"];
const ANSWER_BELOW = "Write the answer in the message field below.";

/** `dangerous` is whether the message has a button that cannot be taken lightly. */
export function card(card, { dangerous }) {
  const grave = dangerous && card.kind === "confirm" && card.state === "open";
  return el(
    "section",
    {
      class: "card",
      "aria-label": `${KINDS[card.kind].label}: ${card.title}`,
      data: { testid: "card", kind: card.kind, state: card.state, ...(grave ? { grave: "yes" } : {}) },
    },
    head(card),
    card.facts.length ? facts(card.facts) : null,
    card.lines.length ? lines(card) : null,
    card.table ? table(card.table) : null,
    card.kind === "ask" && card.state === "open" ? el("p", { class: "hint" }, ANSWER_BELOW) : null,
    outcome(card),
  );
}

function head(card) {
  const kind = KINDS[card.kind];
  const mark = card.kind === "member" ? initials(card.title) : icon(kind.icon);
  const asking = ASKING.includes(card.kind);
  return el(
    "header",
    {},
    el("span", { class: "mark", "aria-hidden": "true" }, mark),
    el("div", {}, asking ? el("p", { class: "kind" }, kind.label) : null, el("h3", {}, card.title)),
  );
}

function facts(given) {
  return el("dl", {}, ...given.map(({ label, value }) => el("div", {}, el("dt", {}, label), el("dd", {}, value, share(value)))));
}

/** "9 of 14" gets a bar that shows how full it is. */
function share(value) {
  const match = /^(\d{1,5})\s*(?:of|\/)\s*(\d{1,5})\b/.exec(value);
  if (!match || Number(match[2]) === 0) return null;
  const bar = el("span", { class: "share", "aria-hidden": "true" }, el("span"));
  bar.firstElementChild.style.width = `${Math.min(100, (100 * match[1]) / match[2])}%`;
  return bar;
}

function lines(card) {
  const numbered = card.kind === "pick";
  return el(numbered ? "ol" : "ul", { class: "lines" }, ...card.lines.map((line) => el("li", {}, line)));
}

function table({ head: columns, rows }) {
  const numeric = columns.map((_, column) => rows.length > 0 && rows.every((row) => /^[-+−]?[\d.,\s€$%£]*$/.test(row[column] ?? "")));
  const cell = (tag, column, text) => el(tag, { class: numeric[column] ? "number" : null, scope: tag === "th" ? "col" : null }, together(text));
  return el(
    "div",
    { class: "table", tabindex: "0", role: "region", "aria-label": "Table" },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...columns.map((text, column) => cell("th", column, text)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((text, column) => cell("td", column, text))))),
    ),
  );
}

/** A date and a number of days stay on one line, however narrow the column is. */
function together(text) {
  return text.replace(/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{1,2} \p{L}+|\b\d+ days?\b/gu, (found) => found.replaceAll(" ", "\u00a0"));
}

/** What became of the question: a chip for the state, and the words that say it if there are any. */
function outcome(card) {
  if (card.state === "plain") return card.outcome ? el("footer", {}, el("span", {}, card.outcome)) : null;
  if (card.state === "open") return card.outcome ? el("footer", {}, chip("open", card.outcome)) : null;
  const { label } = STATES[card.state];
  const words = card.outcome ?? "";
  const said = words.toLowerCase().startsWith(label.toLowerCase());
  return el("footer", {}, chip(card.state, said ? words : label), words && !said ? el("span", {}, words) : null);
}

function chip(state, words) {
  return el("span", { class: "chip", data: { state } }, icon(STATES[state].icon), words);
}
