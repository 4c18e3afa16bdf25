/** The panel's head: who answers, whether there is a connection, and what else can be done. */

import { h, icon, portrait } from "./dom.js";

const STATES = { connecting: "Conectando…", online: "Assistente virtual", offline: "Sem conexão" };

export class Header {
  element;
  #state = h("span", {}, STATES.connecting);

  /**
   * @param {string} title
   * @param {{startOver: () => void, close: () => void}} actions
   */
  constructor(title, { startOver, close }) {
    const name = h("h2", { class: "name", id: "title" }, title);
    const state = h(
      "p",
      { class: "state" },
      h("i", { class: "light", "aria-hidden": "true" }),
      this.#state,
    );
    this.element = h(
      "header",
      { class: "header", "data-state": "connecting" },
      h("div", { class: "face" }, portrait()),
      h("div", { class: "who" }, name, state),
      h(
        "button",
        { type: "button", class: "bare start-over", title: "Nova conversa", click: startOver },
        icon("plus"),
        h("span", {}, "Nova conversa"),
      ),
      h(
        "button",
        { type: "button", class: "bare close", "aria-label": "Fechar conversa", click: close },
        icon("close"),
      ),
    );
  }

  /** @param {import("./types.js").ConnectionState} state */
  show(state) {
    this.element.dataset.state = state;
    this.#state.textContent = STATES[state];
  }
}
