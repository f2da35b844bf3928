// The box to type in: messages and slash commands, with what can be completed: commands, people, channels.

import { button, el, keyed } from "../dom.js";
import { menu } from "../kit/popups.js";
import { roleOf } from "./people.js";
import { act } from "../server.js";
import { people, state } from "../state.js";
import { suggestions } from "../suggestions.js";
import { trying } from "../toast.js";

const drafts = new Map();
const MOST = 8;
const MOST_LINES = 8;

function completions(text) {
  const command = /^\/\S*$/.exec(text);
  if (command) {
    return state.app.commands
      .filter((each) => each.name.startsWith(command[0]))
      .map((each) => ({
        insert: `${each.name} `,
        label: each.name,
        more: each.usage_hint ?? each.description ?? "",
        from: 0,
      }));
  }
  const name = /(?:^|\s)([@#])([\w.-]*)$/.exec(text);
  if (!name) return [];
  const [, sign, typed] = name;
  const from = text.length - typed.length - 1;
  const all =
    sign === "#"
      ? state.channels.filter((channel) => !channel.is_im).map((channel) => ({ name: channel.name, more: "" }))
      : [
          ...people().map((user) => ({ name: user.name, more: `${user.real_name} · ${roleOf(user)}` })),
          ...state.team.users
            .filter((user) => user.id === state.app.user)
            .map((user) => ({ name: user.name, more: "App" })),
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
  const box = el("textarea", { id, rows: 1, on: { input: typed, keydown: keys } });
  const list = suggestions(box, {
    label: "Completions",
    draw: (each) => [el("strong", {}, each.label), each.more && el("small", {}, ` ${each.more}`)],
    pick: complete,
    first: 0,
    above: true,
    takes: (each) => each.insert.trim() !== box.value.trim(),
  });
  const send = button("Send", submit, { class: "primary send" });
  const shortcuts = el("div", { class: "shortcuts" });
  const node = el("div", { class: "composer" }, list.node, shortcuts, box, send);

  function grow() {
    box.rows = Math.min(MOST_LINES, Math.max(1, box.value.split("\n").length));
    send.disabled = !box.value.trim();
  }

  function typed() {
    drafts.set(key(), box.value);
    grow();
    list.show(box.selectionStart === box.value.length ? completions(box.value) : []);
  }

  function complete(each) {
    set(box.value.slice(0, each.from) + each.insert);
    list.shut();
    box.focus();
  }

  function keys(event) {
    if (list.key(event) || event.isComposing || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    submit();
  }

  async function submit() {
    const text = box.value;
    if (!text.trim()) return;
    const wasKey = key();
    const where = place();
    set("");
    list.shut();
    const result = await trying(() => act("types", { user: state.looking.user, text, ...where }));
    if (result === undefined && key() === wasKey && !box.value) set(text); // refused: nothing that was typed is lost
  }

  function set(text) {
    box.value = text;
    drafts.set(key(), text);
    grow();
  }

  /** Show the draft, the label, and the app's shortcuts of where the composer now stands. */
  function refresh() {
    box.setAttribute("aria-label", label());
    box.placeholder = label();
    if (box.value !== (drafts.get(key()) ?? "")) box.value = drafts.get(key()) ?? "";
    shortcuts.hidden = !state.app.shortcuts.some((each) => each.type === "global");
    keyed(shortcuts, [state.app.shortcuts.filter((each) => each.type === "global")], () => "all", shortcutMenu);
    grow();
  }

  return { node, box, refresh };
}

/** The app's global shortcuts; they know no channel, so the person is all that they get. */
function shortcutMenu(offered) {
  if (!offered.length) return el("span");
  const choices = offered.map((each) => ({
    label: each.name,
    description: each.description,
    pick: () => trying(() => act("uses_shortcut", { user: state.looking.user, callback_id: each.callback_id })),
  }));
  return menu("Shortcuts", "+", choices, { data: { at: "shortcuts" } });
}
