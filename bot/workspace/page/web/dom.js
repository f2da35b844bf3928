// Elements from plain values. Text always becomes a text node: nothing here, or anywhere in the page, parses HTML.

let ids = 0;

/** A fresh id for labels and descriptions. */
export const freshId = (prefix = "p") => `${prefix}-${(ids += 1)}`;

/** An element. `props`: `on` has listeners, `data` data attributes, `aria` ARIA ones; null and false leave one out. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "aria")
      for (const [key, said] of Object.entries(value)) said != null && node.setAttribute(`aria-${key}`, said);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "selected") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  append(node, children);
  return node;
}

function append(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(node, child);
    else if (child !== null && child !== undefined && child !== false) node.append(child);
  }
}

/** A button that says what it does. */
export function button(label, onClick, props = {}) {
  return el("button", { type: "button", ...props, on: { click: onClick, ...(props.on ?? {}) } }, label);
}

/** Text that somebody else wrote: its writing direction stays inside. */
export const theirs = (text) => el("bdi", {}, text);

/** Text for screen readers alone. */
export const unseen = (text) => el("span", { class: "unseen" }, text);

/**
 * Make the children of `parent` the nodes for `items`, in order: a node is drawn anew only when its item has changed,
 * and whoever had the focus in it keeps it.
 */
export function keyed(parent, items, key, draw) {
  const known = (parent.keyedNodes ??= new Map());
  const wanted = new Set();
  let before = null;
  for (const item of items) {
    const name = key(item);
    const stands = JSON.stringify(item);
    wanted.add(name);
    let entry = known.get(name);
    if (!entry || entry.stands !== stands) {
      const node = draw(item);
      if (entry) replaceKeepingFocus(entry.node, node);
      entry = { node, stands };
      known.set(name, entry);
    }
    const place = before ? before.nextSibling : parent.firstChild;
    if (entry.node !== place) parent.insertBefore(entry.node, place);
    before = entry.node;
  }
  for (const [name, entry] of known) {
    if (wanted.has(name)) continue;
    entry.node.remove();
    known.delete(name);
  }
}

/** Put `after` where `before` is; the control that has the focus is found again by its `data-at`. */
export function replaceKeepingFocus(before, after) {
  const active = document.activeElement;
  const at = before.contains(active) ? active.closest("[data-at]")?.dataset.at : undefined;
  const open = [...before.querySelectorAll("details[open][data-at]")].map((each) => each.dataset.at);
  before.replaceWith(after);
  for (const each of after.querySelectorAll("details[data-at]")) if (open.includes(each.dataset.at)) each.open = true;
  if (at !== undefined) [...after.querySelectorAll("[data-at]")].find((each) => each.dataset.at === at)?.focus();
}

/** Whether somebody reads at the end of a list that scrolls, so that it should follow what is added. */
export const atEnd = (node) => node.scrollHeight - node.scrollTop - node.clientHeight < 60;
