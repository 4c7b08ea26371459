/** Draws what was done, with its Undo while there is one, and struck through once it is undone. */

import { button } from "./buttons.js";
import { el, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { _ } from "./words.js";

export function receipts(message, press) {
  if (!message.receipts.length) return null;
  return el("ul", { class: "receipts" }, ...message.receipts.map((receipt) => line(receipt, message, press)));
}

function line(receipt, message, press) {
  const undone = receipt.state === "undone";
  const words = el(undone ? "s" : "span", { class: "words" }, receipt.text);
  return el(
    "li",
    { class: "receipt", data: { testid: "receipt", state: receipt.state } },
    el("span", { class: "mark", "aria-hidden": "true" }, icon(undone ? "undo" : "check")),
    el("span", { class: "said" }, unseen(undone ? _("Undone: ") : _("Done: ")), words),
    undone ? el("span", { class: "chip", data: { state: "undone" }, "aria-hidden": "true" }, _("Undone")) : undoButton(receipt, message, press),
  );
}

function undoButton(receipt, message, press) {
  if (!receipt.undo) return null;
  const label = receipt.label === "Redo" ? _("Redo") : _("Undo");
  const undo = button({ label, token: receipt.undo, style: "plain" }, message, press);
  undo.dataset.testid = "undo";
  undo.classList.add("undo");
  undo.prepend(icon("undo"));
  undo.append(unseen(`: ${receipt.text}`));
  return undo;
}
