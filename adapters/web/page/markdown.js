/** Turns the small Markdown that messages use into DOM nodes, never into markup. */

import { el, ownAddress } from "./dom.js";

const BULLET = /^\s*[-*•]\s+(.*)$/;
const NUMBER = /^\s*(\d{1,3})[.)]\s+(.*)$/;
const HEADING = /^#{1,6}\s+(.*)$/;
const FENCE = /^```/;
const INLINE = /`([^`]+)`|\*\*(.+?)\*\*|(?<![\w*])\*(?!\s)([^*]+?)(?<!\s)\*(?![\w*])|(?<!\w)_(?!\s)([^_]+?)(?<!\s)_(?!\w)|~~(.+?)~~|\[([^\]\n]+)\]\(([^()\s]+)\)|(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])|\\([\\`*_~[\]()#.!-])/;

/** The blocks of a text: paragraphs, lists, headings, code. */
export function markdown(text) {
  const lines = text.replace(/\r\n?/g, "\n").split("\n");
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = readBlock(lines, at);
    if (block) blocks.push(block);
    at = next;
  }
  return blocks;
}

function readBlock(lines, at) {
  const line = lines[at];
  if (!line.trim()) return [null, at + 1];
  if (FENCE.test(line)) return readCode(lines, at + 1);
  if (BULLET.test(line)) return readList(lines, at, "ul", BULLET, 1);
  if (NUMBER.test(line)) return readList(lines, at, "ol", NUMBER, 2);
  const heading = HEADING.exec(line);
  if (heading) return [el("p", { class: "heading" }, ...inline(heading[1])), at + 1];
  return readParagraph(lines, at);
}

function readCode(lines, start) {
  let end = start;
  while (end < lines.length && !FENCE.test(lines[end])) end += 1;
  return [el("pre", { tabindex: "0" }, el("code", {}, lines.slice(start, end).join("\n"))), end + 1];
}

function readList(lines, start, tag, pattern, group) {
  const list = el(tag);
  if (tag === "ol") list.start = Number(NUMBER.exec(lines[start])[1]);
  let at = start;
  for (let match; at < lines.length && (match = pattern.exec(lines[at])); at += 1) {
    list.append(el("li", {}, ...inline(match[group])));
  }
  return [list, at];
}

function readParagraph(lines, start) {
  const paragraph = el("p");
  let at = start;
  while (at < lines.length && isProse(lines[at])) {
    if (at > start) paragraph.append(el("br"));
    paragraph.append(...inline(lines[at]));
    at += 1;
  }
  return [paragraph, at];
}

function isProse(line) {
  return line.trim() && ![FENCE, BULLET, NUMBER, HEADING].some((start) => start.test(line));
}

function inline(text) {
  const nodes = [];
  let rest = text;
  for (let match; (match = INLINE.exec(rest)); rest = rest.slice(match.index + match[0].length)) {
    if (match.index) nodes.push(document.createTextNode(rest.slice(0, match.index)));
    nodes.push(inlineNode(match));
  }
  if (rest) nodes.push(document.createTextNode(rest));
  return nodes;
}

function inlineNode([whole, code, bold, starred, underscored, struck, label, target, address, escaped]) {
  if (code) return el("code", {}, code);
  if (bold) return el("strong", {}, ...inline(bold));
  if (starred || underscored) return el("em", {}, ...inline(starred ?? underscored));
  if (struck) return el("s", {}, ...inline(struck));
  if (label) return link(label, target);
  if (address) return link(address, address);
  return document.createTextNode(escaped ?? whole);
}

/** A link to this server can be followed; another address is only shown, so that it can be read before it is copied. */
function link(label, target) {
  const own = ownAddress(target);
  if (own) return el("a", { href: own }, label);
  const shown = label === target || !/^https?:\/\//i.test(target) ? label : `${label} (${target})`;
  return el("span", { class: "address" }, shown);
}
