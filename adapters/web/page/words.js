/** The page's own words in the language of whoever is signed in: English as written, or what the catalogue has for it. */

let catalogue = {};
let language = "en";

/** `_("Not sent. {reason}", { reason })` */
export function _(words, values = {}) {
  const said = catalogue[words] ?? words;
  return said.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Words that are looked up later, where they are used. */
export const marked = (words) => words;

/** What dates and numbers are written in; English days come before their months. */
export const locale = () => (language === "en" ? "en-GB" : language);

/** Speak a language from here on. Without a catalogue the page stays English. */
export async function speak(code) {
  if (!code || code === "en") return;
  const answer = await fetch(`/page/words/${encodeURIComponent(code)}.json`).catch(() => null);
  if (!answer?.ok) return;
  catalogue = await answer.json();
  language = code;
  document.documentElement.lang = code;
  for (const node of document.querySelectorAll("[data-say=text]")) node.textContent = _(node.textContent);
  for (const node of document.querySelectorAll("[data-say=label]")) node.setAttribute("aria-label", _(node.getAttribute("aria-label")));
}

// What stands in index.html.
marked("Skip to the chat");
marked("Offline, reconnecting…");
marked("Chats and settings");
marked("Rooms");
