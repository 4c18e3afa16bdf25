/** Puts the chat on the page. */

import { Chat } from "./chat.js";
import { h } from "./dom.js";

/** @type {import("./types.js").Config} */
const DEFAULTS = { distributor_name: "", max_length: 2000, title: "Clara" };

/**
 * @param {string} origin  of the server
 * @returns {Promise<Chat>}
 */
export async function start(origin) {
  await ready();
  const place = document.querySelector("[data-clara-chat]");
  const host = h("clara-chat", { lang: "pt-BR" });
  const root = host.attachShadow({ mode: "open" });
  const style = h("link", { rel: "stylesheet", href: `${origin}/webchat/static/widget.css` });
  const styled = new Promise((resolve, reject) => {
    style.addEventListener("load", resolve);
    style.addEventListener("error", () => reject(new Error("the style sheet does not load")));
  });
  root.append(style);
  (place ?? document.body).append(host);
  const [config] = await Promise.all([configOf(origin), styled]);
  return new Chat(root, origin, config, place !== null);
}

function ready() {
  if (document.readyState !== "loading") return Promise.resolve();
  return new Promise((resolve) =>
    document.addEventListener("DOMContentLoaded", resolve, { once: true }),
  );
}

/** The chat works without it, so it never fails. */
async function configOf(origin) {
  try {
    const response = await fetch(`${origin}/webchat/config.json`, { credentials: "omit" });
    return { ...DEFAULTS, ...(response.ok ? await response.json() : {}) };
  } catch {
    return DEFAULTS;
  }
}
