import { safeAddress, splitAtAddresses } from "../addresses.js";
import { h, icon } from "../dom.js";

/** @param {string} text  line breaks are kept, addresses become links */
export function textPart(text) {
  const pieces = splitAtAddresses(text).map(({ text: words, url }) =>
    url ? anchor(url, words) : unbroken(words),
  );
  return h("p", { class: "text" }, ...pieces);
}

/** @param {import("../types.js").Link} link */
export function linkPart({ title, url }) {
  const address = safeAddress(url);
  if (!address) return h("p", { class: "text" }, title);
  return anchor(address, title || address, "link", icon("external"));
}

/** An amount stays on one line. */
function unbroken(words) {
  return words.replaceAll("R$ ", "R$\u00a0");
}

/** @param {string} href @param {string} words @param {string} [className] @param {Node | null} [decoration] */
function anchor(href, words, className = "", decoration = null) {
  const attributes = {
    href,
    target: "_blank",
    rel: "noopener noreferrer",
    class: className || null,
  };
  return h(
    "a",
    attributes,
    words,
    h("span", { class: "unseen" }, " (abre em outra janela)"),
    decoration,
  );
}
