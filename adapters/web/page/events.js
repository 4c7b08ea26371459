/** The live stream of everything that reaches this person, kept open across cuts and restarts. */

import { me } from "./api.js";

const RETRY_MS = [500, 1000, 2000, 4000, 8000];

/** Calls `on.entry(entry)`, `on.typing({room, on})`, `on.state("online" | "offline")` and `on.gap()`.
 *
 * The browser resumes a cut stream with Last-Event-ID. A stream that it gave up is opened anew, and then
 * `on.gap` says that history has to be read again. */
export class Events {
  #on;
  #source = null;
  #failures = 0;
  #gap = false;

  constructor(on) {
    this.#on = on;
    addEventListener("online", () => this.#reopen());
    addEventListener("offline", () => on.state("offline"));
    addEventListener("pagehide", () => this.#source?.close());
    addEventListener("pageshow", (event) => event.persisted && this.#reopen());
  }

  open() {
    const source = new EventSource("/agent/events");
    this.#source = source;
    source.addEventListener("open", () => this.#opened());
    source.addEventListener("error", () => this.#failed(source));
    source.addEventListener("entry", (event) => this.#on.entry(JSON.parse(event.data)));
    source.addEventListener("typing", (event) => this.#on.typing(JSON.parse(event.data)));
  }

  #opened() {
    this.#failures = 0;
    this.#on.state("online");
    if (this.#gap) this.#on.gap();
    this.#gap = false;
  }

  #failed(source) {
    if (source !== this.#source) return;
    this.#on.state("offline");
    if (source.readyState !== EventSource.CLOSED) return;
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
    this.#failures += 1;
    setTimeout(() => this.#tryAgain(source), wait);
  }

  /** Asking who we are first turns a lost sign-in into the signed-out page instead of endless tries. */
  async #tryAgain(source) {
    if (source !== this.#source) return;
    await me().then(() => this.#reopen(), () => this.#failed(source));
  }

  #reopen() {
    this.#source?.close();
    this.#gap = true;
    this.open();
  }
}
