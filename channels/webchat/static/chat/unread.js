/** How far the customer has read, in any tab. */

const KEY = "read";

export class Unread {
  #storage;
  /** @type {Set<number>} numbers of what Clara said */
  #said = new Set();
  #changed;

  /**
   * @param {import("./storage.js").Storage} storage
   * @param {() => void} changed  called when another tab was read
   */
  constructor(storage, changed) {
    this.#storage = storage;
    this.#changed = changed;
    storage.watch(KEY, () => this.#changed());
  }

  get count() {
    const read = this.#read;
    return [...this.#said].filter((number) => number > read).length;
  }

  /** @param {import("./types.js").Entry[]} entries */
  add(entries) {
    for (const { author, number } of entries) if (author === "clara") this.#said.add(number);
  }

  /** All that was said has been seen. */
  seen() {
    const last = Math.max(0, ...this.#said);
    if (last > this.#read) this.#storage.write(KEY, last);
  }

  /** The conversation is another one now. */
  forget() {
    this.#said.clear();
    this.#storage.write(KEY, null);
  }

  get #read() {
    return Number(this.#storage.read(KEY)) || 0;
  }
}
