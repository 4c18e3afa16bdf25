import { h } from "./dom.js";

/**
 * Puts a text on the clipboard.
 * @param {string} text
 * @param {HTMLElement} shown  where it stands on the screen
 * @returns {Promise<boolean>} whether it worked; if not, the text on the screen is left selected
 */
export async function copy(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    if (copyByCommand(text, shown)) return true;
    document.getSelection()?.selectAllChildren(shown);
    return false;
  }
}

/** For pages that are not https, or not allowed to use the clipboard. */
function copyByCommand(text, shown) {
  const root = /** @type {ShadowRoot} */ (shown.getRootNode());
  const focused = /** @type {HTMLElement | null} */ (root.activeElement);
  // Beside what is shown: in a window that keeps the focus, nothing outside can be selected.
  const area = h("textarea", {
    class: "copied",
    readonly: true,
    tabindex: -1,
    "aria-hidden": "true",
  });
  area.value = text;
  shown.after(area);
  area.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    area.remove();
    focused?.focus({ preventScroll: true });
  }
}
