// A list of suggestions at a box: the box keeps the focus, and says which of them is the active one.

import { el, freshId } from "./dom.js";

const SHUTS_AFTER = 150;

/**
 * Suggestions for `input`. `draw(item)` gives what an entry shows, `pick(item)` takes one. `first` is the entry that is
 * active at once, -1 for none; `above` puts the list over the box; `takes(item)` says whether Enter takes it.
 */
export function suggestions(input, { label, draw, pick, first = -1, above = false, takes = () => true }) {
  const id = freshId("list");
  const shape = above ? "suggestions suggestions-above" : "suggestions";
  const node = el("ul", { class: shape, id, role: "listbox", hidden: true, aria: { label } });
  let items = [];
  let active = -1;
  for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off" }))
    input.setAttribute(name, value);
  for (const [name, value] of Object.entries({ autocomplete: "list", controls: id, expanded: "false" })) {
    input.setAttribute(`aria-${name}`, value);
  }
  input.addEventListener("blur", () => setTimeout(shut, SHUTS_AFTER));

  function mark(place) {
    active = place;
    [...node.children].forEach((each, at) => each.setAttribute("aria-selected", String(at === active)));
    if (items[active]) input.setAttribute("aria-activedescendant", `${id}-${active}`);
    else input.removeAttribute("aria-activedescendant");
  }

  /** Show these; `nothing` is said when there are none, or the list is shut without it. */
  function show(found, nothing = "") {
    items = found;
    const entry = (item, at) => {
      const take = (event) => {
        event.preventDefault(); // the box keeps the focus
        pick(item);
      };
      return el("li", { role: "option", id: `${id}-${at}`, on: { pointerdown: take } }, draw(item));
    };
    node.replaceChildren(...items.map(entry));
    if (!items.length && nothing) node.append(el("li", { class: "nothing" }, nothing));
    node.hidden = !items.length && !nothing;
    input.setAttribute("aria-expanded", String(!node.hidden));
    mark(items.length ? first : -1);
  }

  const shut = () => show([]);

  /** Do what a key means for the list; whether it meant something. */
  function key(event) {
    if (node.hidden || event.isComposing) return false;
    if (event.key === "Escape") shut();
    else if (["ArrowDown", "ArrowUp"].includes(event.key) && items.length) {
      mark((active + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length);
    } else if (["Enter", "Tab"].includes(event.key) && !event.shiftKey && items[active] && takes(items[active])) {
      pick(items[active]);
    } else return false;
    event.preventDefault();
    event.stopPropagation(); // what the list takes, no dialog and no pane takes as well
    return true;
  }

  return { node, show, shut, key };
}
