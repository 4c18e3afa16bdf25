/** How long to wait before the next attempt: longer every time, and not the same for everybody. */

const FIRST_MS = 500;
const LONGEST_MS = 20_000;

export class Backoff {
  #attempts = 0;

  /** @returns {number} milliseconds */
  next() {
    const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    // After an outage of ours all customers come back; spread over time they find us standing.
    return ceiling * (0.5 + Math.random() / 2);
  }

  reset() {
    this.#attempts = 0;
  }
}
