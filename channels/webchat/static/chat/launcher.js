/** The floating button, with the number of messages that were not read yet. */

import { h, portrait } from "./dom.js";

export class Launcher {
  element;
  /** To stand beside the button: it says news when the button cannot. */
  news = h("span", { class: "unseen", role: "status" });
  #name = h("span", { class: "unseen" });
  #badge = h("span", { class: "count", "aria-hidden": "true", hidden: true });

  /** @param {() => void} open */
  constructor(open) {
    const invitation = h(
      "span",
      { class: "invitation", "aria-hidden": "true" },
      "Fale com a Clara",
    );
    this.element = h(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", click: open },
      portrait(),
      invitation,
      this.#name,
      this.#badge,
    );
    this.count(0);
  }

  /** @param {number} unread */
  count(unread) {
    const messages = unread === 1 ? "1 mensagem nova" : `${unread} mensagens novas`;
    this.#badge.hidden = unread === 0;
    this.#badge.textContent = unread > 9 ? "9+" : String(unread);
    this.news.textContent = unread ? messages : "";
    this.#name.textContent = unread ? `Fale com a Clara, ${messages}` : "Fale com a Clara";
  }

  /** @param {boolean} open */
  opened(open) {
    this.element.hidden = open;
  }
}
