// External selects: a box to type in, with the options that the app offers for what is typed; one of them, or several.

import { button, el } from "../dom.js";
import { suggestions } from "../suggestions.js";
import { textObject } from "./mrkdwn.js";
import { reporter, spoken } from "./reporting.js";
import { at, valueOf } from "./values.js";

const ASKS_AFTER = 200;
const LEAST = 3;

/** The drawer of an external select; `many` of one that takes several. */
export const external = (many) => (block, element, surface, labelled) => {
  const report = reporter(block, element, surface);
  const least = element.min_query_length ?? LEAST;
  const chips = el("div", { class: "chips" });
  let chosen = [valueOf(block, element, surface) ?? []].flat();
  let timer = 0;
  const input = el("input", {
    type: "text",
    placeholder: element.placeholder?.text ?? "Type to search",
    data: { at: at(block, element) },
    ...labelled,
    aria: { label: labelled.id ? null : spoken(element, "Search"), ...(labelled.aria ?? {}) },
    on: { input: later, focus: later, blur: settle, keydown: (event) => list.key(event) },
  });
  const draw = (option) => [
    textObject(option.text, surface),
    option.description && textObject(option.description, surface, "small"),
  ];
  const list = suggestions(input, { label: "Options", draw, pick });

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, ASKS_AFTER);
  }

  async function ask() {
    const query = input.value;
    if (query.length < least) return;
    const found = await surface.suggest(block, element, query);
    if (query === input.value && document.activeElement === input) list.show(found ?? [], "No results");
  }

  async function pick(option) {
    const others = chosen.filter((each) => each.value !== option.value);
    await take(many ? [...others, option] : [option]);
    list.shut();
  }

  async function take(next) {
    const tooMany = element.max_selected_items && next.length > element.max_selected_items;
    if (!tooMany && (await report(many ? next : (next[0] ?? "")))) chosen = next;
    show();
  }

  /** Whoever leaves the box of a single choice empty takes the choice back; other half-typed texts go. */
  function settle() {
    if (!many && chosen.length && !input.value) take([]);
    else show();
  }

  function show() {
    input.value = many ? "" : (chosen[0]?.text.text ?? "");
    if (!many) return;
    const chip = (option) => {
      const drop = () => take(chosen.filter((each) => each.value !== option.value));
      const props = { class: "chip", aria: { label: `Remove ${option.text.text}` } };
      return button([textObject(option.text, surface), " ×"], drop, props);
    };
    chips.replaceChildren(...chosen.map(chip));
  }

  show();
  return el("div", { class: "combobox" }, chips, input, list.node);
};
