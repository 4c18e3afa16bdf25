/** The messages of the conversation, in order, each once. */

import { Bubble } from "./bubble.js";
import { h, portrait } from "./dom.js";
import { Reading } from "./reading.js";

export class Log {
  element;
  #content = h("div", { class: "content" });
  #log;
  #reading;
  #intro;
  #typing;
  #actions;
  /** @type {Map<string, Bubble>} by message_id */
  #bubbles = new Map();

  /**
   * @param {HTMLElement} intro  shown as long as nothing was said
   * @param {import("./bubble.js").Actions} actions
   */
  constructor(intro, actions) {
    this.#intro = intro;
    this.#actions = actions;
    this.#typing = typingIndicator();
    this.#log = h(
      "div",
      {
        class: "log",
        role: "log",
        "aria-live": "polite",
        "aria-relevant": "additions",
        "aria-label": "Mensagens",
        tabindex: 0,
      },
      h("div", { class: "pad" }, intro, this.#content, this.#typing),
    );
    this.#reading = new Reading(this.#log, this.#log.firstChild);
    this.element = h("div", { class: "reading" }, this.#log, this.#reading.element);
  }

  /**
   * @param {import("./types.js").Entry[]} entries
   * @param {boolean} replay  what was said long ago is not read out
   */
  show(entries, replay) {
    this.#reading.look();
    const added = entries.filter((entry) => !this.#bubbles.has(entry.message_id));
    if (replay) this.#log.setAttribute("aria-busy", "true");
    for (const entry of entries) this.#showEntry(entry);
    this.#arrange();
    if (replay) requestAnimationFrame(() => this.#log.removeAttribute("aria-busy"));
    if (added.length === 0) return;
    if (replay && added.length === this.#bubbles.size) this.#reading.toEnd();
    else this.#reading.arrived(this.#elementOf(added[0]));
  }

  /**
   * Shows what is waiting to be sent; of what waits no more, the server's entry follows.
   * @param {import("./types.js").Unsent[]} unsent
   * @param {boolean} online
   */
  showUnsent(unsent, online) {
    const waiting = new Map(unsent.map((one) => [one.message_id, one]));
    const added = unsent.filter((one) => !this.#bubbles.has(one.message_id));
    for (const one of added) this.#bubbles.set(one.message_id, Bubble.ofUnsent(one));
    for (const bubble of this.#bubbles.values()) {
      const one = waiting.get(bubble.messageId);
      if (one?.refusal) bubble.refused(one.refusal, () => this.#actions.retry(one.message_id));
      else if (one) bubble.waiting(online);
      else if (bubble.number === Infinity) bubble.sent();
    }
    this.#arrange();
    if (added.length > 0) this.#reading.toEnd();
  }

  /** @param {boolean} active */
  typing(active) {
    if (this.#typing.hidden !== active) return;
    this.#typing.hidden = !active;
  }

  /** Forgets all of it. */
  clear() {
    this.#bubbles.clear();
    this.#arrange();
    this.#reading.toEnd();
  }

  /** Puts the keyboard's focus on it, so that arrow keys scroll. */
  focus() {
    this.#log.focus({ preventScroll: true });
  }

  /** Goes to the end, e.g. when it becomes visible. */
  toEnd() {
    this.#reading.toEnd();
  }

  #elementOf({ message_id: id }) {
    return /** @type {Bubble} */ (this.#bubbles.get(id)).element;
  }

  #showEntry(entry) {
    const known = this.#bubbles.get(entry.message_id);
    if (known) known.confirm(entry);
    else this.#bubbles.set(entry.message_id, Bubble.ofEntry(entry, this.#actions));
  }

  #arrange() {
    // Sorting is stable: what has no number yet stays in the order it was written.
    const ordered = [...this.#bubbles.values()].sort((a, b) =>
      a.number === b.number ? 0 : a.number - b.number,
    );
    ordered.forEach((bubble, index) => {
      const reply = ordered.slice(index + 1).find(({ author }) => author === "customer");
      bubble.arrange(ordered[index - 1], ordered[index + 1], reply);
      const place = this.#content.children[index];
      // Moved only if it must be: screen readers read out again what is moved.
      if (place !== bubble.element) this.#content.insertBefore(bubble.element, place ?? null);
    });
    while (this.#content.children.length > ordered.length) this.#content.lastChild.remove();
    this.#intro.classList.toggle("begun", ordered.length > 0);
  }
}

function typingIndicator() {
  const dots = h("div", { class: "bubble dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  const words = h("span", { class: "unseen" }, "Clara está digitando…");
  return h(
    "div",
    { class: "item clara first typing", hidden: true },
    h("div", { class: "face" }, portrait()),
    h("div", { class: "body" }, words, dots),
  );
}
