/** Files on their way into a message: each is uploaded at once and can be taken off again. */

import { uploadFile } from "./api.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { toast } from "./toast.js";
import { _ } from "./words.js";

export class Attachments {
  #files = new Set(); // {name, id: number or string once uploaded, node}
  #changed;

  constructor(changed) {
    this.#changed = changed;
    this.element = el("ul", { class: "attachments", "aria-label": _("Attached files") });
    this.input = el("input", { type: "file", multiple: true, hidden: true, tabindex: "-1", "aria-label": _("Choose files"), data: { testid: "attach-input" } });
    this.button = el("button", { type: "button", class: "bare attach", "aria-label": _("Attach files"), title: _("Attach files"), data: { testid: "attach" } }, icon("attach"));
    this.button.addEventListener("click", () => this.input.click());
    this.input.addEventListener("change", () => {
      this.add(this.input.files);
      this.input.value = "";
    });
  }

  get busy() {
    return [...this.#files].some(({ id }) => id === null);
  }

  get count() {
    return this.#files.size;
  }

  add(files) {
    for (const file of files) this.#upload(file);
  }

  /** Hands over what is attached and starts afresh. */
  take() {
    const taken = [...this.#files].map(({ id, name }) => ({ id, name }));
    this.#files.clear();
    this.element.replaceChildren();
    return taken;
  }

  async #upload(file) {
    const held = { name: file.name, id: null, node: this.#node(file.name) };
    held.node.querySelector("button").addEventListener("click", () => this.#drop(held));
    this.#files.add(held);
    this.element.append(held.node);
    this.#changed();
    try {
      held.id = await uploadFile(file);
      held.node.dataset.state = "ready";
    } catch (problem) {
      this.#drop(held);
      toast(_("{name} was not attached. {reason}", { name: file.name, reason: problem.message }), "problem");
    }
    this.#changed();
  }

  #node(name) {
    const remove = el("button", { type: "button", class: "bare", "aria-label": _("Take off {name}", { name }) }, icon("cross"));
    return el("li", { data: { testid: "attachment", state: "busy" } }, icon("file"), el("span", {}, name), remove);
  }

  #drop(held) {
    this.#files.delete(held);
    held.node.remove();
    this.#changed();
  }
}

/** Lets files be dropped anywhere on the surface. */
export function acceptDrops(surface, add) {
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  surface.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    surface.dataset.drop = "yes";
  });
  surface.addEventListener("dragleave", (event) => !surface.contains(event.relatedTarget) && delete surface.dataset.drop);
  surface.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    delete surface.dataset.drop;
    add(event.dataTransfer.files);
  });
}
