// Block Kit's elements: the table of how each is drawn. A drawer gets its block, itself, the surface, and its label.

import { button, el, theirs } from "../dom.js";
import { icon } from "../icons.js";
import { CHOICES } from "./choices.js";
import { fileInput } from "./files.js";
import { link } from "./links.js";
import { textObject } from "./mrkdwn.js";
import { menu } from "./popups.js";
import { reporter } from "./reporting.js";
import { at } from "./values.js";
import { WRITTEN } from "./written.js";

function press(block, element, surface, face, value, props = {}) {
  const report = reporter({ ...block, type: "actions" }, element, surface);
  const node = button(
    face,
    async () => {
      if (node.getAttribute("aria-busy")) return;
      node.setAttribute("aria-busy", "true");
      try {
        const taken = await report(value);
        if (taken && element.url) window.open(element.url, "_blank", "noopener,noreferrer");
      } finally {
        node.removeAttribute("aria-busy");
      }
    },
    { data: { at: at(block, element) }, ...props, aria: { label: element.accessibility_label, ...(props.aria ?? {}) } },
  );
  return node;
}

const styled = (element) => ({
  class: `button ${element.style === "primary" ? "primary" : element.style === "danger" ? "danger" : ""}`,
});
const hidden = (element, surface) =>
  element.visible_to_user_ids?.length && !element.visible_to_user_ids.includes(surface.me);

function overflow(block, element, surface) {
  const report = reporter({ ...block, type: "actions" }, element, surface);
  const choices = element.options.map((option) => ({
    label: theirs(option.text.text),
    description: option.description?.text,
    pick: async () => {
      if ((await report(option.value)) && option.url) window.open(option.url, "_blank", "noopener,noreferrer");
    },
  }));
  return menu("More actions", "⋯", choices, { data: { at: at(block, element) } });
}

function feedback(block, element, surface) {
  const pressed = (each) =>
    press(block, element, surface, each.text.text, each.value, {
      class: "button",
      aria: { label: each.accessibility_label ?? each.text.text },
    });
  return el(
    "span",
    { class: "feedback", role: "group", aria: { label: "Feedback" } },
    pressed(element.positive_button),
    pressed(element.negative_button),
  );
}

/** An image, of which only its description is shown: the page loads nothing from elsewhere. */
export const image = (element) =>
  el(
    "span",
    { class: "image", role: "img", aria: { label: element.alt_text } },
    icon("image"),
    " ",
    theirs(element.alt_text),
  );

export const ELEMENTS = {
  button: (block, element, surface) =>
    press(block, element, surface, textObject(element.text, surface), undefined, styled(element)),
  workflow_button: (block, element, surface) =>
    el(
      "span",
      { class: "workflow" },
      button(textObject(element.text, surface), () => {}, { ...styled(element), disabled: true }),
      el("small", {}, " runs a workflow, which there is none of here"),
    ),
  icon_button: (block, element, surface) =>
    press(
      block,
      element,
      surface,
      [element.icon === "trash" && icon("trash"), " ", textObject(element.text, surface)],
      undefined,
      { class: "button" },
    ),
  feedback_buttons: feedback,
  overflow,
  image: (_block, element) => image(element),
  url: (_block, element) => link(element.url, element.text),
  plain_text: (_block, element, surface) => textObject(element, surface),
  mrkdwn: (_block, element, surface) => textObject(element, surface),
  file_input: fileInput,
  ...WRITTEN,
  ...CHOICES,
};

/** An element of a block; nothing when it is not for whoever looks. `labelled` has what ties it to a label. */
export function element(block, content, surface, labelled = {}) {
  if (hidden(content, surface)) return null;
  const draw = ELEMENTS[content.type];
  return draw
    ? draw(block, content, surface, labelled)
    : el("span", { class: "unknown" }, `(${content.type} cannot be shown here)`);
}

/** Elements whose label is tied by `aria-labelledby`, as they are groups of controls. */
export const GROUPS = new Set([
  "checkboxes",
  "radio_buttons",
  "multi_static_select",
  "multi_users_select",
  "multi_channels_select",
  "multi_conversations_select",
]);
