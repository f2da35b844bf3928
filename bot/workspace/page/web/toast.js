// A sentence that goes by itself: what the workspace refused, or what went wrong.

import { button, el } from "./dom.js";

const STAYS = 9000;

/** Show a sentence. */
export function toast(sentence) {
  const place = document.getElementById("toasts");
  const note = el(
    "div",
    { class: "toast" },
    el("p", {}, sentence),
    button("×", () => note.remove(), { aria: { label: "Dismiss" } }),
  );
  place.append(note);
  setTimeout(() => note.remove(), STAYS);
}

/** Do something; what the workspace refuses is shown as its own sentence. */
export async function trying(work) {
  try {
    return await work();
  } catch (error) {
    toast(error.message);
    return undefined;
  }
}
