// What opens over the page: a question before a click counts, and a menu.

import { button, el, freshId } from "../dom.js";
import { textObject } from "./mrkdwn.js";

/** Ask a confirm object's question; true when it is confirmed. Escape says no. */
export function confirmed(confirm, surface) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const title = freshId();
    const done = (yes) => {
      dialog.close();
      dialog.remove();
      resolve(yes);
    };
    const dialog = el(
      "dialog",
      {
        class: "dialog dialog-small",
        aria: { labelledby: title },
        on: { cancel: (event) => (event.preventDefault(), done(false)) },
      },
      textObject(confirm.title, surface, "h2", { id: title }),
      el("div", { class: "dialog-body" }, textObject(confirm.text, surface, "p")),
      el(
        "div",
        { class: "dialog-actions" },
        button(textObject(confirm.deny, surface), () => done(false)),
        button(textObject(confirm.confirm, surface), () => done(true), {
          class: confirm.style === "danger" ? "danger" : "primary",
          autofocus: true,
        }),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A button with a menu of choices, `{label, description?, pick}`. Arrow keys, Home, End and Escape work in it. */
export function menu(label, face, choices, props = {}) {
  const list = el("div", { class: "menu-list", role: "menu", hidden: true, aria: { label } });
  const opener = button(face, () => (list.hidden ? open() : shut(true)), {
    class: "menu-button",
    ...props,
    aria: { haspopup: "menu", expanded: "false", label },
  });
  const items = choices.map((choice) =>
    button(
      [choice.label, choice.description && el("small", {}, choice.description)],
      () => (shut(true), choice.pick()),
      { role: "menuitem", tabindex: -1 },
    ),
  );
  list.append(...items);
  const outside = (event) => box.contains(event.target) || shut(false);
  function open() {
    list.hidden = false;
    opener.setAttribute("aria-expanded", "true");
    document.addEventListener("pointerdown", outside);
    items[0]?.focus();
  }
  function shut(back) {
    list.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside);
    if (back) opener.focus();
  }
  const steps = { ArrowDown: (at) => at + 1, ArrowUp: (at) => at - 1, Home: () => 0, End: () => -1 };
  const box = el(
    "div",
    {
      class: "menu",
      on: {
        keydown: (event) => {
          if (event.key === "Escape" && !list.hidden) {
            event.stopPropagation();
            event.preventDefault();
            shut(true);
          } else if (event.key === "Tab" && !list.hidden) shut(false);
          else if (steps[event.key] && !list.hidden) {
            event.preventDefault();
            items.at(steps[event.key](items.indexOf(document.activeElement)) % items.length)?.focus();
          }
        },
      },
    },
    opener,
    list,
  );
  return box;
}
