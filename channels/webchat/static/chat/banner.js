/** Says that there is no connection, unless it comes back at once. */

import { h, icon } from "./dom.js";

const WORDS = "Sem conexão. Suas mensagens serão enviadas quando a internet voltar.";
const BLINK_MS = 1_500;

export class Banner {
  element = h("p", { class: "banner", hidden: true }, icon("alert"), h("span", {}, WORDS));
  #announce;
  #timer = 0;

  /** @param {(words: string) => void} announce */
  constructor(announce) {
    this.#announce = announce;
  }

  /** @param {import("./types.js").ConnectionState} state */
  show(state) {
    if (state === "online") this.#hide();
    else if (state === "offline" && this.#timer === 0 && this.element.hidden)
      this.#timer = window.setTimeout(() => this.#appear(), BLINK_MS);
  }

  #appear() {
    this.#timer = 0;
    this.element.hidden = false;
    this.#announce(WORDS);
  }

  #hide() {
    window.clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.element.hidden) return;
    this.element.hidden = true;
    this.#announce("Conexão restabelecida.");
  }
}
