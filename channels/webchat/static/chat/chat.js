/** The chat: puts its parts together and passes on between them what happens. */

import { Announcer } from "./announcer.js";
import { Banner } from "./banner.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { h } from "./dom.js";
import { Header } from "./header.js";
import { intro } from "./intro.js";
import { Log } from "./log.js";
import { ask } from "./question.js";
import { Shell } from "./shell.js";
import { Storage } from "./storage.js";
import { Unread } from "./unread.js";

const START_OVER = {
  title: "Começar uma nova conversa?",
  text: "As mensagens desta conversa deixarão de aparecer neste aparelho.",
  yes: "Começar",
  no: "Voltar",
};

export class Chat {
  #root;
  #announcer = new Announcer();
  #banner;
  #composer;
  #conversation;
  #header;
  #log;
  #shell;
  #unread;
  #online = false;

  /**
   * @param {ShadowRoot} root
   * @param {string} origin  of the server
   * @param {import("./types.js").Config} config
   * @param {boolean} hasPlace  whether the page has a place for it
   */
  constructor(root, origin, config, hasPlace) {
    this.#root = root;
    const announce = (words) => this.#announcer.say(words);
    const storage = new Storage(new URL(origin).host);
    this.#unread = new Unread(storage, () => this.#shell.count(this.#unread.count));
    this.#conversation = new Conversation(origin, storage, {
      entries: (entries, replay) => this.#heard(entries, replay),
      forgotten: () => this.#forgotten(),
      unsent: () => this.#showUnsent(),
      typing: (active) => this.#log.typing(active),
      state: (state) => this.#stateChanged(state),
    });
    this.#banner = new Banner(announce);
    this.#header = new Header(config.title, {
      startOver: () => this.#startOver(),
      close: () => this.#shell.close(),
    });
    this.#composer = new Composer(config.max_length, (text) => this.#say(text), announce);
    this.#log = new Log(
      intro(config.distributor_name, (text) => this.#suggested(text)),
      {
        announce,
        pick: (choice, byKeyboard) => this.#picked(choice, byKeyboard),
        retry: (messageId) => this.#conversation.retry(messageId),
        links: {
          resolve: (url) => new URL(url, origin).href,
          refresh: () => this.#conversation.refresh(),
        },
      },
    );
    const panel = h(
      "div",
      { class: "panel" },
      this.#header.element,
      this.#banner.element,
      this.#log.element,
      this.#composer.element,
      this.#announcer.element,
    );
    this.#shell = new Shell(root, panel, hasPlace, {
      shown: () => this.#shown(),
      launched: () => this.open(),
    });
    document.addEventListener("visibilitychange", () => this.#countUnread());
    this.#showUnsent();
    if (this.#shell.isDocked || this.#conversation.exists) this.#conversation.start();
  }

  /** Shows the chat and puts the cursor into it. */
  open() {
    this.#shell.open();
    // On touch screens the cursor would bring up a keyboard that hides half the conversation.
    if (window.matchMedia("(pointer: coarse)").matches) this.#log.focus();
    else this.#composer.focus();
  }

  /** @param {string} text  what the customer says */
  ask(text) {
    this.open();
    this.#say(text);
  }

  #say(text) {
    this.#conversation.say(text);
  }

  #suggested(text) {
    this.open();
    this.#say(text);
  }

  #picked(choice, byKeyboard) {
    this.#conversation.say(choice.title, choice.id);
    // The button is gone for the keyboard now: the next thing to do is to read or to write.
    if (byKeyboard) this.#composer.focus();
    else this.#log.focus();
  }

  async #startOver() {
    if (await ask(this.#root, START_OVER)) {
      this.#conversation.startOver();
      this.#announcer.say("Nova conversa.");
      this.open();
    }
  }

  #heard(entries, replay) {
    this.#log.show(entries, replay);
    this.#unread.add(entries);
    this.#countUnread();
  }

  #forgotten() {
    this.#log.clear();
    this.#unread.forget();
    this.#showUnsent();
    this.#countUnread();
  }

  #showUnsent() {
    this.#log.showUnsent(this.#conversation.unsent, this.#online);
  }

  #stateChanged(state) {
    this.#online = state === "online";
    this.#header.show(state);
    this.#banner.show(state);
    this.#showUnsent();
  }

  #shown() {
    this.#conversation?.start();
    this.#log?.toEnd();
    this.#countUnread();
  }

  #countUnread() {
    if (!this.#shell) return;
    if (this.#shell.isShown) this.#unread.seen();
    this.#shell.count(this.#unread.count);
  }
}
