/**
 * Where the chat stands: in its place on our own page, or behind a floating button, in a window
 * beside the page's content, which on small screens fills the screen.
 */

import { h } from "./dom.js";
import { Launcher } from "./launcher.js";

const SMALL = "(max-width: 36em), (max-height: 30em)";
const WIDE = "(min-width: 60em)";

export class Shell {
  #root;
  #panel;
  #launcher;
  #listener;
  #small = window.matchMedia(SMALL);
  #wide = window.matchMedia(WIDE);
  #hasPlace;
  #dialog;
  /** A landmark, by which screen readers find the button on any page. */
  #floating;

  /**
   * @param {ShadowRoot} root
   * @param {HTMLElement} panel  the chat itself
   * @param {boolean} hasPlace  whether the page has a place for it, on wide screens
   * @param {{shown: () => void, launched: () => void}} listener
   *     what to do once it can be seen, and when the button was pressed
   */
  constructor(root, panel, hasPlace, listener) {
    this.#root = root;
    this.#panel = panel;
    this.#hasPlace = hasPlace;
    this.#listener = listener;
    this.#launcher = new Launcher(() => listener.launched());
    this.#dialog = h("dialog", {
      class: "window",
      "aria-labelledby": "title",
      keydown: (event) => this.#key(event),
      close: () => this.#closed(),
    });
    this.#floating = h(
      "section",
      { "aria-label": "Atendimento virtual" },
      this.#launcher.element,
      this.#launcher.news,
      this.#dialog,
    );
    this.#arrange();
    this.#wide.addEventListener("change", () => this.#arrange());
    this.#small.addEventListener("change", () => this.#resized());
    followKeyboard(this.#dialog);
  }

  /** Whether the customer can see it. */
  get isShown() {
    return (this.isDocked || this.#dialog.open) && !document.hidden;
  }

  get isDocked() {
    return this.#hasPlace && this.#wide.matches;
  }

  /** Shows it. */
  open() {
    if (this.isDocked) {
      this.#panel.scrollIntoView({ block: "nearest" });
    } else if (!this.#dialog.open) {
      if (this.#small.matches) this.#dialog.showModal();
      else this.#dialog.show();
      this.#launcher.opened(true);
    }
    this.#listener.shown();
  }

  close() {
    this.#dialog.close();
  }

  /** @param {number} unread */
  count(unread) {
    this.#launcher.count(this.isDocked || this.#dialog.open ? 0 : unread);
  }

  #arrange() {
    this.#root.host.toggleAttribute("docked", this.isDocked);
    if (this.isDocked) {
      if (this.#dialog.open) this.#dialog.close();
      this.#root.append(h("section", { class: "docked", "aria-labelledby": "title" }, this.#panel));
      this.#floating.remove();
      this.#listener.shown();
    } else {
      this.#dialog.append(this.#panel);
      this.#root.querySelector(".docked")?.remove();
      this.#root.append(this.#floating);
      this.#launcher.opened(this.#dialog.open);
    }
  }

  /** A window that fills the screen keeps the focus in it; one beside the page must not. */
  #resized() {
    if (!this.#dialog.open) return;
    const focused = /** @type {HTMLElement | null} */ (this.#root.activeElement);
    this.#dialog.close();
    this.open();
    focused?.focus();
  }

  #closed() {
    if (this.#dialog.open || this.isDocked) return; // it has moved, not gone
    this.#launcher.opened(false);
    // Where the focus came from may be gone by now, or be the button that was hidden meanwhile.
    const lost = [document.body, this.#root.host, null].includes(
      /** @type {HTMLElement} */ (document.activeElement),
    );
    if (lost) this.#launcher.element.focus();
  }

  #key(event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

/** Phones lay their keyboard over the page; the window must end above it. */
function followKeyboard(dialog) {
  const viewport = window.visualViewport;
  if (!viewport) return;
  const fit = () => {
    if (viewport.scale !== 1) return; // zoomed in by hand, not by us to follow
    dialog.style.setProperty("--visible-height", `${viewport.height}px`);
    dialog.style.setProperty("--visible-top", `${viewport.offsetTop}px`);
  };
  viewport.addEventListener("resize", fit);
  viewport.addEventListener("scroll", fit);
}
