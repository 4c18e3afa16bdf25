import { copy } from "../clipboard.js";
import { h, icon } from "../dom.js";

const CONFIRMED_MS = 3_000;
const FAILED = "Não consegui copiar. O texto ficou selecionado: use a opção copiar do aparelho.";

/**
 * A payment line or Pix string with its button.
 * @param {import("../types.js").Copyable} copyable
 * @param {(words: string) => void} announce
 */
export function copyablePart({ label, text }, announce) {
  const code = h("code", {}, text);
  const caption = h("span", {}, "Copiar");
  const button = h(
    "button",
    { type: "button", class: "solid" },
    icon("copy"),
    caption,
    unseen(` ${label}`),
  );
  const problem = h("p", { class: "problem", hidden: true }, FAILED);
  let timer = 0;

  const show = (copied) => {
    button.classList.toggle("done", copied);
    button.replaceChild(icon(copied ? "check" : "copy"), button.firstChild);
    caption.textContent = copied ? "Copiado" : "Copiar";
  };
  button.addEventListener("click", async () => {
    const copied = await copy(text, code);
    problem.hidden = copied;
    show(copied);
    announce(copied ? "Copiado" : FAILED);
    window.clearTimeout(timer);
    timer = window.setTimeout(() => show(false), CONFIRMED_MS);
  });
  return h(
    "div",
    { class: "card copyable" },
    h("p", { class: "label" }, label),
    code,
    button,
    problem,
  );
}

function unseen(text) {
  return h("span", { class: "unseen" }, text);
}
