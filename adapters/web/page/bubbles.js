/** Draws one entry of a transcript: who said what and when, with all that a message can carry. */

import { buttonRows } from "./buttons.js";
import { card } from "./cards.js";
import { el, initials, ownAddress, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown.js";
import { receipts } from "./receipts.js";
import { _ } from "./words.js";

const LONG_TEXT = 1800;
const HUES = 6;

/** `context` is {clock, press(token, messageId, button), reply(entry)}. */
export function entryNode(entry, context) {
  const { author, message } = entry;
  return el(
    "li",
    {
      class: "entry",
      tabindex: "-1",
      // Who wrote it need not hear it.
      "aria-live": author.mine ? "off" : null,
      data: {
        testid: "entry",
        kind: entry.kind,
        messageId: String(message.id),
        author: author.kind,
        mine: author.mine ? "yes" : "no",
        private: message.private ? "yes" : "no",
      },
    },
    avatar(author),
    el("div", { class: "body" }, byline(entry, context.clock), ...content(entry, context)),
    replyButton(entry, context.reply),
  );
}

/** The bubble of an answer that is still being written. */
export function draftNode() {
  const bubble = el("div", { class: "bubble" });
  const node = el("div", { class: "entry", data: { author: "bot", mine: "no" } }, avatar({ kind: "bot", name: "" }), el("div", { class: "body" }, bubble));
  return { node, show: (text) => bubble.replaceChildren(...markdown(text)) };
}

export function avatar({ kind, name }) {
  if (kind === "bot") return el("span", { class: "avatar" }, el("img", { src: "/page/logo.svg", alt: "" }));
  const hue = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % HUES;
  return el("span", { class: "avatar", "aria-hidden": "true", data: { hue: String(hue) } }, initials(name));
}

function byline(entry, clock) {
  const { author, at, message } = entry;
  const name = author.mine ? _("You") : author.name;
  const when = at ? el("time", { datetime: at, title: clock.full(at) }, clock.short(at)) : el("span", { class: "when" }, _("sending…"));
  return el(
    "p",
    { class: "byline" },
    el("strong", {}, name),
    entry.kind === "notice" ? el("span", { class: "tag", data: { tag: "notice" } }, icon("megaphone"), _("Notice")) : null,
    message.private ? el("span", { class: "tag", data: { tag: "private" } }, icon("lock"), _("Only you see this")) : null,
    when,
  );
}

function content({ message, author }, { press }) {
  const dangerous = message.buttons.flat().some(({ style }) => style === "danger");
  return [
    bubble(message, author),
    ...message.cards.map((one) => card(one, { dangerous })),
    ...message.images.map(picture),
    ...message.files.map(file),
    buttonRows(message, press),
    receipts(message, press),
  ];
}

function bubble(message, author) {
  if (!message.text.trim()) return null;
  const words = author.kind === "bot" ? markdown(message.text) : [el("p", { class: "typed" }, message.text)];
  const node = el("div", { class: "bubble" }, ...words);
  if (message.text.length > LONG_TEXT) fold(node);
  return node;
}

function fold(bubbleNode) {
  const open = el("button", { type: "button", class: "bare unfold", "aria-expanded": "false" }, _("Show all"));
  bubbleNode.classList.add("folded");
  open.addEventListener("click", () => {
    const folded = bubbleNode.classList.toggle("folded");
    open.setAttribute("aria-expanded", String(!folded));
    open.textContent = folded ? _("Show all") : _("Show less");
  });
  bubbleNode.append(open);
}

function picture({ url, alt }) {
  const address = ownAddress(url, { pictures: true });
  if (!address) return el("p", { class: "missing" }, _("Picture: {alt}", { alt }));
  const image = el("img", { src: address, alt, loading: "lazy" });
  if (address.startsWith("data:")) return el("figure", { class: "picture" }, image);
  return el("figure", { class: "picture" }, el("a", { href: address, target: "_blank", rel: "noopener" }, image, unseen(` ${_("(opens the picture)")}`)));
}

function file({ url, name }) {
  const address = ownAddress(url);
  if (!address) return el("p", { class: "missing" }, _("File: {name}", { name }));
  return el("a", { class: "file", href: address, download: name }, icon("file"), el("span", {}, name));
}

function replyButton(entry, reply) {
  if (!entry.message.id || !entry.id) return null;
  const label = entry.author.mine ? _("Reply to your message") : _("Reply to {name}", { name: entry.author.name });
  const node = el("button", { type: "button", class: "bare reply", title: _("Reply"), "aria-label": label, data: { testid: "reply" } }, icon("reply"));
  node.addEventListener("click", () => reply(entry));
  return node;
}
