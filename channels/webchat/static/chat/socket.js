/**
 * As much Socket.IO 5 over Engine.IO 4 as the chat needs: one WebSocket, the namespace "/", events
 * both ways, acknowledgements of ours. It comes back by itself after a break.
 */

import { Backoff } from "./backoff.js";

const PACKET = {
  open: "0",
  ping: "2",
  pong: "3",
  connect: "40",
  disconnect: "41",
  event: "42",
  ack: "43",
  refused: "44",
};
const OPENING_MS = 15_000;
const ACK_MS = 20_000;

export class Socket {
  #url;
  #handlers;
  #backoff = new Backoff();
  /** @type {WebSocket | null} */
  #socket = null;
  #wanted = false;
  #retryTimer = 0;
  #watchdog = 0;
  #silenceMs = OPENING_MS;
  #nextAck = 0;
  /** @type {Map<number, {resolve: (answer: any) => void, timer: number}>} */
  #acks = new Map();

  /**
   * @param {string} origin  e.g. "https://chat.example.com"
   * @param {{connected: () => void, broken: () => void, event: (name: string, data: any) => void}} handlers
   */
  constructor(origin, handlers) {
    this.#url = `${origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`;
    this.#handlers = handlers;
    window.addEventListener("online", () => this.#hurry());
    window.addEventListener("offline", () => this.#break());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#hurry();
    });
  }

  /** Connects, and again whenever the connection breaks. */
  open() {
    this.#wanted = true;
    this.#hurry();
  }

  /** Gives the connection up and makes a new one at once. */
  restart() {
    this.#drop();
    this.open();
  }

  /** To be called when the server really serves us: the next break is a first one again. */
  settled() {
    this.#backoff.reset();
  }

  /** @param {string} name @param {any} data */
  emit(name, data) {
    this.#send(PACKET.event + JSON.stringify([name, data]));
  }

  /**
   * @param {string} name @param {any} data
   * @returns {Promise<any>} what the server answers; never settles if the connection breaks first
   */
  ask(name, data) {
    const id = this.#nextAck++;
    return new Promise((resolve) => {
      // A connection that swallows messages is a broken one, whatever the browser thinks of it.
      const timer = window.setTimeout(() => this.#break(), ACK_MS);
      this.#acks.set(id, { resolve, timer });
      this.#send(`${PACKET.event}${id}${JSON.stringify([name, data])}`);
    });
  }

  #hurry() {
    if (!this.#wanted || this.#socket) return;
    window.clearTimeout(this.#retryTimer);
    this.#connect();
  }

  #connect() {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#silenceMs = OPENING_MS;
    this.#expectLife();
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket || typeof data !== "string") return;
      this.#expectLife();
      this.#read(data);
    };
    socket.onclose = () => {
      if (socket === this.#socket) this.#break();
    };
  }

  #read(packet) {
    if (packet === PACKET.ping) return this.#send(PACKET.pong);
    const kind = Object.values(PACKET).find(
      (prefix) => prefix.length === 2 && packet.startsWith(prefix),
    );
    if (kind === PACKET.event) return this.#happened(jsonOf(packet.slice(2)));
    if (kind === PACKET.ack) return this.#acknowledged(packet.slice(2));
    if (kind === PACKET.connect) return this.#handlers.connected();
    if (kind === PACKET.disconnect || kind === PACKET.refused) return this.#break();
    if (packet.startsWith(PACKET.open)) {
      const { pingInterval, pingTimeout } = jsonOf(packet.slice(1));
      this.#silenceMs = pingInterval + pingTimeout;
      this.#send(PACKET.connect);
    }
    return undefined;
  }

  #happened([name, data]) {
    this.#handlers.event(name, data);
  }

  #acknowledged(packet) {
    const id = parseInt(packet, 10);
    const waiting = this.#acks.get(id);
    if (!waiting) return;
    this.#acks.delete(id);
    window.clearTimeout(waiting.timer);
    waiting.resolve(jsonOf(packet.slice(String(id).length))[0]);
  }

  #send(packet) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(packet);
  }

  #expectLife() {
    window.clearTimeout(this.#watchdog);
    this.#watchdog = window.setTimeout(() => this.#break(), this.#silenceMs);
  }

  #break() {
    if (!this.#socket) return;
    this.#drop();
    if (!this.#wanted) return;
    this.#retryTimer = window.setTimeout(() => this.#hurry(), this.#backoff.next());
    this.#handlers.broken();
  }

  #drop() {
    const socket = this.#socket;
    this.#socket = null;
    window.clearTimeout(this.#watchdog);
    window.clearTimeout(this.#retryTimer);
    for (const { timer } of this.#acks.values()) window.clearTimeout(timer);
    this.#acks.clear();
    socket?.close();
  }
}

/** @returns {any} what a server that speaks the protocol wrote; it never writes anything else */
function jsonOf(text) {
  return JSON.parse(text);
}
