/** Says moments in the gym's own zone, with the weekday when it is not today. */

import { locale } from "./words.js";

export class GymClock {
  #zone;
  #ahead;

  /** `serverNow` is the gym's moment as the page is loaded: a demo gym may live on another day than the browser. */
  constructor(zone, serverNow) {
    this.#zone = zone;
    this.#ahead = serverNow ? Date.parse(serverNow) - Date.now() : 0;
  }

  now() {
    return new Date(Date.now() + this.#ahead);
  }

  /** "18:04", "Fri 18:04" within the week, "Fri 6 Nov, 18:04" before. */
  short(moment, now = this.now()) {
    const date = new Date(moment);
    const time = this.#say(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const days = this.#dayNumber(now) - this.#dayNumber(date);
    if (days === 0) return time;
    if (days > 0 && days < 7) return `${this.#say(date, { weekday: "short" })} ${time}`;
    return `${this.#say(date, { weekday: "short", day: "numeric", month: "short" })}, ${time}`;
  }

  /** Everything: weekday, date, time and zone. */
  full(moment) {
    const words = { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit" };
    return `${this.#say(new Date(moment), { ...words, hourCycle: "h23" })} (${this.#zone})`;
  }

  #dayNumber(date) {
    const day = new Intl.DateTimeFormat("en-CA", { timeZone: this.#zone }).format(date);
    return Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
  }

  #say(date, words) {
    return new Intl.DateTimeFormat(locale(), { timeZone: this.#zone, ...words }).format(date);
  }
}
