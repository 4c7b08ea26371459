/** Windows over the page: a yes-or-no before something goes, and panels that close with Escape. */

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { _ } from "./words.js";

/** True only if the yes was pressed. */
export function confirmed({ title, text, yes }) {
  const no = el("button", { type: "submit", value: "no", class: "plain", autofocus: true }, _("Keep it"));
  const sure = el("button", { type: "submit", value: "yes", class: "danger", data: { testid: "dialog-yes" } }, yes);
  const form = el("form", { method: "dialog" }, el("h2", {}, title), el("p", {}, text), el("div", { class: "row" }, no, sure));
  const dialog = el("dialog", { class: "sheet small", "aria-label": title }, form);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Opens a panel with this content. */
export function panel(title, testid, ...content) {
  const close = el("button", { type: "button", class: "bare", "aria-label": _("Close") }, icon("cross"));
  const dialog = el("dialog", { class: "sheet", "aria-label": title, data: { testid } }, el("header", {}, el("h2", {}, title), close), ...content);
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  document.body.append(dialog);
  dialog.showModal();
}
