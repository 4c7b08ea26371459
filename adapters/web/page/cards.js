/** Draws the cards of a message: a question and what became of it, a class, a person, a workout, a list, a table. */

import { el, initials } from "./dom.js";
import { icon } from "./icons.js";
import { _, marked } from "./words.js";

const KINDS = {
  confirm: { icon: "alert", label: marked("Please confirm") },
  pick: { icon: "choose", label: marked("Choose one") },
  ask: { icon: "question", label: marked("Question") },
  class: { icon: "calendar", label: marked("Class") },
  member: { icon: "person", label: marked("Member") },
  workout: { icon: "clipboard", label: marked("Workout") },
  exercise: { icon: "barbell", label: marked("Exercise") },
  list: { icon: "list", label: marked("List") },
  table: { icon: "table", label: marked("Table") },
  notice: { icon: "megaphone", label: marked("Notice") },
};

const STATES = {
  open: { label: marked("Waiting for you"), icon: "clock" },
  approved: { label: marked("Approved"), icon: "check" },
  rejected: { label: marked("Rejected"), icon: "cross" },
  answered: { label: marked("Answered"), icon: "check" },
  closed: { label: marked("No longer open"), icon: "cross" },
  expired: { label: marked("Expired"), icon: "clock" },
  undone: { label: marked("Undone"), icon: "undo" },
};

const ASKING = ["confirm", "pick", "ask"];
const ANSWER_BELOW = marked("Write the answer in the message field below.");

/** `dangerous` is whether the message has a button that cannot be taken lightly. */
export function card(card, { dangerous }) {
  const grave = dangerous && card.kind === "confirm" && card.state === "open";
  return el(
    "section",
    {
      class: "card",
      "aria-label": `${_(KINDS[card.kind].label)}: ${card.title}`,
      data: { testid: "card", kind: card.kind, state: card.state, ...(grave ? { grave: "yes" } : {}) },
    },
    head(card),
    card.facts.length ? facts(card.facts) : null,
    card.lines.length ? lines(card) : null,
    card.table ? table(card.table) : null,
    card.kind === "ask" && card.state === "open" ? el("p", { class: "hint" }, _(ANSWER_BELOW)) : null,
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
    el("div", {}, asking ? el("p", { class: "kind" }, _(kind.label)) : null, el("h3", {}, card.title)),
  );
}

function facts(given) {
  return el("dl", {}, ...given.map(({ label, value }) => el("div", {}, el("dt", {}, label), el("dd", {}, value, share(value)))));
}

/** "9 of 14" gets a bar that shows how full it is. */
function share(value) {
  const match = /^(\d{1,5})\s*(?:\p{L}{1,4}|\/)\s*(\d{1,5})\b/u.exec(value);
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
  const numeric = columns.map((_words, column) => rows.length > 0 && rows.every((row) => /^[-+−]?[\d.,\s€$%£]*$/.test(row[column] ?? "")));
  const cell = (tag, column, text) => el(tag, { class: numeric[column] ? "number" : null, scope: tag === "th" ? "col" : null }, together(text));
  return el(
    "div",
    { class: "table", tabindex: "0", role: "region", "aria-label": _("Table") },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...columns.map((text, column) => cell("th", column, text)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((text, column) => cell("td", column, text))))),
    ),
  );
}

/** A weekday and its day, and a number of days, stay on one line, however narrow the column is. */
function together(text) {
  return text.replace(/\b\p{Lu}\p{L}{1,2}\.? \d{1,2}\b|\b\d+ (?:days?|Tage?)\b/gu, (found) => found.replaceAll(" ", "\u00a0"));
}

/** What became of the question: a chip for the state, and the words that say it if there are any. */
function outcome(card) {
  if (card.state === "plain") return card.outcome ? el("footer", {}, el("span", {}, card.outcome)) : null;
  if (card.state === "open") return card.outcome ? el("footer", {}, chip("open", card.outcome)) : null;
  const label = _(STATES[card.state].label);
  const words = card.outcome ?? "";
  const said = words.toLowerCase().startsWith(label.toLowerCase());
  return el("footer", {}, chip(card.state, said ? words : label), words && !said ? el("span", {}, words) : null);
}

function chip(state, words) {
  return el("span", { class: "chip", data: { state } }, icon(STATES[state].icon), words);
}
