/** One chat on the screen, private or the coaches' room: its transcript, suggestions and composer. */

import { history } from "./api.js";
import { acceptDrops } from "./attachments.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { Log } from "./log.js";
import { largePrompts, promptChips } from "./prompts.js";
import { toast } from "./toast.js";
import { Turns } from "./turns.js";
import { _ } from "./words.js";

const PAGE = 60;
const BOT = { name: "Whistle", kind: "bot", mine: false };

export class Pane {
  sessionId = null;
  unread = 0;
  #me;
  #prompts;
  #opening = 0;
  #started = el("div", { class: "start" });

  /** `after(turn)` gets each finished turn, `press` acts on a button. */
  constructor({ room, title, me, clock, press, after }) {
    this.room = room;
    this.title = title;
    this.#me = me;
    this.#prompts = me.prompts[room ?? "private"] ?? [];
    this.log = new Log(title, { clock, press, reply: (entry) => this.composer.replyTo(entry) }, (before) => this.#earlier(before));
    this.turns = new Turns({ log: this.log, clock, bot: BOT, me: { name: me.name, kind: "person", mine: true }, after });
    this.composer = this.#composer();
    this.#build();
  }

  get name() {
    return this.room ?? "private";
  }

  #composer() {
    return new Composer({
      room: this.room,
      label: this.room ? _("Message to the coaches' room") : _("Message in your private chat"),
      placeholder: this.room ? _("Write to the room") : _("Write to Whistle"),
      draftKey: `whistle-draft-${this.#me.id}-${this.name}`,
      send: (words) => this.say(words),
    });
  }

  #build() {
    const who = this.room ? _("Everyone on staff reads along") : _("Only you and Whistle");
    this.element = el(
      "section",
      { class: "pane", id: `pane-${this.name}`, "aria-label": this.title, data: { testid: `pane-${this.name}`, room: this.name } },
      el(
        "header",
        { class: "pane-head" },
        el("span", { class: "mark", "aria-hidden": "true" }, icon(this.room ? "people" : "lock")),
        el("div", {}, el("h2", {}, this.title), el("p", {}, who)),
      ),
      this.log.element,
      this.#started,
      this.composer.element,
    );
    acceptDrops(this.element, (files) => this.composer.attachments.add(files));
  }

  /** Shows a conversation from its newest page; null is the current one. */
  async open(sessionId) {
    const keepPending = this.#opening > 0 && sessionId === this.sessionId;
    this.sessionId = sessionId;
    this.#opening += 1;
    const mine = this.#opening;
    this.log.clear({ keepPending });
    this.element.setAttribute("aria-busy", "true");
    try {
      const entries = await history({ room: this.room, sessionId, limit: PAGE });
      if (mine === this.#opening) this.#fill(entries);
    } catch (problem) {
      toast(_("This chat could not be loaded. {reason}", { reason: problem.message }), "problem");
    }
    if (mine !== this.#opening) return;
    this.element.removeAttribute("aria-busy");
    this.#suggest();
  }

  async #earlier(before) {
    try {
      this.#fill(await history({ room: this.room, sessionId: this.sessionId, before, limit: PAGE }));
    } catch (problem) {
      toast(_("Earlier messages could not be loaded. {reason}", { reason: problem.message }), "problem");
    }
  }

  #fill(entries) {
    this.log.fill(entries);
    this.log.mayHaveEarlier(entries.length >= PAGE);
  }

  /** An entry of this pane's conversation from the live stream; true if it shows something new. */
  receive(entry) {
    const isNew = this.log.add(entry);
    this.#suggest();
    return isNew && !entry.author.mine;
  }

  say({ text, replyTo = null, attachments = [] }) {
    const words = { message: text };
    if (this.room) words.room = this.room;
    else if (this.sessionId !== null) words.sessionId = this.sessionId;
    if (replyTo) words.replyTo = replyTo;
    if (attachments.length) words.attachments = attachments.map(({ id }) => id);
    this.turns.send(words, attachments.map(({ name }) => name));
    this.#suggest();
  }

  setOnline(online) {
    this.composer.setOnline(online);
    if (!online) this.turns.typing(false);
  }

  #suggest() {
    const shape = this.log.empty ? "large" : "chips";
    if (this.#started.dataset.shape === shape) return;
    this.#started.dataset.shape = shape;
    this.element.dataset.empty = this.log.empty ? "yes" : "no";
    const say = (text) => this.composer.say(text);
    if (!this.#prompts.length && !this.log.empty) this.#started.replaceChildren();
    else this.#started.replaceChildren(this.log.empty ? largePrompts(this.#prompts, this.#greeting(), say) : promptChips(this.#prompts, say));
  }

  #greeting() {
    const first = this.#me.name.split(" ")[0];
    if (this.room) return { title: this.title, text: _("Run the day together: classes, bookings, people. Say it or tap it.") };
    return { title: _("Hi {name}", { name: first }), text: _("Ask me anything about training and {gym}, or start here.", { gym: this.#me.gym }) };
  }
}
