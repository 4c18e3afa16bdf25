/** Which addresses of the web may be followed from a message. */

const ADDRESS_IN_TEXT = /\bhttps?:\/\/[^\s<>"'“”]+[^\s<>"'“”.,;:!?)\]]/g;

/**
 * @param {string} url
 * @returns {string | null} the address, whole and harmless; null for `javascript:` and the like
 */
export function safeAddress(url) {
  try {
    const parsed = new URL(url);
    return parsed.protocol === "https:" || parsed.protocol === "http:" ? parsed.href : null;
  } catch {
    return null;
  }
}

/**
 * Cuts a text at the addresses in it.
 * @param {string} text
 * @returns {{text: string, url: string | null}[]}
 */
export function splitAtAddresses(text) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS_IN_TEXT)) {
    pieces.push({ text: text.slice(end, match.index), url: null });
    pieces.push({ text: match[0], url: safeAddress(match[0]) });
    end = match.index + match[0].length;
  }
  pieces.push({ text: text.slice(end), url: null });
  return pieces.filter((piece) => piece.text);
}
