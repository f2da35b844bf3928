// Small pictures, drawn here so that they look the same everywhere. They say nothing to screen readers.

const PATHS = {
  lock: "M4.5 7V5a3.5 3.5 0 0 1 7 0v2M3.5 7h9v6.5h-9z",
  shared: "M6.5 4H3v9h9V9.5M9 3h4v4M13 3 7.5 8.5",
  image: "M2.5 3h11v10h-11zM2.5 11l3.5-4 3 3 2-2 2.5 3M10.5 6.2h.01",
  file: "M4 2.5h5l3 3v8H4zM9 2.5v3h3",
  trash: "M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9M7 7v4M9 7v4",
  chart: "M3 13.5V8M8 13.5v-11M13 13.5V5.5",
  app: "M3.5 8.5l3 3 6-7",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
};
const SVG = "http://www.w3.org/2000/svg";

/** The picture of this name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" }))
    svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
