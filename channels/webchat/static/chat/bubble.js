/** One message on the screen: of Clara, or of the customer, sent or not yet. */

import { h, icon, portrait } from "./dom.js";
import { attachmentPart } from "./parts/attachment.js";
import { choicesPart } from "./parts/choices.js";
import { copyablePart } from "./parts/copyable.js";
import { linkPart, textPart } from "./parts/text.js";
import { dayKey, dayName, timeOf } from "./times.js";

/**
 * What bubbles do for the customer.
 * @typedef {object} Actions
 * @property {(choice: import("./types.js").Choice, byKeyboard: boolean) => void} pick
 * @property {(messageId: string) => void} retry
 * @property {(words: string) => void} announce
 * @property {import("./parts/attachment.js").Links} links
 */

export class Bubble {
  /** Place in the conversation; what is not sent yet comes after everything else. */
  number = Infinity;
  #at = new Date();
  #status = h("p", { class: "status" });
  #day = h("p", { class: "day", hidden: true });
  /** @type {{close: (picked: string | null) => void} | null} */
  #choices = null;
  #text = "";
  /** Whether there is nothing to say of it but the time. */
  #settled = false;
  /** @type {((url: string) => void)[]} */
  #renewals = [];

  /**
   * @param {"customer" | "clara"} author
   * @param {string} messageId
   */
  constructor(author, messageId) {
    this.author = author;
    this.messageId = messageId;
    this.element = h("div", { class: `item ${author}`, "data-message-id": messageId });
  }

  /**
   * @param {import("./types.js").Entry} entry
   * @param {Actions} actions
   */
  static ofEntry(entry, actions) {
    const bubble = new Bubble(entry.author, entry.message_id);
    bubble.#fill(entry.text, bubble.#parts(entry, actions));
    bubble.confirm(entry);
    return bubble;
  }

  /** @param {import("./types.js").Unsent} unsent */
  static ofUnsent({ message_id: id, text, at }) {
    const bubble = new Bubble("customer", id);
    bubble.#at = new Date(at);
    bubble.#fill(text, []);
    return bubble;
  }

  /**
   * The server knows it, here is its place and fresh links.
   * @param {import("./types.js").Entry} entry
   */
  confirm(entry) {
    this.number = entry.number;
    this.#at = new Date(entry.at);
    this.#showStatus([timeOf(this.#at)], "settled");
    entry.attachments.forEach(({ url }, index) => this.#renewals[index]?.(url));
  }

  /** The server has it, and its place will follow. */
  sent() {
    this.#showStatus([timeOf(this.#at)], "settled");
  }

  /** @param {boolean} online */
  waiting(online) {
    this.#showStatus([online ? "Enviando…" : "Aguardando conexão"]);
  }

  /** @param {string} why @param {() => void} retry */
  refused(why, retry) {
    const button = h(
      "button",
      { type: "button", class: "retry", click: retry },
      icon("retry"),
      "Tentar de novo",
    );
    this.#showStatus([h("span", { class: "problem" }, why), button], "refused");
  }

  /**
   * Shows it beside its neighbours.
   * @param {Bubble | undefined} previous
   * @param {Bubble | undefined} next
   * @param {Bubble | undefined} reply  what the customer said next
   */
  arrange(previous, next, reply) {
    const newDay = !previous || dayKey(previous.#at) !== dayKey(this.#at);
    this.#day.hidden = !newDay;
    if (newDay) this.#day.textContent = dayName(this.#at);
    this.element.classList.toggle("first", newDay || previous?.author !== this.author);
    this.#status.hidden =
      this.#settled && next?.author === this.author && timeOf(next.#at) === timeOf(this.#at);
    // Until then there is something to pick, whatever else Clara may say meanwhile.
    if (reply) this.#choices?.close(reply.#text);
  }

  #fill(text, parts) {
    this.#text = text;
    const author = h(
      "span",
      { class: "unseen" },
      this.author === "clara" ? "Clara disse: " : "Você disse: ",
    );
    const words = text ? [h("div", { class: "bubble" }, textPart(text))] : [];
    const face = this.author === "clara" ? [h("div", { class: "face" }, portrait())] : [];
    const body = h("div", { class: "body" }, author, ...words, ...parts, this.#status);
    this.element.append(this.#day, ...face, body);
  }

  #parts(entry, { pick, announce, links }) {
    const parts = entry.copyables.map((copyable) => copyablePart(copyable, announce));
    for (const attachment of entry.attachments) {
      const { element, renew } = attachmentPart(attachment, links, announce);
      parts.push(element);
      this.#renewals.push(renew);
    }
    parts.push(...entry.links.map(linkPart));
    if (entry.choices.length > 0) {
      const choices = choicesPart(entry.choices, pick);
      this.#choices = choices;
      parts.push(choices.element);
    }
    return parts;
  }

  #showStatus(children, state = "") {
    this.#settled = state === "settled";
    this.#status.className = `status ${state}`;
    const words = h("p", {}, ...children);
    // What stays the same stays in place, and with it the keyboard's focus.
    if (this.#status.textContent !== words.textContent)
      this.#status.replaceChildren(...words.childNodes);
  }
}
