// Files that somebody gives to an app: each is uploaded when it is chosen, and goes with the form until it is taken out.

import { button, el, theirs } from "../dom.js";
import { icon } from "../icons.js";
import { reporter, spoken } from "./reporting.js";
import { at, valueOf } from "./values.js";

/** What a file is called, and its size. */
export const fileFace = ({ name, title, size }) => [
  icon("file"),
  " ",
  theirs(title || name),
  el("small", {}, ` ${size} bytes`),
];

/** The drawer of a `file_input`: the browser's own way to choose files, and the list of those that were chosen. */
export function fileInput(block, element, surface, labelled) {
  const report = reporter(block, element, surface);
  const place = at(block, element);
  let given = valueOf(block, element, surface) ?? [];
  let waiting = 0;
  const list = el("ul", { class: "files", aria: { label: "Chosen files", live: "polite" } });
  const input = el("input", {
    type: "file",
    multiple: element.max_files !== 1,
    accept: element.filetypes?.map((type) => `.${type}`).join(","),
    data: { at: place },
    ...labelled,
    aria: { label: labelled.id ? null : spoken(element, "Files"), ...(labelled.aria ?? {}) },
    on: { change: choose },
  });
  const box = el("div", { class: "file-input" }, input, list);

  async function choose() {
    const chosen = [...input.files];
    input.value = "";
    waiting += 1;
    box.setAttribute("aria-busy", "true");
    const uploaded = await Promise.all(chosen.map(surface.upload));
    waiting -= 1;
    if (!waiting) box.removeAttribute("aria-busy");
    // A form that its app has changed meanwhile shows another list, and what that does not show is not sent.
    if (box.isConnected) take([...given, ...uploaded.filter(Boolean)]);
  }

  function take(next) {
    given = next;
    show();
    return report(given);
  }

  function show() {
    const row = (file) => {
      const drop = () => {
        take(given.filter((each) => each.id !== file.id));
        input.focus();
      };
      const props = { class: "chip", data: { at: `${place}/${file.id}` }, aria: { label: `Remove ${file.name}` } };
      return el("li", {}, fileFace(file), button("×", drop, props));
    };
    list.replaceChildren(...given.map(row));
  }

  show();
  return box;
}
