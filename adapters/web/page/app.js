/** Starts the page: who is here, their panes, and where each thing of the live stream belongs. */

import * as api from "./api.js";
import { Presses } from "./buttons.js";
import { GymClock } from "./clock.js";
import { el } from "./dom.js";
import { Events } from "./events.js";
import { Layout } from "./layout.js";
import { Pane } from "./pane.js";
import { Sidebar } from "./sidebar.js";
import { toast } from "./toast.js";
import { openUsage } from "./usage.js";
import { _, speak } from "./words.js";

const HAS_KEYBOARD = matchMedia("(pointer: fine)");
const OFFLINE_SHOWN_AFTER_MS = 1200;

class App {
  #me;
  #panes;
  #privatePane;
  #sidebar;
  #layout;
  #currentSession = null;
  #offlineTimer = null;

  constructor(me) {
    this.#me = me;
    const clock = new GymClock(me.zone, me.now);
    const presses = new Presses((turn, entry) => this.#pressed(turn, entry));
    this.#panes = me.rooms.map(({ id, title }) => new Pane({ room: id, title, me, clock, press: presses.press, after: (turn) => this.#after(id, turn) }));
    this.#privatePane = this.#panes.find(({ room }) => room === null);
    this.#sidebar = new Sidebar({ me, clock, act: { open: (id) => this.#openChat(id), usage: openUsage } });
  }

  async start() {
    document.getElementById("shell").prepend(this.#sidebar.element);
    document.getElementById("panes").replaceChildren(...this.#panes.map(({ element }) => element));
    document.getElementById("topbar-gym").textContent = this.#me.gym;
    this.#layout = new Layout(this.#panes, this.#sidebar.element);
    this.#currentSession = await this.#sidebar.refresh();
    this.#listen();
    await this.#load(this.#currentSession);
    this.#readyToWrite();
  }

  #listen() {
    new Events({
      entry: (entry) => this.#receive(entry),
      typing: ({ room, on }) => this.#pane(room)?.turns.typing(on),
      state: (state) => this.#connection(state),
      gap: () => this.#load(this.#privatePane.sessionId),
    }).open();
  }

  #pane(room) {
    return this.#panes.find((pane) => pane.room === (room ?? null));
  }

  async #load(sessionId) {
    this.#sidebar.show(sessionId);
    await Promise.all(this.#panes.map((pane) => pane.open(pane.room === null ? sessionId : null)));
  }

  async #openChat(sessionId) {
    this.#layout.closeDrawer();
    this.#layout.show("private");
    this.#sidebar.show(sessionId);
    await this.#privatePane.open(sessionId);
    this.#readyToWrite();
  }

  /** On a touch screen the focus would bring up the keyboard over what there is to read. */
  #readyToWrite() {
    if (HAS_KEYBOARD.matches) this.#privatePane.composer.focus();
  }

  #receive(entry) {
    const pane = this.#pane(entry.room);
    if (!pane) return;
    if (this.#isElsewhere(pane, entry)) this.#sayElsewhere(entry);
    else this.#show(pane, entry);
  }

  #show(pane, entry) {
    for (const other of this.#panes) if (other !== pane) other.log.takeOut(entry.message.id);
    if (pane.room === null) this.#nameSession(entry.sessionId ?? null);
    if (pane.receive(entry)) this.#layout.arrived(pane);
  }

  /** A first message makes the chat it is in. */
  #nameSession(id) {
    if (this.#privatePane.sessionId !== null || id === null) return;
    this.#privatePane.sessionId = id;
    this.#sidebar.show(id);
  }

  /** Another of the person's own chats than the one on the screen. */
  #isElsewhere(pane, entry) {
    if (pane.room !== null || entry.sessionId === null || entry.sessionId === undefined) return false;
    return pane.sessionId !== null && entry.sessionId !== pane.sessionId;
  }

  #sayElsewhere(entry) {
    if (entry.author.mine || entry.kind === "update") return;
    this.#sidebar.markUnread(entry.sessionId);
    if (entry.kind === "notice") toast(_("A notice came in another of your chats: the dot in the list shows which."));
    this.#sidebar.refresh();
  }

  /** After a turn the list has new titles and counts; words like "new chat" may have moved the person to another chat. */
  async #after(room, turn) {
    if (room !== null) return;
    const shown = this.#privatePane.sessionId;
    const wasCurrent = this.#currentSession;
    this.#currentSession = await this.#sidebar.refresh();
    this.#nameSession(turn.sessionId);
    if (shown !== null && shown === this.#privatePane.sessionId && shown === wasCurrent && this.#currentSession !== null && this.#currentSession !== shown) {
      await this.#openChat(this.#currentSession);
    }
  }

  #pressed(turn, entryNode) {
    const pane = this.#panes.find(({ element }) => element.contains(entryNode));
    if (!pane) return;
    for (const message of turn.messages) pane.turns.show(message, pane.room);
    this.#after(pane.room, turn);
  }

  #connection(state) {
    const show = (online) => {
      document.getElementById("offline").hidden = online;
      for (const pane of this.#panes) pane.setOnline(online);
    };
    if (state === "online") {
      clearTimeout(this.#offlineTimer);
      this.#offlineTimer = null;
      show(true);
    } else {
      // Every failed try says so again; the first one counts.
      this.#offlineTimer ??= setTimeout(() => show(false), OFFLINE_SHOWN_AFTER_MS);
    }
  }
}

async function start() {
  try {
    const me = await api.me();
    await speak(me.language);
    await new App(me).start();
  } catch (problem) {
    const again = el("button", { type: "button", class: "plain" }, _("Try again"));
    again.addEventListener("click", () => location.reload());
    document.getElementById("panes").replaceChildren(el("div", { class: "welcome", role: "alert" }, el("h2", {}, _("Whistle did not start")), el("p", {}, problem.message), again));
  }
  document.body.dataset.ready = "yes";
}

start();
