/** Messages the server has not confirmed yet: they outlive a reload, and a broken connection. */

const KEY = "outbox";
/** As long as a session lasts; what is older belongs to a conversation that is over. */
const MAX_AGE_MS = 24 * 60 * 60 * 1000;

export class Outbox {
  #storage;

  /** @param {import("./storage.js").Storage} storage */
  constructor(storage) {
    this.#storage = storage;
  }

  /** @returns {import("./types.js").Unsent[]} oldest first */
  all() {
    const kept = this.#storage.read(KEY);
    const since = Date.now() - MAX_AGE_MS;
    return Array.isArray(kept) ? kept.filter((one) => Date.parse(one?.at) > since) : [];
  }

  /** @returns {import("./types.js").Unsent | undefined} the next one to send */
  next() {
    return this.all().find((one) => !one.refusal);
  }

  /**
   * @param {string} text
   * @param {string} [choice]
   * @returns {import("./types.js").Unsent}
   */
  add(text, choice) {
    const unsent = { message_id: newId(), text, choice, at: new Date().toISOString() };
    this.#write([...this.all(), unsent]);
    return unsent;
  }

  /** @param {string} messageId */
  remove(messageId) {
    const kept = this.all();
    const left = kept.filter((one) => one.message_id !== messageId);
    if (left.length < kept.length) this.#write(left);
  }

  /** @param {string} messageId @param {string} [refusal]  none: send it again */
  mark(messageId, refusal) {
    this.#write(
      this.all().map((one) => (one.message_id === messageId ? { ...one, refusal } : one)),
    );
  }

  /** Forgets all of them. */
  clear() {
    this.#storage.write(KEY, null);
  }

  /** @param {() => void} callback  called when another tab changed it */
  watch(callback) {
    this.#storage.watch(KEY, callback);
  }

  #write(messages) {
    this.#storage.write(KEY, messages.length ? messages : null);
  }
}

function newId() {
  // Not crypto.randomUUID: pages that embed the chat may be plain http.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
