// What is chosen: selects of every source, one or many, radio buttons, checkboxes.

import { button, el, freshId } from "../dom.js";
import { textObject } from "./mrkdwn.js";
import { reporter, spoken } from "./reporting.js";
import { at, idOf, valueOf } from "./values.js";

const FILTERED_FROM = 9;
const SUGGEST_AFTER = 200;

const asChoice = (option) => ({ id: option.value, label: option.text.text, description: option.description?.text, option });
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
      group.label ? el("optgroup", { label: group.label }, group.choices.map(option)) : group.choices.map(option));
    return el("select", {
      data: { at: at(block, element) },
      ...labelled,
      aria: { label: labelled.id ? null : spoken(element, "Choose"), ...(labelled.aria ?? {}) },
      on: { change: async (event) => {
        if (await report(event.target.value)) before = event.target.value;
        else event.target.value = before;
      } },
    }, el("option", { value: "" }, element.placeholder?.text ?? "Choose an option"), groups);
  };
}

/** Boxes to tick, with a filter when they are many. `most` is how many may be ticked. */
function ticks(name, choices, chosen, most, onChange, surface, place) {
  const boxes = choices.map((choice) => {
    const input = el("input", { type: "checkbox", value: choice.id, checked: chosen.includes(choice.id), data: { at: `${place}/${choice.id}` }, on: { change: () => changed(input) } });
    return { choice, input, row: el("label", { class: "choice" }, input, choiceText(choice, surface)) };
  });
  const picked = () => boxes.filter((each) => each.input.checked).map((each) => each.choice.id);
  async function changed(input) {
    if (most && picked().length > most) input.checked = false;
    else if (!(await onChange(picked()))) input.checked = !input.checked;
  }
  const filter = choices.length >= FILTERED_FROM && el("input", { type: "search", placeholder: "Filter", aria: { label: `Filter ${name}` }, on: { input: (event) => {
    const wanted = event.target.value.toLowerCase();
    for (const { choice, row } of boxes) row.hidden = !choice.label.toLowerCase().includes(wanted);
  } } });
  return [filter, el("div", { class: choices.length >= FILTERED_FROM ? "choices choices-many" : "choices" }, boxes.map((each) => each.row))];
}

const choiceText = (choice, surface) =>
  el("span", {}, choice.option ? textObject(choice.option.text, surface) : choice.label,
    choice.option?.description && textObject(choice.option.description, surface, "small"));

function group(role, labelled, element, ...children) {
  const props = { class: "group", role, id: labelled.id, aria: { ...(labelled.aria ?? {}), labelledby: labelled.labelledby, label: labelled.labelledby ? null : spoken(element, "Choose") } };
  return el("div", props, ...children);
}

function multi(source) {
  return (block, element, surface, labelled) => {
    const report = reporter(block, element, surface);
    const chosen = (valueOf(block, element, surface) ?? []).map(idOf);
    const parts = SOURCES[source](element, surface).flatMap(({ label, choices }) => [
      label && el("p", { class: "group-label" }, label),
      ...ticks(spoken(element, "the choices"), choices, chosen, 0, (ids) => chosenNow(label, choices, ids), surface, at(block, element)),
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
  return group("group", labelled, element, ticks("the choices", element.options.map(asChoice), chosen, 0, report, surface, at(block, element)));
}

function radio(block, element, surface, labelled) {
  const report = reporter(block, element, surface);
  const name = freshId("radio");
  let before = idOf(valueOf(block, element, surface));
  const inputs = element.options.map((option) =>
    el("input", { type: "radio", name, value: option.value, checked: option.value === before, data: { at: `${at(block, element)}/${option.value}` }, on: { change: async () => {
      if (await report(option.value)) before = option.value;
      else for (const input of inputs) input.checked = input.value === before;
    } } }));
  const rows = element.options.map((option, place) => el("label", { class: "choice" }, inputs[place], choiceText(asChoice(option), surface)));
  return group("radiogroup", labelled, element, el("div", { class: "choices" }, rows));
}

/** A box to type in, with the options that the app offers for what is typed. */
function external(many) {
  return (block, element, surface, labelled) => {
    const report = reporter(block, element, surface);
    const listId = freshId("list");
    const list = el("ul", { class: "suggestions", id: listId, role: "listbox", hidden: true });
    const kept = el("div", { class: "chips" });
    let value = valueOf(block, element, surface) ?? (many ? [] : undefined);
    let found = [];
    let active = -1;
    let timer = 0;
    const least = element.min_query_length ?? (many ? 3 : 3);
    const input = el("input", { type: "text", role: "combobox", autocomplete: "off", placeholder: element.placeholder?.text ?? "Type to search", data: { at: at(block, element) }, ...labelled,
      aria: { expanded: "false", controls: listId, autocomplete: "list", label: labelled.id ? null : spoken(element, "Search"), ...(labelled.aria ?? {}) },
      on: { input: later, focus: later, blur: () => setTimeout(shut, 150), keydown: keys } });
    function later() {
      clearTimeout(timer);
      timer = setTimeout(ask, SUGGEST_AFTER);
    }
    async function ask() {
      const query = input.value;
      if (query.length < least && query.length > 0) return;
      found = (await surface.suggest(block, element, query)) ?? [];
      active = -1;
      list.replaceChildren(...found.map((option, place) =>
        el("li", { role: "option", id: `${listId}-${place}`, aria: { selected: "false" }, on: { pointerdown: (event) => (event.preventDefault(), pick(option)) } }, textObject(option.text, surface), option.description && textObject(option.description, surface, "small"))));
      if (!found.length) list.replaceChildren(el("li", { class: "nothing" }, "No results"));
      list.hidden = false;
      input.setAttribute("aria-expanded", "true");
    }
    function shut() {
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      if (!many) input.value = value?.text?.text ?? "";
    }
    function keys(event) {
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        event.stopPropagation();
        shut();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length) {
        event.preventDefault();
        active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
        [...list.children].forEach((each, place) => each.setAttribute("aria-selected", String(place === active)));
        input.setAttribute("aria-activedescendant", `${listId}-${active}`);
      } else if (event.key === "Enter" && !list.hidden && active >= 0) {
        event.preventDefault();
        event.stopPropagation();
        pick(found[active]);
      }
    }
    async function pick(option) {
      const next = many ? [...value.filter((each) => each.value !== option.value), option] : option;
      if (many && element.max_selected_items && next.length > element.max_selected_items) return;
      if (!(await report(next))) return;
      value = next;
      input.value = "";
      shut();
      chips();
    }
    function chips() {
      if (!many) return;
      kept.replaceChildren(...value.map((option) =>
        button([textObject(option.text, surface), " ×"], async () => {
          const next = value.filter((each) => each.value !== option.value);
          if (await report(next)) value = next;
          chips();
        }, { class: "chip", aria: { label: `Remove ${option.text.text}` } })));
    }
    if (!many) input.value = value?.text?.text ?? "";
    chips();
    return el("div", { class: "combobox" }, kept, input, list);
  };
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
