/**
 * Asks before something that cannot be undone.
 * @param {ParentNode} parent
 * @param {{title: string, text: string, yes: string, no: string}} words
 * @returns {Promise<boolean>}
 */
import { h } from "./dom.js";

export function ask(parent, { title, text, yes, no }) {
  const dialog = h(
    "dialog",
    {
      class: "question",
      role: "alertdialog",
      "aria-labelledby": "question",
      "aria-describedby": "consequence",
    },
    h(
      "form",
      { method: "dialog" },
      h("h3", { id: "question" }, title),
      h("p", { id: "consequence" }, text),
      h(
        "div",
        { class: "answers" },
        h("button", { class: "outlined", value: "no", autofocus: true }, no),
        h("button", { class: "solid", value: "yes" }, yes),
      ),
    ),
  );
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    parent.append(dialog);
    dialog.showModal();
  });
}
