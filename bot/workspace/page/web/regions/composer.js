// The box to type in: messages and slash commands, with what can be completed: commands, people, channels.

import { button, el, freshId } from "../dom.js";
import { roleOf } from "./people.js";
import { act } from "../server.js";
import { people, state } from "../state.js";
import { trying } from "../toast.js";

const drafts = new Map();
const MOST = 8;

function completions(text) {
  const command = /^\/\S*$/.exec(text);
  if (command) {
    return state.app.commands
      .filter((each) => each.name.startsWith(command[0]))
      .map((each) => ({ insert: `${each.name} `, label: each.name, more: each.usage_hint ?? each.description ?? "", from: 0 }));
  }
  const name = /(?:^|\s)([@#])([\w.-]*)$/.exec(text);
  if (!name) return [];
  const [, sign, typed] = name;
  const from = text.length - typed.length - 1;
  const all = sign === "#"
    ? state.channels.filter((channel) => !channel.is_im).map((channel) => ({ name: channel.name, more: "" }))
    : [
        ...people().map((user) => ({ name: user.name, more: `${user.real_name} · ${roleOf(user)}` })),
        ...state.team.users.filter((user) => user.id === state.app.user).map((user) => ({ name: user.name, more: "App" })),
        ...state.team.usergroups.map((group) => ({ name: group.handle, more: "User group" })),
        ...["here", "channel"].map((each) => ({ name: each, more: "Everybody in this channel" })),
      ];
  const wanted = typed.toLowerCase();
  return all
    .filter((each) => each.name.toLowerCase().startsWith(wanted) || each.more.toLowerCase().startsWith(wanted))
    .slice(0, MOST)
    .map((each) => ({ insert: `${sign}${each.name} `, label: `${sign}${each.name}`, more: each.more, from }));
}

/** A composer. `place()` gives `{channel, thread_ts?}`; `key()` names its draft; `id` is the box's. */
export function composer({ id, place, key, label }) {
  const listId = freshId("complete");
  const list = el("ul", { class: "suggestions suggestions-above", id: listId, role: "listbox", hidden: true, aria: { label: "Completions" } });
  const box = el("textarea", { id, rows: 1, autocomplete: "off", aria: { autocomplete: "list", controls: listId, expanded: "false" },
    on: { input: typed, keydown: keys, blur: () => setTimeout(shut, 150) } });
  box.setAttribute("role", "combobox");
  const send = button("Send", submit, { class: "primary send" });
  const form = el("div", { class: "composer" }, list, box, send);
  let found = [];
  let active = 0;

  function grow() {
    box.rows = Math.min(8, Math.max(1, box.value.split("\n").length));
    send.disabled = !box.value.trim();
  }
  function typed() {
    drafts.set(key(), box.value);
    grow();
    found = box.selectionStart === box.value.length ? completions(box.value) : [];
    active = 0;
    show();
  }
  function show() {
    list.hidden = !found.length;
    box.setAttribute("aria-expanded", String(Boolean(found.length)));
    list.replaceChildren(...found.map((each, at) =>
      el("li", { role: "option", id: `${listId}-${at}`, aria: { selected: String(at === active) }, on: { pointerdown: (event) => (event.preventDefault(), complete(each)) } },
        el("strong", {}, each.label), each.more && el("small", {}, ` ${each.more}`))));
    if (found.length) box.setAttribute("aria-activedescendant", `${listId}-${active}`);
    else box.removeAttribute("aria-activedescendant");
  }
  function shut() {
    found = [];
    show();
  }
  function complete(each) {
    box.value = box.value.slice(0, each.from) + each.insert;
    drafts.set(key(), box.value);
    shut();
    grow();
    box.focus();
  }
  function keys(event) {
    if (event.isComposing) return;
    if (found.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length;
      show();
    } else if (found.length && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey && found[active].insert.trim() !== box.value.trim()) {
      event.preventDefault();
      complete(found[active]);
    } else if (found.length && event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      shut();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  }
  async function submit() {
    const text = box.value;
    if (!text.trim()) return;
    const wasKey = key();
    const where = place();
    set("");
    shut();
    const result = await trying(() => act("types", { user: state.looking.user, text, ...where }));
    if (result === undefined && key() === wasKey && !box.value) set(text);  // refused: nothing that was typed is lost
  }
  function set(text) {
    box.value = text;
    drafts.set(key(), text);
    grow();
  }
  return {
    node: form,
    box,
    /** Show the draft and the label of where the composer now stands. */
    refresh() {
      box.setAttribute("aria-label", label());
      box.placeholder = label();
      if (box.value !== (drafts.get(key()) ?? "")) box.value = drafts.get(key()) ?? "";
      grow();
    },
  };
}
