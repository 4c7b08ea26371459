/** The drawer: the person's chats, who they are and where, the theme and, for the owner, the usage page. */

import * as api from "./api.js";
import { avatar } from "./bubbles.js";
import { confirmed } from "./dialogs.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { currentTheme, onSystemTheme, toggleTheme } from "./theme.js";
import { toast } from "./toast.js";
import { _, marked } from "./words.js";

const ROLES = { member: marked("Member"), coach: marked("Coach"), admin: marked("Admin"), owner: marked("Owner") };

export class Sidebar {
  #act;
  #clock;
  #shownId = null;
  #unread = new Set();
  #list = el("ul", { class: "chats", data: { testid: "chat-list" } });
  rows = [];

  /** `act` is {open(sessionId), usage()}. */
  constructor({ me, clock, act }) {
    this.#act = act;
    this.#clock = clock;
    this.element = el(
      "aside",
      { class: "sidebar", id: "sidebar", "aria-label": _("Chats and settings") },
      this.#brand(me),
      this.#newChat(),
      el("nav", { "aria-label": _("Your chats") }, el("h2", {}, _("Your chats")), this.#list),
      this.#foot(me),
    );
  }

  #brand(me) {
    const close = el("button", { type: "button", class: "bare close-drawer", "aria-label": _("Close the menu"), data: { drawer: "close" } }, icon("cross"));
    return el("div", { class: "brand" }, el("img", { src: "/page/logo.svg", alt: "" }), el("div", {}, el("p", { class: "wordmark" }, "Whistle"), el("p", { class: "gym" }, me.gym)), close);
  }

  #newChat() {
    const node = el("button", { type: "button", class: "new-chat", data: { testid: "new-chat" } }, icon("plus"), _("New chat"));
    node.addEventListener("click", async () => {
      try {
        this.#act.open((await api.newSession()).id);
        await this.refresh();
      } catch (problem) {
        toast(_("No new chat was made. {reason}", { reason: problem.message }), "problem");
      }
    });
    return node;
  }

  #foot(me) {
    const usage = el("button", { type: "button", data: { testid: "usage-open" } }, icon("chart"), _("Usage"));
    usage.addEventListener("click", () => this.#act.usage());
    const who = el("div", { class: "who" }, avatar({ kind: "person", name: me.name }), el("p", {}, el("strong", {}, me.name), el("span", {}, _(ROLES[me.role] ?? me.role))));
    return el("footer", {}, el("div", { class: "tools" }, me.role === "owner" ? usage : null, themeButton()), who);
  }

  /** Reads the list again; returns the id of the person's current chat. */
  async refresh() {
    try {
      this.rows = await api.sessions();
    } catch {
      return null;
    }
    this.#draw();
    return this.rows.find(({ current }) => current)?.id ?? null;
  }

  show(sessionId) {
    this.#shownId = sessionId;
    this.#unread.delete(sessionId);
    this.#draw();
  }

  markUnread(sessionId) {
    this.#unread.add(sessionId);
    this.#draw();
  }

  #draw() {
    const held = this.#list.contains(document.activeElement) ? document.activeElement.dataset.hold : null;
    this.#list.replaceChildren(...this.rows.map((row) => this.#row(row)));
    if (held) this.#list.querySelector(`[data-hold="${held}"]`)?.focus();
  }

  #row(row) {
    const shown = row.id === this.#shownId;
    const title = row.title || _("New chat");
    const when = row.last_message_at ? this.#clock.short(row.last_message_at) : _("nothing yet");
    const unread = this.#unread.has(row.id);
    const open = el(
      "button",
      { type: "button", class: "chat", "aria-current": shown ? "true" : null, data: { testid: "chat", sessionId: String(row.id), hold: `open-${row.id}` } },
      el("span", { class: "title" }, title),
      el("span", { class: "when" }, when),
      unread ? el("span", { class: "dot" }, el("span", { class: "unseen" }, _("new messages"))) : null,
    );
    open.addEventListener("click", () => this.#act.open(row.id));
    const remove = el("button", { type: "button", class: "bare", "aria-label": _("Delete the chat {title}", { title }), title: _("Delete"), data: { testid: "delete-chat", hold: `delete-${row.id}` } }, icon("bin"));
    remove.addEventListener("click", () => this.#delete(row, title));
    return el("li", { data: { shown: shown ? "yes" : "no" } }, open, remove);
  }

  async #delete(row, title) {
    const words = { title: _("Delete this chat?"), text: _("“{title}” and its messages go. What was done in it stays done.", { title }), yes: _("Delete") };
    if (!(await confirmed(words))) return;
    try {
      await api.deleteSession(row.id);
    } catch (problem) {
      toast(_("The chat was not deleted. {reason}", { reason: problem.message }), "problem");
      return;
    }
    const current = await this.refresh();
    if (row.id === this.#shownId) this.#act.open(current);
  }
}

function themeButton() {
  const node = el("button", { type: "button", data: { testid: "theme-toggle" } });
  const draw = () => {
    const dark = currentTheme() === "dark";
    node.replaceChildren(icon(dark ? "sun" : "moon"), dark ? _("Light") : _("Dark"));
    node.setAttribute("aria-label", dark ? _("Switch to the light theme") : _("Switch to the dark theme"));
  };
  node.addEventListener("click", () => {
    toggleTheme();
    draw();
  });
  onSystemTheme(draw);
  draw();
  return node;
}
