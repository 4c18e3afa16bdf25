import { h, icon } from "../dom.js";

/**
 * What to pick from, as buttons.
 * @param {import("../types.js").Choice[]} choices
 * @param {(choice: import("../types.js").Choice, byKeyboard: boolean) => void} pick
 * @returns {{element: HTMLElement, close: (picked: string | null) => void}}
 *     `close` is called with what the customer said next: then there is nothing to pick any more
 */
export function choicesPart(choices, pick) {
  const rows = choices.some((choice) => choice.description) || choices.length > 4;
  const buttons = choices.map((choice) => button(choice, pick));
  const element = h(
    "div",
    { class: rows ? "choices rows" : "choices", role: "group", "aria-label": "Opções" },
    ...buttons,
  );
  const close = (picked) => {
    buttons.forEach((one, index) => {
      one.disabled = true;
      if (choices[index].title === picked) markPicked(one);
    });
  };
  return { element, close };
}

function button(choice, pick) {
  const description = choice.description
    ? h("span", { class: "description" }, choice.description)
    : null;
  const words = h(
    "span",
    { class: "words" },
    h("span", { class: "title" }, choice.title),
    description,
  );
  // A click made by a key has no count.
  const onClick = (event) => pick(choice, event.detail === 0);
  return h("button", { type: "button", class: "choice", click: onClick }, words, icon("chevron"));
}

function markPicked(element) {
  if (element.classList.contains("picked")) return;
  element.classList.add("picked");
  element.replaceChild(icon("check"), element.lastChild);
  element.append(h("span", { class: "unseen" }, " (escolhida)"));
}
