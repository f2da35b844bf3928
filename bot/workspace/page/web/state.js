// What the page knows: the parts that the server sent, where the person looks, and who is who.

export const state = {
  team: { name: "", users: [], usergroups: [] },
  app: { user: "", connected: true, commands: [], shortcuts: [] },
  plugins: [],
  channels: [],
  messages: [],
  thread: [],
  home: null,
  modals: [],
  looking: { user: "", channel: "", thread: "" },
  online: true,
};

const listeners = new Map();

/** Call `draw` whenever one of these parts has changed. */
export function on(parts, draw) {
  for (const part of parts) listeners.set(part, [...(listeners.get(part) ?? []), draw]);
}

/** Say that parts have changed; each drawer runs once. */
export function changed(...parts) {
  for (const draw of new Set(parts.flatMap((part) => listeners.get(part) ?? []))) draw();
}

/** Take a part from the server. Messages come as their order and those among them that changed. */
export function take(name, data) {
  if (name === "messages" || name === "thread") {
    const known = new Map([...state[name], ...data.changed].map((message) => [message.ts, message]));
    state[name] = data.order.map((ts) => known.get(ts));
  } else if (name !== "revision") {
    state[name] = data;
  }
  changed(name);
}

// -- who is who -------------------------------------------------------------------------------------------------------

export const userOf = (id) => state.team.users.find((user) => user.id === id);
export const me = () => userOf(state.looking.user);
export const people = () => state.team.users.filter((user) => !user.is_bot && !user.deleted);
export const channelOf = (id) => state.channels.find((channel) => channel.id === id);
export const hereIs = () => channelOf(state.looking.channel);
export const app = () => userOf(state.app.user);
export const appDirect = () =>
  state.channels.find((channel) => channel.is_im && channel.members.includes(state.app.user));

/** Names for mentions, by id. */
export const names = {
  user: (id) => userOf(id)?.real_name ?? (id === "USLACKBOT" ? "Slackbot" : id),
  group: (id) => state.team.usergroups.find((group) => group.id === id)?.handle ?? id,
  channel: (id) => channelOf(id)?.name ?? id,
};

/** What a channel is called at the left. */
export function channelName(channel) {
  if (!channel.is_im) return channel.name;
  const others = channel.members.filter((member) => member !== state.looking.user);
  return names.user(others[0] ?? channel.members[0]);
}

// -- where one looks: in the address, so that a reload and the back button find it again ------------------------------

const HOME = "home";

/** Where the address points: `#USER/CHANNEL/THREAD`, with `home` for the app's Home tab. */
export function fromAddress() {
  const [user = "", channel = "", thread = ""] = decodeURIComponent(location.hash.slice(1)).split("/");
  return { user, channel, thread };
}

/** Look elsewhere. `replace` leaves no trace for the back button. */
export function look(place, { replace = false } = {}) {
  const next = { ...state.looking, ...place };
  const address = `#${[next.user, next.channel, next.thread].filter((part, at) => part || at < 1).join("/")}`;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  state.looking = next;
  changed("looking");
}

export const atHome = () => state.looking.channel === HOME;
export const HOME_PLACE = { channel: HOME, thread: "" };

// -- what was read ----------------------------------------------------------------------------------------------------

const readKey = (channel) => `read/${state.looking.user}/${channel}`;

/** The channel has been read up to its newest message. */
export function markRead(channel) {
  if (channel && channel.latest) sessionStorage.setItem(readKey(channel.id), channel.latest);
}

/** Whether there is something new in a channel, and how often it called the person since. */
export function unread(channel) {
  const read = sessionStorage.getItem(readKey(channel.id)) ?? "";
  return { news: channel.latest > read, calls: channel.calls.filter((ts) => ts > read).length };
}
