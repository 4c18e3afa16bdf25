/** Makes elements. Text goes in as text nodes only, so nothing the server says becomes markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, any>} [attributes]  functions become listeners; false and null are left out
 * @param {...(Node | string | null | undefined)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

const ICONS = {
  alert: [
    "M12 8v5",
    "M12 16.5v.01",
    "M10.3 4 2.6 17.3A2 2 0 0 0 4.3 20.3h15.4a2 2 0 0 0 1.7-3L13.7 4a2 2 0 0 0-3.4 0Z",
  ],
  check: ["M5 12.5 10 17.5 19.5 7"],
  chevron: ["m9 5 7 7-7 7"],
  close: ["M6 6l12 12", "M18 6 6 18"],
  copy: [
    "M9 9h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2Z",
    "M16 5.5V5a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2h.5",
  ],
  down: ["M12 5v14", "m6 13 6 6 6-6"],
  download: ["M12 4v11", "m7 10.5 5 5 5-5", "M5 20h14"],
  document: [
    "M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8Z",
    "M14 3v5h5",
    "M9 13h6",
    "M9 17h4",
  ],
  external: ["M14 5h5v5", "M19 5l-8 8", "M18 14v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h4"],
  plus: ["M12 20.5H4.2l1.5-3.2A8.2 8.2 0 1 1 12 20.5Z", "M12 9v6", "M9 12h6"],
  retry: [
    "M20 11a8 8 0 0 0-14.3-4L4 9",
    "M4 4v5h5",
    "M4 13a8 8 0 0 0 14.3 4l1.7-2",
    "M20 20v-5h-5",
  ],
  send: [
    "M4.5 12 3.3 4.9a.8.8 0 0 1 1.1-.9l16 7.3a.8.8 0 0 1 0 1.4l-16 7.3a.8.8 0 0 1-1.1-.9L4.5 12Zm0 0H12",
  ],
};

/**
 * A line icon, hidden from screen readers.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
  const paths = ICONS[name].map((d) => ["path", { d }]);
  return drawing("icon", "0 0 24 24", paths);
}

/** Clara's face: a light bulb whose filament smiles. */
export function portrait() {
  return drawing("portrait", "0 0 40 40", [
    ["circle", { cx: 20, cy: 20, r: 20, class: "portrait-ground" }],
    [
      "path",
      {
        d: "M20 7.5a10.3 10.3 0 0 0-6 18.7c1 .8 1.7 1.7 1.9 2.8h8.2c.2-1.1.9-2 1.9-2.8a10.3 10.3 0 0 0-6-18.7Z",
        class: "portrait-glass",
      },
    ],
    ["path", { d: "M15.9 18.2c.9 2.6 2.3 3.8 4.1 3.8s3.2-1.2 4.1-3.8", class: "portrait-smile" }],
    ["path", { d: "M16.6 31.4h6.8M18.2 34h3.6", class: "portrait-base" }],
  ]);
}

function drawing(className, viewBox, shapes) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({
    class: className,
    viewBox,
    "aria-hidden": "true",
    focusable: "false",
  })) {
    svg.setAttribute(name, value);
  }
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, String(value));
    svg.append(shape);
  }
  return svg;
}
