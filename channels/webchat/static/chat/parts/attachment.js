import { Expired, download } from "../download.js";
import { h, icon } from "../dom.js";

const FAILED = "Não consegui baixar. Tente de novo, por favor.";
const GONE = "Este documento não está mais disponível. Peça de novo na conversa, por favor.";

/**
 * What a part needs to fetch its attachment.
 * @typedef {object} Links
 * @property {(url: string) => string} resolve  makes an address of the server whole
 * @property {() => void} refresh  asks for fresh links; `renew` of every part is called with them
 */

/**
 * An image to be seen, or a document to be downloaded.
 * @param {import("../types.js").Attachment} attachment
 * @param {Links} links
 * @param {(words: string) => void} announce
 * @returns {{element: HTMLElement, renew: (url: string) => void}}
 */
export function attachmentPart(attachment, links, announce) {
  const shown = attachment.media_type.startsWith("image/");
  return shown ? imagePart(attachment, links) : documentPart(attachment, links, announce);
}

function imagePart({ url, description, filename }, { resolve, refresh }) {
  const image = h("img", { src: resolve(url), alt: description || filename, decoding: "async" });
  image.addEventListener("error", refresh, { once: true });
  const renew = (fresh) => {
    if (image.complete && image.naturalWidth === 0) image.src = resolve(fresh);
  };
  return { element: h("div", { class: "image" }, image), renew };
}

function documentPart(
  { url, description, filename, media_type: type },
  { resolve, refresh },
  announce,
) {
  const kind = type === "application/pdf" ? "PDF" : "arquivo";
  const caption = h("span", {}, `Baixar ${kind}`);
  const button = h(
    "button",
    { type: "button", class: "solid" },
    icon("download"),
    caption,
    unseen(`: ${description || filename}`),
  );
  const problem = h("p", { class: "problem", hidden: true });
  let address = url;
  let waitsForLink = false;

  const say = (words) => {
    problem.textContent = words;
    problem.hidden = !words;
    if (words) announce(words);
  };
  const fetchIt = async (again = false) => {
    busy(true);
    try {
      await download(resolve(address), filename);
      announce("Documento baixado");
    } catch (fault) {
      waitsForLink = fault instanceof Expired && !again;
      if (waitsForLink) refresh();
      else say(fault instanceof Expired ? GONE : FAILED);
    }
    if (!waitsForLink) busy(false);
  };
  const busy = (active) => {
    button.setAttribute("aria-busy", String(active));
    caption.textContent = active ? "Baixando…" : `Baixar ${kind}`;
  };
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-busy") === "true" && !waitsForLink) return;
    say("");
    fetchIt();
  });
  const renew = (fresh) => {
    address = fresh;
    if (waitsForLink) fetchIt(true);
  };
  const title = h("p", { class: "title" }, description || filename);
  const name = description ? h("p", { class: "filename" }, filename) : null;
  const summary = h(
    "div",
    { class: "summary" },
    h("span", { class: "badge" }, icon("document")),
    h("div", {}, title, name),
  );
  return { element: h("div", { class: "card document" }, summary, button, problem), renew };
}

function unseen(text) {
  return h("span", { class: "unseen" }, text);
}
