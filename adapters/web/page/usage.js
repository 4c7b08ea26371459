/** The owner's usage page: the tier, today's spending against its cap, and who and what it went to. */

import { usage } from "./api.js";
import { panel } from "./dialogs.js";
import { el, svg } from "./dom.js";
import { toast } from "./toast.js";
import { _, locale } from "./words.js";

const DAY = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };
const ofMoney = () => (locale() === "en-GB" ? "en-US" : locale());

const cost = (amount) => new Intl.NumberFormat(ofMoney(), { style: "currency", currency: "USD", maximumFractionDigits: amount > 0 && amount < 0.01 ? 4 : 2 }).format(amount);
const day = (date) => new Intl.DateTimeFormat(locale(), DAY).format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
const whole = { format: (count) => new Intl.NumberFormat(locale()).format(count) };

export async function openUsage() {
  try {
    const { me, gym } = await usage();
    panel(_("Usage"), "usage", gym ? gymUsage(gym) : null, el("h3", {}, _("Your own messages today")), ownUsage(me));
  } catch (problem) {
    toast(_("The usage page could not be loaded. {reason}", { reason: problem.message }), "problem");
  }
}

function gymUsage(gym) {
  const heads = {
    day: [_("Day"), _("People"), _("Messages"), _("Tokens"), _("Cost"), ""],
    model: [_("Answered by"), _("Turns"), _("Tokens"), _("Cost"), ""],
  };
  const mostDay = Math.max(...gym.days.map(({ cost_usd: spent }) => spent), 0);
  const mostModel = Math.max(...gym.by_model.map(({ cost_usd: spent }) => spent), 0);
  const days = gym.days.map((one) => [day(one.day), whole.format(one.people), whole.format(one.messages), whole.format(one.tokens), cost(one.cost_usd), bar(one.cost_usd, mostDay)]);
  const models = gym.by_model.map((one) => [one.model, whole.format(one.turns), whole.format(one.tokens), cost(one.cost_usd), bar(one.cost_usd, mostModel)]);
  return el("div", { class: "usage" }, today(gym), el("h3", {}, _("By day")), grid(heads.day, days), el("h3", {}, _("By model")), grid(heads.model, models));
}

function today(gym) {
  const part = gym.cap_usd > 0 ? gym.spent_usd_today / gym.cap_usd : 0;
  const meter = el("meter", { min: "0", max: "1", high: "0.8", value: String(Math.min(part, 1)), "aria-label": _("Spent today against the cap") });
  return el(
    "div",
    { class: "today" },
    el("p", { class: "spent" }, el("strong", {}, cost(gym.spent_usd_today)), " ", _("of {cap} today", { cap: cost(gym.cap_usd) })),
    el("span", { class: "tag", data: { tag: "tier" } }, gym.tier),
    meter,
    el("p", { class: "hint" }, part >= 1 ? _("The cap is reached: Whistle goes on with its own rules, at no cost, until tomorrow.") : _("Above the cap Whistle goes on with its own rules, at no cost.")),
  );
}

function bar(amount, most) {
  const width = most > 0 ? (100 * amount) / most : 0;
  return svg("svg", { class: "bar", viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { width: width.toFixed(1), height: 8 }));
}

function grid(head, rows) {
  if (!rows.length) return el("p", { class: "hint" }, _("Nothing yet."));
  const cell = (tag, content, column) => el(tag, { class: column > 0 && typeof content === "string" ? "number" : null, scope: tag === "th" ? "col" : null }, content);
  const body = rows.map((row) => el("tr", {}, ...row.map((content, column) => cell("td", content, column))));
  const top = el("thead", {}, el("tr", {}, ...head.map((words, column) => (words ? cell("th", words, column) : el("td")))));
  return el("div", { class: "table", tabindex: "0", role: "region", "aria-label": head[0] }, el("table", {}, top, el("tbody", {}, ...body)));
}

function ownUsage(me) {
  const left = (count) => (count === null || count === undefined ? _("no limit") : whole.format(count));
  const fact = (label, value) => el("div", {}, el("dt", {}, label), el("dd", {}, value));
  return el("dl", {}, fact(_("Sent"), whole.format(me.messages_today)), fact(_("Left today"), left(me.messages_left_today)), fact(_("Left this hour"), left(me.messages_left_hour)));
}
