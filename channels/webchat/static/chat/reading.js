/**
 * Keeps the reader's place: follows the conversation at its end, and otherwise leaves the page
 * where it is and says that there is more below.
 */

import { h, icon } from "./dom.js";

const NEAR_END = 48;

export class Reading {
  element;
  #log;
  #atEnd = true;
  /** Where we, or the reader, last scrolled to. */
  #placed = 0;

  /** @param {HTMLElement} log  what scrolls @param {HTMLElement} content  what is in it */
  constructor(log, content) {
    this.#log = log;
    this.element = h(
      "button",
      { type: "button", class: "more-below", hidden: true, click: () => this.#jump() },
      icon("down"),
      h("span", {}, "Novas mensagens"),
    );
    log.addEventListener("scroll", () => this.look(), { passive: true });
    // Images that load and keyboards that open must not push the end out of sight.
    const observer = new ResizeObserver(() => this.#atEnd && this.toEnd());
    observer.observe(log);
    observer.observe(content);
  }

  /** Goes to the end. */
  toEnd() {
    this.#atEnd = true;
    this.element.hidden = true;
    this.#place(this.#log.scrollHeight);
  }

  /** To be called before anything is added: the reader may have moved since the last frame. */
  look() {
    // Where we put them, something may have grown since, which is no move of theirs.
    if (this.#log.scrollTop === this.#placed) return;
    this.#placed = this.#log.scrollTop;
    this.#atEnd = this.#isAtEnd();
    if (this.#atEnd) this.element.hidden = true;
  }

  /** @param {HTMLElement} first  the first of what has just come */
  arrived(first) {
    if (!this.#atEnd) {
      this.element.hidden = false;
      return;
    }
    const tall = this.#log.scrollHeight - first.offsetTop > this.#log.clientHeight;
    if (!tall) return this.toEnd();
    // Longer than the window: its beginning is to be read first.
    this.#atEnd = false;
    this.#place(first.offsetTop);
    this.element.hidden = this.#isAtEnd();
    return undefined;
  }

  #jump() {
    this.toEnd();
    this.#log.focus({ preventScroll: true });
  }

  #place(top) {
    this.#log.scrollTop = top;
    this.#placed = this.#log.scrollTop;
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    return scrollHeight - scrollTop - clientHeight < NEAR_END;
  }
}
