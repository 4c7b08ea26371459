/** Follows one sent message from the person's own words to the end of the answer. */

import { newKey, say } from "./api.js";
import { toast } from "./toast.js";
import { _ } from "./words.js";

const NOT_SENT = 400;

export class Turns {
  #log;
  #clock;
  #bot;
  #me;
  #after;
  #underway = 0;
  #writing = null;
  #typingElsewhere = false;

  /** `after(turn)` gets each finished turn. */
  constructor({ log, clock, me, bot, after }) {
    this.#log = log;
    this.#clock = clock;
    this.#me = me;
    this.#bot = bot;
    this.#after = after;
  }

  /** The server's word that an answer is being made here, possibly to somebody else. */
  typing(on) {
    this.#typingElsewhere = on;
    this.#showTyping();
  }

  async send(words, files, key = newKey()) {
    const pending = this.#log.addPending(words.message, this.#me, files);
    this.#underway += 1;
    this.#showTyping();
    try {
      await this.#follow(words, key);
    } catch (problem) {
      this.#failed(problem, pending, () => this.send(words, files, problem.status === 0 ? key : newKey()));
    } finally {
      this.#underway -= 1;
      if (this.#writing === key) this.#stopWriting();
      this.#showTyping();
    }
  }

  async #follow(words, key) {
    let draft = "";
    for await (const { event, data } of say(words, key)) {
      if (event === "delta") this.#write(key, (draft += data.text));
      if (event === "message") {
        draft = "";
        this.#stopWriting();
        this.show(data, words.room ?? null);
      }
      if (event === "done") this.#done(data, words.room ?? null);
      if (event === "error") toast(data.error.message, "problem");
    }
  }

  #done(turn, room) {
    for (const message of turn.messages) this.show(message, room);
    if (turn.notice) toast(turn.notice);
    this.#after(turn);
  }

  /** A private answer asked for in a room belongs elsewhere: the live stream says where. */
  show(message, room) {
    if (!message.id || (message.private && room)) return;
    this.#log.addProvisional(message, this.#bot, this.#clock.now().toISOString());
  }

  /** Two quick messages may share one answer, so only one of them writes. */
  #write(key, text) {
    this.#writing ??= key;
    if (this.#writing !== key) return;
    this.#log.writeDraft(text);
    this.#log.showTyping(false);
  }

  #stopWriting() {
    this.#writing = null;
    this.#log.endDraft();
    this.#showTyping();
  }

  #showTyping() {
    this.#log.showTyping(this.#underway > 0 || this.#typingElsewhere);
  }

  #failed(problem, pending, again) {
    const told = problem.status >= NOT_SENT ? _("Not sent. {reason}", { reason: problem.message }) : _("{reason} It may not have been sent.", { reason: problem.message });
    this.#log.failPending(pending, told, again);
  }
}
