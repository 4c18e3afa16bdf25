/** Where the customer writes. */

import { h, icon } from "./dom.js";

const COUNT_FROM = 0.9; // of the longest text
const NUMBERS = new Intl.NumberFormat("pt-BR");

export class Composer {
  element;
  #text;
  #counter = h("p", { class: "counter", id: "counter", hidden: true });
  #maxLength;
  #send;
  #announce;

  /**
   * @param {number} maxLength
   * @param {(text: string) => void} send
   * @param {(words: string) => void} announce
   */
  constructor(maxLength, send, announce) {
    this.#maxLength = maxLength;
    this.#send = send;
    this.#announce = announce;
    this.#text = h("textarea", {
      id: "message",
      rows: 1,
      placeholder: "Escreva sua mensagem",
      enterkeyhint: "send",
      autocomplete: "off",
      "aria-describedby": "counter",
      input: () => this.#changed(),
      keydown: (event) => this.#key(event),
    });
    const button = h(
      "button",
      { type: "submit", class: "send", "aria-label": "Enviar mensagem" },
      icon("send"),
    );
    const label = h("label", { for: "message", class: "unseen" }, "Sua mensagem");
    const field = h("div", { class: "field" }, label, this.#text, button);
    this.element = h(
      "form",
      { class: "composer", submit: (event) => this.#submit(event) },
      this.#counter,
      field,
    );
  }

  /** Puts the cursor into it. */
  focus() {
    this.#text.focus({ preventScroll: true });
  }

  get #length() {
    return [...this.#text.value.trim()].length; // characters as the server counts them
  }

  #key(event) {
    const chord = event.shiftKey || event.ctrlKey || event.altKey || event.metaKey;
    // While an accent or a word is being composed, Enter belongs to the keyboard.
    if (event.key === "Enter" && !chord && !event.isComposing) this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    const text = this.#text.value.trim();
    if (this.#length > this.#maxLength) return this.#announce(this.#tooLong());
    if (text) {
      this.#text.value = "";
      this.#changed();
      this.#send(text);
    }
    return this.focus();
  }

  #changed() {
    const length = this.#length;
    const over = length > this.#maxLength;
    const wasOver = this.#text.getAttribute("aria-invalid") === "true";
    this.#counter.hidden = length < this.#maxLength * COUNT_FROM;
    this.#counter.textContent = over
      ? this.#tooLong()
      : `${NUMBERS.format(length)} de ${NUMBERS.format(this.#maxLength)} caracteres`;
    this.#text.setAttribute("aria-invalid", String(over));
    if (over && !wasOver) this.#announce(this.#tooLong());
    this.#fit();
  }

  #tooLong() {
    const surplus = this.#length - this.#maxLength;
    return `Passou ${NUMBERS.format(surplus)} ${surplus === 1 ? "caractere" : "caracteres"} do limite. Encurte um pouco, por favor.`;
  }

  #fit() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
  }
}
