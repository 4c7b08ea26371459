/** One transcript on the screen: each message once, in the order of the stream, replaced when it changes. */

import { draftNode, entryNode } from "./bubbles.js";
import { el, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { _ } from "./words.js";

const NEAR_END_PX = 120;
const SAME_CHARACTERS = 1000;
const UNSEEN = /(?![\n\u200d\ufe0f])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
const SAME_BREATH_MS = 5 * 60_000;

export class Log {
  #context;
  #shown = new Map(); // key -> {entry, node}
  #pending = []; // own words on their way: {text, node}
  #list = el("ol", { class: "entries" });
  #earlier = el("button", { type: "button", class: "quiet earlier", hidden: true }, _("Earlier messages"));
  #later = el("button", { type: "button", class: "later", hidden: true }, icon("down"), _("New messages"));
  #draft = null;
  #draftPlace = el("div", { class: "draft", "aria-hidden": "true" });
  #typing = el("div", { class: "typing", data: { testid: "typing" }, hidden: true }, el("span"), el("span"), el("span"), unseen(_("Whistle is working on it")));

  constructor(label, context, loadEarlier) {
    this.#context = context;
    this.live = el("div", { role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": label }, this.#list);
    this.scroller = el("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": _("Messages: {label}", { label }) }, this.#earlier, this.live, this.#draftPlace, this.#typing);
    this.element = el("div", { class: "log" }, this.scroller, this.#later);
    this.#earlier.addEventListener("click", () => loadEarlier(this.oldestId));
    this.#later.addEventListener("click", () => this.toEnd());
    this.scroller.addEventListener("scroll", () => this.#nearEnd() && (this.#later.hidden = true), { passive: true });
    this.#keepEndInView();
  }

  #stick = true;

  /** Pictures arrive late and keyboards come up: who reads the end goes on reading the end. */
  #keepEndInView() {
    const sizes = new ResizeObserver(() => this.#stick && this.toEnd());
    for (const node of [this.scroller, this.live]) sizes.observe(node);
  }

  get empty() {
    return this.#list.childElementCount === 0;
  }

  get #newestId() {
    return Math.max(0, ...Array.from(this.#shown.values(), ({ entry }) => entry.id));
  }

  get oldestId() {
    return Math.min(...Array.from(this.#shown.values(), ({ entry }) => entry.id || Infinity));
  }

  /** Own words that are not known to have arrived stay if it is the same conversation that is read again. */
  clear({ keepPending = false } = {}) {
    this.#shown.clear();
    this.#pending = keepPending ? this.#pending : [];
    this.#list.replaceChildren(...this.#pending.map(({ node }) => node));
    this.endDraft();
    this.mayHaveEarlier(false);
    this.#later.hidden = true;
    this.#stick = true;
  }

  mayHaveEarlier(so) {
    this.#earlier.hidden = !so;
  }

  /** History is read out of nobody's mouth: only what comes after it is announced. */
  fill(entries) {
    this.live.setAttribute("aria-live", "off");
    const before = this.scroller.scrollHeight - this.scroller.scrollTop;
    const stick = this.#nearEnd();
    for (const entry of entries) this.#place(entry);
    if (stick) this.toEnd();
    else this.scroller.scrollTop = this.scroller.scrollHeight - before;
    setTimeout(() => this.live.setAttribute("aria-live", "polite"), 500);
  }

  /** Shows the entry; true if it is something that was not on the screen before. */
  add(entry) {
    const stick = this.#nearEnd() || entry.author.mine;
    const isNew = this.#place(entry);
    if (stick) this.toEnd();
    else if (isNew) this.#later.hidden = false;
    return isNew;
  }

  #place(arrived) {
    const entry = { version: arrived.id, ...arrived };
    const key = keyOf(entry);
    const held = this.#shown.get(key);
    if (held) return this.#renew(key, held, entry);
    const node = entryNode(entry, this.#context);
    if (entry.kind === "said" && entry.author.mine) this.#arrived(entry, node);
    this.#insert(node, entry);
    this.#shown.set(key, { entry, node });
    return true;
  }

  /** A known message again: an update or the stream's own copy of an answer already shown. Older copies change nothing. */
  #renew(key, held, entry) {
    const provisional = !held.entry.id;
    if (!provisional && !(entry.version > held.entry.version)) return false;
    const merged = provisional ? entry : { ...held.entry, message: entry.message, version: entry.version };
    const node = entryNode(merged, this.#context);
    node.dataset.still = "yes";
    // It was read out when it came; what became of it is told by the message that changed it.
    node.setAttribute("aria-live", "off");
    if (!provisional) node.dataset.changed = "yes";
    const focused = held.node.contains(document.activeElement);
    if (provisional) {
      held.node.remove();
      this.#insert(node, merged);
    } else {
      keepPlace(held.node, node);
      held.node.replaceWith(node);
      this.#joinNeighbours(node);
    }
    if (focused) node.focus({ preventScroll: true });
    this.#shown.set(key, { entry: merged, node });
    return false;
  }

  #insert(node, entry) {
    node.dataset.order = String(entry.id || Number.MAX_SAFE_INTEGER);
    node.dataset.at = entry.at ?? "";
    let after = this.#list.lastElementChild;
    while (after && Number(after.dataset.order) > Number(node.dataset.order)) after = after.previousElementSibling;
    if (after) after.after(node);
    else this.#list.prepend(node);
    this.#joinNeighbours(node);
  }

  #joinNeighbours(node) {
    for (const one of [node, node.nextElementSibling]) if (one) one.dataset.follows = follows(one.previousElementSibling, one) ? "yes" : "no";
  }

  /** A message of a turn's own answer, shown at once; the live stream gives it its place and time. */
  addProvisional(message, author, now) {
    const key = `m${message.id}`;
    const held = this.#shown.get(key);
    if (held) return;
    this.add({ id: 0, version: 0, kind: "message", author, at: now, message });
  }

  takeOut(messageId) {
    const held = this.#shown.get(`m${messageId}`);
    if (!held || held.entry.id) return;
    held.node.remove();
    this.#shown.delete(`m${messageId}`);
  }

  /** Own words before the server has said them back. */
  addPending(text, author, files) {
    const message = { id: 0, text, private: false, cards: [], buttons: [], images: [], files: [], receipts: [] };
    const node = entryNode({ id: 0, kind: "said", author, at: null, message }, this.#context);
    node.dataset.pending = "yes";
    if (files.length) node.querySelector(".body").append(el("p", { class: "with" }, icon("attach"), files.join(", ")));
    this.#insert(node, { id: 0, at: null });
    const pending = { text, node, after: this.#newestId };
    this.#pending.push(pending);
    this.toEnd();
    return pending;
  }

  /** Own words that did not get through stay where they are, with a way to send them again. */
  failPending(pending, reason, again) {
    if (!this.#pending.includes(pending)) return;
    const retry = el("button", { type: "button", class: "quiet", data: { testid: "retry" } }, _("Send again"));
    const note = el("p", { class: "failed", role: "alert" }, el("span", {}, icon("alert"), " ", reason), retry);
    retry.addEventListener("click", () => {
      this.dropPending(pending);
      again();
    });
    pending.node.dataset.failed = "yes";
    pending.node.querySelector(".when")?.remove();
    pending.node.querySelector(".body").append(note);
    this.toEnd();
  }

  dropPending(pending) {
    this.#pending = this.#pending.filter((one) => one !== pending);
    pending.node.remove();
  }

  #arrived(entry, node) {
    const pending = this.#pending.find(({ text, after }) => entry.id > after && opening(text) === opening(entry.message.text));
    if (!pending) return;
    node.dataset.still = "yes";
    this.dropPending(pending);
  }

  /** Words of an answer as they come; they are replaced by the message itself. */
  writeDraft(text) {
    const stick = this.#nearEnd();
    if (!this.#draft) {
      this.#draft = draftNode();
      this.#draftPlace.replaceChildren(this.#draft.node);
    }
    this.#draft.show(text);
    if (stick) this.toEnd();
  }

  endDraft() {
    this.#draft = null;
    this.#draftPlace.replaceChildren();
  }

  showTyping(on) {
    const stick = this.#nearEnd();
    this.#typing.hidden = !on || this.#draft !== null;
    if (stick) this.toEnd();
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#later.hidden = true;
    this.#stick = true;
  }

  #nearEnd() {
    this.#stick = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END_PX;
    return this.#stick;
  }
}

/** The part of a message that is the same before and after the server has cleaned and shortened it. */
function opening(text) {
  return text.normalize("NFC").replace(UNSEEN, "").trim().slice(0, SAME_CHARACTERS);
}

/** What a person said is one entry; what the bot showed is one message, however often it comes. */
function keyOf(entry) {
  return entry.kind === "said" || !entry.message.id ? `e${entry.id}` : `m${entry.message.id}`;
}

function keepPlace(from, to) {
  for (const mark of ["order", "at"]) to.dataset[mark] = from.dataset[mark];
}

function follows(previous, node) {
  if (!previous || node.dataset.kind === "notice" || previous.dataset.kind === "notice") return false;
  const sameVoice = ["author", "mine"].every((mark) => previous.dataset[mark] === node.dataset[mark]);
  const sameName = previous.querySelector(".byline strong")?.textContent === node.querySelector(".byline strong")?.textContent;
  const gap = Date.parse(node.dataset.at || new Date()) - Date.parse(previous.dataset.at || new Date());
  return sameVoice && sameName && Math.abs(gap) < SAME_BREATH_MS && node.dataset.private === previous.dataset.private;
}
