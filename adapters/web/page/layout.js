/** Which pane and drawer are in view on a small screen, and what waits unread in the others. */

import { el, unseen } from "./dom.js";
import { _ } from "./words.js";

const TITLE = "Whistle";

export class Layout {
  #panes;
  #tabs = new Map();
  #drawer;
  #backdrop = document.getElementById("backdrop");
  #menu = document.getElementById("menu");
  #narrow = matchMedia("(max-width: 759px)");
  #drawerIsLoose = matchMedia("(max-width: 1119px)");
  #shown = "private";

  constructor(panes, drawer) {
    this.#panes = panes;
    this.#drawer = drawer;
    this.#buildTabs();
    this.#listen();
    this.show("private");
    this.closeDrawer();
  }

  #buildTabs() {
    const place = document.getElementById("tabs");
    place.hidden = this.#panes.length < 2;
    for (const pane of this.#panes) {
      const badge = el("span", { class: "badge", hidden: true, data: { testid: `badge-${pane.name}` } });
      const tab = el("button", { type: "button", "aria-controls": pane.element.id, data: { testid: `tab-${pane.name}` } }, el("span", {}, pane.title), badge);
      tab.addEventListener("click", () => this.show(pane.name));
      this.#tabs.set(pane.name, { tab, badge });
      place.append(tab);
    }
    document.body.dataset.panes = String(this.#panes.length);
  }

  #listen() {
    this.#menu.addEventListener("click", () => this.openDrawer());
    this.#backdrop.addEventListener("click", () => this.closeDrawer());
    this.#drawer.querySelector("[data-drawer=close]").addEventListener("click", () => this.closeDrawer());
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#drawerOpen() && this.closeDrawer());
    this.#drawerIsLoose.addEventListener("change", () => this.closeDrawer());
    this.#narrow.addEventListener("change", () => this.#settleUnread());
    document.addEventListener("visibilitychange", () => this.#settleUnread());
  }

  show(name) {
    this.#shown = name;
    document.body.dataset.shown = name;
    for (const [key, { tab }] of this.#tabs) tab.setAttribute("aria-pressed", String(key === name));
    this.#settleUnread();
    this.#panes.find((pane) => pane.name === name)?.log.toEnd();
  }

  /** Something new came into this pane. */
  arrived(pane) {
    if (!this.#inView(pane)) pane.unread += 1;
    this.#drawUnread();
  }

  #inView(pane) {
    return !document.hidden && (!this.#narrow.matches || pane.name === this.#shown);
  }

  #settleUnread() {
    for (const pane of this.#panes) if (this.#inView(pane)) pane.unread = 0;
    this.#drawUnread();
  }

  #drawUnread() {
    let all = 0;
    for (const pane of this.#panes) {
      const { badge } = this.#tabs.get(pane.name);
      all += pane.unread;
      badge.hidden = pane.unread === 0;
      badge.replaceChildren(pane.unread > 99 ? "99+" : String(pane.unread), unseen(` ${_("unread")}`));
    }
    document.title = all ? `(${all}) ${TITLE}` : TITLE;
  }

  #drawerOpen() {
    return document.body.dataset.drawer === "open";
  }

  openDrawer() {
    document.body.dataset.drawer = "open";
    this.#drawer.inert = false;
    this.#backdrop.hidden = false;
    document.getElementById("main").inert = true;
    this.#menu.setAttribute("aria-expanded", "true");
    this.#drawer.querySelector("[data-drawer=close]").focus();
  }

  closeDrawer() {
    const wasOpen = this.#drawerOpen();
    document.body.dataset.drawer = "closed";
    this.#drawer.inert = this.#drawerIsLoose.matches;
    this.#backdrop.hidden = true;
    document.getElementById("main").inert = false;
    this.#menu.setAttribute("aria-expanded", "false");
    if (wasOpen) this.#menu.focus();
  }
}
