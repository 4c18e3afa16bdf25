/**
 * The conversation as the server keeps it: asks for the session, catches up after every break,
 * and sends what the customer says, one after the other, until each has been confirmed.
 */

import { Outbox } from "./outbox.js";
import { Socket } from "./socket.js";

const TOKEN = "session";
const REFUSED = "Não consegui enviar. Tente de novo, por favor.";
const MAX_SESSION_LOSSES = 3;

/**
 * What a conversation tells.
 * @typedef {object} Listener
 * @property {(entries: import("./types.js").Entry[], replay: boolean) => void} entries
 *     with replay they were said before; repeats may be among them
 * @property {() => void} forgotten  all that was shown belongs to a conversation that is over
 * @property {() => void} unsent  the outbox changed
 * @property {(active: boolean) => void} typing
 * @property {(state: import("./types.js").ConnectionState) => void} state
 *
 * A `session_request` under way: `session_confirm` and `entries` answer each, in order.
 * @typedef {object} Request
 * @property {string | null} token  what was asked with
 * @property {number} since
 * @property {string} [confirmed]  what the server answered
 * @property {boolean} [superseded]  another request follows that knows better
 */

export class Conversation {
  #storage;
  #outbox;
  #socket;
  /** @type {Listener} */
  #listener;
  #started = false;
  #ready = false;
  #sending = false;
  #connection = 0;
  #sessionLosses = 0;
  /** @type {Request[]} */
  #requests = [];
  /** The session that is shown, and the last entry of it. */
  #shown = { token: /** @type {string | null} */ (null), last: 0, lastId: "" };

  /**
   * @param {string} origin
   * @param {import("./storage.js").Storage} storage
   * @param {Listener} listener
   */
  constructor(origin, storage, listener) {
    this.#storage = storage;
    this.#listener = listener;
    this.#outbox = new Outbox(storage);
    this.#socket = new Socket(origin, {
      connected: () => this.#requestSession(),
      broken: () => this.#broken(),
      event: (name, data) => this.#heard(name, data),
    });
    storage.watch(TOKEN, () => this.#tokenChanged());
    this.#outbox.watch(() => this.#listener.unsent());
  }

  /** Whether this browser has one that was begun before. */
  get exists() {
    return this.#token !== null || this.#outbox.all().length > 0;
  }

  /** @returns {import("./types.js").Unsent[]} */
  get unsent() {
    return this.#outbox.all();
  }

  /** Connects; nothing if that was done before. */
  start() {
    if (this.#started) return;
    this.#started = true;
    this.#listener.state("connecting");
    this.#socket.open();
  }

  /**
   * Says something: now, or as soon as there is a connection.
   * @param {string} text  what was written, or the title of what was picked
   * @param {string} [choice]  the id of what was picked
   */
  say(text, choice) {
    this.#outbox.add(text, choice);
    this.#listener.unsent();
    this.start();
    this.#pump();
  }

  /** @param {string} messageId  of one that the server refused */
  retry(messageId) {
    this.#outbox.mark(messageId);
    this.#listener.unsent();
    this.#pump();
  }

  /** Asks for everything again: links to attachments are fresh then. */
  refresh() {
    if (this.#ready) this.#requestSession(0);
  }

  /** Forgets this conversation and begins another. */
  startOver() {
    this.#storage.write(TOKEN, null);
    this.#outbox.clear();
    this.#forget();
    this.#newConnection();
    this.#listener.state("connecting");
    this.#socket.restart();
  }

  /** @returns {string | null} */
  get #token() {
    return this.#storage.read(TOKEN);
  }

  #heard(name, data) {
    if (name === "session_confirm") this.#confirmed(data);
    else if (name === "entries") this.#caughtUp(data);
    else if (name === "entry") this.#live(data);
    else if (name === "typing") this.#listener.typing(Boolean(data.active));
  }

  // -- the session ----------------------------------------------------------------------------

  #requestSession(since = this.#shown.last) {
    const token = this.#token;
    const request = { token, since: token === this.#shown.token ? since : 0 };
    this.#requests.push(request);
    this.#socket.emit("session_request", { session_id: token, protocol: 1, since: request.since });
  }

  /** @param {string} token */
  #confirmed(token) {
    const request = this.#requests.find(({ confirmed }) => !confirmed);
    if (!request) return;
    request.confirmed = token;
    const known = this.#token;
    const otherTabWasQuicker = known !== null && known !== request.token && known !== token;
    if (!otherTabWasQuicker) this.#storage.write(TOKEN, token);
    // A token that changed may be the same session's, renewed, or another's: all of it will tell.
    if (otherTabWasQuicker || (token !== request.token && request.since > 0)) {
      request.superseded = true;
      this.#requestSession(0);
    }
  }

  /** @param {import("./types.js").Entry[]} entries */
  #caughtUp(entries) {
    const request = this.#requests.shift();
    if (!request || request.superseded) return;
    const { last, lastId } = this.#shown;
    const known = entries.some((entry) => entry.message_id === lastId);
    if (last > 0 && request.since === 0 && !known) this.#forget();
    this.#shown.token = request.confirmed ?? null;
    this.#take(entries, true);
    this.#ready = true;
    this.#socket.settled();
    this.#listener.state("online");
    this.#pump();
  }

  /** @param {import("./types.js").Entry} entry */
  #live(entry) {
    if (this.#requests.length > 0) return; // the replay under way has it as well
    if (entry.number > this.#shown.last + 1) this.#requestSession();
    else this.#take([entry], false);
  }

  /** @param {import("./types.js").Entry[]} entries @param {boolean} replay */
  #take(entries, replay) {
    for (const { number, message_id: id } of entries) {
      this.#outbox.remove(id);
      if (number > this.#shown.last) Object.assign(this.#shown, { last: number, lastId: id });
    }
    this.#listener.entries(entries, replay);
  }

  #forget() {
    this.#shown = { token: null, last: 0, lastId: "" };
    this.#listener.typing(false);
    this.#listener.forgotten();
  }

  /** Another tab renewed the token, or began a new conversation. */
  #tokenChanged() {
    const token = this.#token;
    if (this.#ready && token !== null && token !== this.#shown.token) this.#requestSession(0);
  }

  // -- sending --------------------------------------------------------------------------------

  /** Sends the next message; one at a time, so that they arrive in the order they were written. */
  async #pump() {
    const unsent = this.#outbox.next();
    if (!this.#ready || this.#sending || !unsent) return;
    this.#sending = true;
    const connection = this.#connection;
    const { message_id, choice, text } = unsent;
    const said = choice ? { choice, message_id } : { message: text, message_id };
    const answer = await this.#socket.ask("user_uttered", said);
    if (connection !== this.#connection) return;
    this.#sending = false;
    this.#answered(message_id, answer ?? {});
  }

  #answered(messageId, { status, reason, text }) {
    if (reason === "no_session" && this.#sessionLosses < MAX_SESSION_LOSSES) {
      this.#sessionLosses += 1;
      this.#ready = false;
      this.#requestSession();
      return;
    }
    const taken = status === "accepted" || status === "repeated";
    if (taken) this.#sessionLosses = 0;
    if (taken) this.#outbox.remove(messageId);
    else this.#outbox.mark(messageId, text || REFUSED);
    this.#listener.unsent();
    this.#pump();
  }

  #broken() {
    this.#newConnection();
    this.#listener.typing(false);
    this.#listener.state("offline");
  }

  #newConnection() {
    this.#ready = false;
    this.#sending = false;
    this.#requests = [];
    this.#connection += 1;
  }
}
