/** Builds DOM nodes in which data can only ever become text. */

/** `el("p", {class: "note", data: {kind: "x"}, on: {click: f}, hidden: true}, "words", node)` */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProperty(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function setProperty(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "data") Object.assign(node.dataset, value);
  else if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
  else if (name === "class") node.className = value;
  else node.setAttribute(name, value === true ? "" : String(value));
}

const SVG = "http://www.w3.org/2000/svg";

/** The same for SVG, attributes only. */
export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** Words for screen readers only. */
export function unseen(words) {
  return el("span", { class: "unseen" }, words);
}

/** A label as part of a test hook: "Cancel class!" becomes "cancel-class". */
export function slug(label) {
  return label.toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "");
}

/** The address if it stays on this server (or is a picture in a data address), else null. */
export function ownAddress(url, { pictures = false } = {}) {
  if (pictures && /^data:image\/(png|jpeg|gif|webp);base64,/i.test(url)) return url;
  try {
    const address = new URL(url, location.origin);
    return address.origin === location.origin && /^https?:$/.test(address.protocol) ? address.href : null;
  } catch {
    return null;
  }
}

/** Up to two initials of a name. */
export function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0]?.[0] ?? "?";
  const last = words.length > 1 ? words[words.length - 1][0] : "";
  return (first + last).toUpperCase();
}
