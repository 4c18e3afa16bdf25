/** Fetches a document and hands it to the browser as a download, also from another origin. */

import { h } from "./dom.js";

const DEADLINE_MS = 60_000;
const KEPT_MS = 60_000; // some browsers read the blob only a while after the click

/** The link is no longer good. */
export class Expired extends Error {}

/**
 * @param {string} url @param {string} filename
 * @returns {Promise<void>}
 */
export async function download(url, filename) {
  const response = await fetch(url, { signal: deadline(DEADLINE_MS), credentials: "omit" });
  if (response.status === 404 || response.status === 410) throw new Expired();
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  save(await response.blob(), filename);
}

function deadline(milliseconds) {
  const controller = new AbortController();
  window.setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

function save(blob, filename) {
  const url = URL.createObjectURL(blob);
  const anchor = h("a", { href: url, download: filename, hidden: true });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  window.setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
