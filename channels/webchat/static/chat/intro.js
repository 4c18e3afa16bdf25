/** What stands in a conversation before anything was said. */

import { h, portrait } from "./dom.js";

const SERVICES = [
  ["2ª via da conta", "Quero a 2ª via da conta"],
  ["Código de barras", "Quero o código de barras da conta"],
  ["Pagar com Pix", "Quero pagar com Pix"],
  ["Consultar débitos", "Quero consultar meus débitos"],
  ["Fatura por e-mail", "Quero receber a fatura por e-mail"],
];
/** Beside a page that shows the services already. */
const OTHERS = [
  ["Minha conta não chegou", "Minha conta não chegou"],
  ["Já paguei a conta", "Já paguei a conta"],
  ["Falar com uma pessoa", "Quero falar com uma pessoa"],
];

/**
 * @param {string} distributor
 * @param {(text: string) => void} say
 */
export function intro(distributor, say) {
  const whose = distributor
    ? `a assistente virtual da ${distributor}`
    : "a assistente virtual da sua distribuidora de energia";
  return h(
    "div",
    { class: "intro" },
    h("div", { class: "face" }, portrait()),
    h("p", { class: "hello" }, "Oi! Eu sou a Clara."),
    h("p", { class: "who" }, `Sou ${whose}. Escreva do seu jeito o que você precisa.`),
    suggestions("services", SERVICES, say),
    suggestions("others", OTHERS, say),
    h("p", { class: "safety" }, "Nunca pedimos senhas nem números de cartão."),
  );
}

function suggestions(className, entries, say) {
  const buttons = entries.map(([title, text]) =>
    h("button", { type: "button", click: () => say(text) }, title),
  );
  return h(
    "div",
    { class: `suggestions ${className}`, role: "group", "aria-label": "Sugestões" },
    ...buttons,
  );
}
