/**
 * Loader of the web chat: the one script tag a page needs.
 *
 *     <script src="https://chat.example.com/widget.js" defer></script>
 *
 * It puts the chat into the page's `[data-clara-chat]` element or, without one, behind a floating
 * button. Pages may call `ClaraChat.open()` and `ClaraChat.ask("Quero a 2ª via da conta")` at any
 * time, even before the chat is there.
 */
(() => {
  "use strict";
  if (window.ClaraChat) return;
  const origin = new URL(document.currentScript.src).origin;
  const chat = import(`${origin}/webchat/static/chat/start.js`).then((module) =>
    module.start(origin),
  );
  chat.catch((fault) => console.error("Clara: o chat não pôde ser aberto.", fault));
  window.ClaraChat = Object.freeze({
    /** Shows the chat and puts the cursor into it. */
    open: () => chat.then((widget) => widget.open()),
    /** Shows the chat and says something in the customer's name. */
    ask: (text) => chat.then((widget) => widget.ask(String(text))),
  });
})();
