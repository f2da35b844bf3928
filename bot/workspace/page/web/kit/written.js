// What is typed or picked on a keyboard: texts, numbers, addresses, dates and times.

import { el } from "../dom.js";
import { asRichText } from "./rich_text.js";
import { reporter, spoken } from "./reporting.js";
import { at, textOf, valueOf } from "./values.js";

function box(tag, block, element, surface, props, labelled) {
  const report = reporter(block, element, surface);
  const asks = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  const given = props.give ?? ((text) => text);
  delete props.give;
  return el(tag, {
    placeholder: element.placeholder?.text,
    data: { at: at(block, element) },
    autofocus: element.focus_on_load,
    ...labelled,
    aria: { label: labelled.id ? null : spoken(element, "Text"), ...(labelled.aria ?? {}) },
    ...props,
    on: {
      input: (event) => report(given(event.target.value), { settled: asks.includes("on_character_entered") }),
      keydown: (event) => {
        if (event.key === "Enter" && block.dispatch_action && asks.includes("on_enter_pressed") && !event.shiftKey) {
          event.preventDefault();
          report(given(event.target.value));
        }
      },
    },
  });
}

const line = (more) => (block, element, surface, labelled) =>
  box(
    "input",
    block,
    element,
    surface,
    { type: "text", autocomplete: "off", value: String(valueOf(block, element, surface) ?? ""), ...more },
    labelled,
  );

function plainText(block, element, surface, labelled) {
  const value = String(valueOf(block, element, surface) ?? "");
  if (!element.multiline) return line({})(block, element, surface, labelled);
  return box("textarea", block, element, surface, { rows: 4, value }, labelled);
}

function richText(block, element, surface, labelled) {
  const value = textOf(valueOf(block, element, surface));
  return box(
    "textarea",
    block,
    element,
    surface,
    { rows: element.min_lines ?? 4, value, give: (text) => (text ? asRichText(text) : "") },
    labelled,
  );
}

function picker(type, toText, fromText) {
  return (block, element, surface, labelled) => {
    const report = reporter(block, element, surface);
    const value = valueOf(block, element, surface);
    let before = value === undefined || value === "" ? "" : toText(value);
    return el("input", {
      type,
      value: before,
      data: { at: at(block, element) },
      ...labelled,
      aria: { label: labelled.id ? null : spoken(element, "Pick"), ...(labelled.aria ?? {}) },
      on: {
        change: async (event) => {
          if (await report(event.target.value ? fromText(event.target.value) : "")) before = event.target.value;
          else event.target.value = before;
        },
      },
    });
  };
}

const two = (number) => String(number).padStart(2, "0");
const localMinute = (seconds) => {
  const day = new Date(seconds * 1000);
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T${two(day.getHours())}:${two(day.getMinutes())}`;
};

export const WRITTEN = {
  plain_text_input: plainText,
  email_text_input: line({ inputmode: "email" }),
  url_text_input: line({ inputmode: "url" }),
  number_input: line({ inputmode: "decimal" }),
  rich_text_input: richText,
  datepicker: picker("date", String, String),
  timepicker: picker("time", String, String),
  datetimepicker: picker("datetime-local", localMinute, (text) => Math.floor(new Date(text).getTime() / 1000)),
};
