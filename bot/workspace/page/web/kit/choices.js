// What is chosen: selects of every source, one or many, radio buttons, checkboxes.

import { el, freshId } from "../dom.js";
import { external } from "./combobox.js";
import { textObject } from "./mrkdwn.js";
import { reporter, spoken } from "./reporting.js";
import { at, idOf, valueOf } from "./values.js";

const FILTERED_FROM = 9;

const asChoice = (option) => ({
  id: option.value,
  label: option.text.text,
  description: option.description?.text,
  option,
});
const groupsOf = (element) =>
  element.option_groups
    ? element.option_groups.map((group) => ({ label: group.label.text, choices: group.options.map(asChoice) }))
    : [{ label: "", choices: (element.options ?? []).map(asChoice) }];
const fromList = (list) => [{ label: "", choices: list.map(({ id, label }) => ({ id, label })) }];

// Where the choices of a select come from; external ones are asked for as one types.
const SOURCES = {
  static: groupsOf,
  users: (_, surface) => fromList(surface.people()),
  channels: (_, surface) => fromList(surface.conversations({ include: ["public"] })),
  conversations: (element, surface) => fromList(surface.conversations(element.filter ?? {})),
};

function select(source) {
  return (block, element, surface, labelled) => {
    const report = reporter(block, element, surface);
    let before = idOf(valueOf(block, element, surface)) ?? "";
    if (!before && element.default_to_current_conversation) before = surface.channel ?? "";
    const option = ({ id, label, description }) =>
      el("option", { value: id, selected: id === before }, description ? `${label} – ${description}` : label);
    const groups = SOURCES[source](element, surface).map((group) =>
      group.label ? el("optgroup", { label: group.label }, group.choices.map(option)) : group.choices.map(option),
    );
    return el(
      "select",
      {
        data: { at: at(block, element) },
        ...labelled,
        aria: { label: labelled.id ? null : spoken(element, "Choose"), ...(labelled.aria ?? {}) },
        on: {
          change: async (event) => {
            if (await report(event.target.value)) before = event.target.value;
            else event.target.value = before;
          },
        },
      },
      el("option", { value: "" }, element.placeholder?.text ?? "Choose an option"),
      groups,
    );
  };
}

/** Boxes to tick, with a filter when they are many. `most` is how many may be ticked. */
function ticks(name, choices, chosen, most, onChange, surface, place) {
  const boxes = choices.map((choice) => {
    const input = el("input", {
      type: "checkbox",
      value: choice.id,
      checked: chosen.includes(choice.id),
      data: { at: `${place}/${choice.id}` },
      on: { change: () => changed(input) },
    });
    return { choice, input, row: el("label", { class: "choice" }, input, choiceText(choice, surface)) };
  });
  const picked = () => boxes.filter((each) => each.input.checked).map((each) => each.choice.id);
  async function changed(input) {
    if (most && picked().length > most) input.checked = false;
    else if (!(await onChange(picked()))) input.checked = !input.checked;
  }
  const filter =
    choices.length >= FILTERED_FROM &&
    el("input", {
      type: "search",
      placeholder: "Filter",
      aria: { label: `Filter ${name}` },
      on: {
        input: (event) => {
          const wanted = event.target.value.toLowerCase();
          for (const { choice, row } of boxes) row.hidden = !choice.label.toLowerCase().includes(wanted);
        },
      },
    });
  return [
    filter,
    el(
      "div",
      { class: choices.length >= FILTERED_FROM ? "choices choices-many" : "choices" },
      boxes.map((each) => each.row),
    ),
  ];
}

const choiceText = (choice, surface) =>
  el(
    "span",
    {},
    choice.option ? textObject(choice.option.text, surface) : choice.label,
    choice.option?.description && textObject(choice.option.description, surface, "small"),
  );

function group(role, labelled, element, ...children) {
  const props = {
    class: "group",
    role,
    id: labelled.id,
    aria: {
      ...(labelled.aria ?? {}),
      labelledby: labelled.labelledby,
      label: labelled.labelledby ? null : spoken(element, "Choose"),
    },
  };
  return el("div", props, ...children);
}

function multi(source) {
  return (block, element, surface, labelled) => {
    const report = reporter(block, element, surface);
    const chosen = (valueOf(block, element, surface) ?? []).map(idOf);
    const parts = SOURCES[source](element, surface).flatMap(({ label, choices }) => [
      label && el("p", { class: "group-label" }, label),
      ...ticks(
        spoken(element, "the choices"),
        choices,
        chosen,
        0,
        (ids) => chosenNow(label, choices, ids),
        surface,
        at(block, element),
      ),
    ]);
    let picked = chosen;
    async function chosenNow(_label, choices, ids) {
      const others = picked.filter((id) => !choices.some((choice) => choice.id === id));
      const next = [...others, ...ids];
      if (element.max_selected_items && next.length > element.max_selected_items) return false;
      if (!(await report(next))) return false;
      picked = next;
      return true;
    }
    return group("group", labelled, element, parts);
  };
}

function checkboxes(block, element, surface, labelled) {
  const report = reporter(block, element, surface);
  const chosen = (valueOf(block, element, surface) ?? []).map(idOf);
  return group(
    "group",
    labelled,
    element,
    ticks("the choices", element.options.map(asChoice), chosen, 0, report, surface, at(block, element)),
  );
}

function radio(block, element, surface, labelled) {
  const report = reporter(block, element, surface);
  const name = freshId("radio");
  let before = idOf(valueOf(block, element, surface));
  const inputs = element.options.map((option) =>
    el("input", {
      type: "radio",
      name,
      value: option.value,
      checked: option.value === before,
      data: { at: `${at(block, element)}/${option.value}` },
      on: {
        change: async () => {
          if (await report(option.value)) before = option.value;
          else for (const input of inputs) input.checked = input.value === before;
        },
      },
    }),
  );
  const rows = element.options.map((option, place) =>
    el("label", { class: "choice" }, inputs[place], choiceText(asChoice(option), surface)),
  );
  return group("radiogroup", labelled, element, el("div", { class: "choices" }, rows));
}

export const CHOICES = {
  static_select: select("static"),
  users_select: select("users"),
  channels_select: select("channels"),
  conversations_select: select("conversations"),
  external_select: external(false),
  multi_static_select: multi("static"),
  multi_users_select: multi("users"),
  multi_channels_select: multi("channels"),
  multi_conversations_select: multi("conversations"),
  multi_external_select: external(true),
  checkboxes,
  radio_buttons: radio,
};
