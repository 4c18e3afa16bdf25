/** Says to screen readers what others see happen. */

import { h } from "./dom.js";

export class Announcer {
  element = h("p", { class: "unseen", role: "status" });

  /** @param {string} text */
  say(text) {
    // The same words twice in a row are said twice only if the region was empty in between.
    this.element.textContent = "";
    requestAnimationFrame(() => {
      this.element.textContent = text;
    });
  }
}
