/** Where words are written: grows with them, counts near the limit, carries a reply and files. */

import { Attachments } from "./attachments.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { _, locale, marked } from "./words.js";

export const MOST_CHARACTERS = 4000;
const COUNT_FROM = 3500;
const OFFLINE = marked("You are offline. Your words stay here and can be sent once the connection is back.");

export class Composer {
  #room;
  #send;
  #draftKey;
  #replyTo = null;
  #online = true;

  /** `send({text, replyTo, attachments: [{id, name}]})` is called with what is complete. */
  constructor({ room, label, placeholder, draftKey, send }) {
    this.#room = room ?? "private";
    this.#send = send;
    this.#draftKey = draftKey;
    this.attachments = new Attachments(() => this.#show());
    this.#build(label, placeholder);
    this.field.value = keptDraft(draftKey);
    this.#show();
  }

  #build(label, placeholder) {
    const hintId = `hint-${this.#room}`;
    this.field = el("textarea", {
      rows: "1", placeholder, "aria-label": label, "aria-describedby": hintId, enterkeyhint: "send", autocomplete: "off",
      data: { testid: `composer-${this.#room}` },
    });
    this.button = el("button", { type: "submit", class: "send", "aria-label": _("Send"), title: _("Send (Enter)"), data: { testid: `send-${this.#room}` } }, icon("send"));
    this.quote = el("div", { class: "quote", hidden: true, data: { testid: "replying" } });
    this.hint = el("p", { class: "hint", id: hintId, "aria-live": "polite" });
    const line = el("div", { class: "line" }, this.attachments.button, this.field, this.button);
    this.element = el("form", { class: "composer" }, this.quote, this.attachments.element, line, this.hint, this.attachments.input);
    this.#listen();
  }

  #listen() {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("input", () => this.#show());
    this.field.addEventListener("paste", (event) => event.clipboardData.files.length && this.attachments.add(event.clipboardData.files));
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#replyTo) this.replyTo(null);
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
  }

  focus() {
    this.field.focus();
  }

  setOnline(online) {
    this.#online = online;
    this.#show();
  }

  /** The next words answer this entry; null takes that back. */
  replyTo(entry) {
    this.#replyTo = entry;
    this.quote.hidden = !entry;
    if (!entry) return this.quote.replaceChildren();
    const cancel = el("button", { type: "button", class: "bare", "aria-label": _("Do not reply to this") }, icon("cross"));
    cancel.addEventListener("click", () => {
      this.replyTo(null);
      this.focus();
    });
    const words = entry.author.mine ? _("Replying to yourself") : _("Replying to {name}", { name: entry.author.name });
    this.quote.replaceChildren(icon("reply"), el("p", {}, el("strong", {}, words), el("span", {}, gist(entry.message))), cancel);
    return this.focus();
  }

  /** Says ready-made words at once, leaving what is being written alone. */
  say(text) {
    if (this.#online) this.#send({ text, replyTo: null, attachments: [] });
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text) this.field.value = "";
    if (!this.#ready(text)) return this.focus();
    this.#send({ text, replyTo: this.#replyTo?.message.id ?? null, attachments: this.attachments.take() });
    this.field.value = "";
    this.replyTo(null);
    this.#show();
    return this.focus();
  }

  #ready(text) {
    return this.#online && !this.attachments.busy && Boolean(text || this.attachments.count);
  }

  #show() {
    const { value } = this.field;
    keepDraft(this.#draftKey, value);
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
    this.button.setAttribute("aria-disabled", String(!this.#ready(value.trim())));
    const length = [...value].length;
    this.hint.dataset.tone = length > MOST_CHARACTERS || !this.#online ? "problem" : "plain";
    this.hint.textContent = this.#hintWords(length);
    this.hint.hidden = !this.hint.textContent;
  }

  #hintWords(length) {
    if (!this.#online) return _(OFFLINE);
    if (length < COUNT_FROM) return "";
    const figures = { count: length.toLocaleString(locale()), most: MOST_CHARACTERS.toLocaleString(locale()) };
    return length > MOST_CHARACTERS ? _("{count} of {most} characters: too long to be read in one message", figures) : _("{count} of {most} characters", figures);
  }
}

function gist(message) {
  const words = message.text || message.cards[0]?.title || message.receipts[0]?.text || message.files[0]?.name || "";
  return words.replace(/[*_`#~]/g, "").replace(/\s+/g, " ").slice(0, 120);
}

function keptDraft(key) {
  try {
    return sessionStorage.getItem(key) ?? "";
  } catch {
    return "";
  }
}

function keepDraft(key, text) {
  try {
    if (text) sessionStorage.setItem(key, text);
    else sessionStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing only loses the draft on a reload.
  }
}
