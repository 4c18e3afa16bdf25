/**
 * What the browser remembers: the session's token, messages not sent yet, how far was read.
 *
 * Every tab of the same page shares it. A browser that forbids storage gets a memory that ends
 * with the page.
 */
export class Storage {
  #prefix;
  /** @type {Map<string, string>} */
  #memory = new Map();

  /** @param {string} host  of the server: two chats on one page must not mix */
  constructor(host) {
    this.#prefix = `clara@${host}:`;
  }

  /** @param {string} name @returns {any} null if nothing readable is kept */
  read(name) {
    try {
      return JSON.parse(this.#raw(this.#prefix + name) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {any} value  null forgets */
  write(name, value) {
    const key = this.#prefix + name;
    const text = JSON.stringify(value);
    try {
      if (value === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, text);
    }
  }

  /**
   * Calls back when another tab changed a value.
   * @param {string} name @param {() => void} callback
   */
  watch(name, callback) {
    window.addEventListener("storage", (event) => {
      if (event.key === this.#prefix + name || event.key === null) callback();
    });
  }

  #raw(key) {
    if (this.#memory.has(key)) return this.#memory.get(key);
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }
}
