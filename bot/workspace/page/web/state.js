// What the page knows: the parts that the server sent, where the person looks, and who is who.

export const state = {
  teams: [],
  team: { id: "", name: "", users: [], usergroups: [] },
  app: { user: "", connected: true, installed: true, commands: [], shortcuts: [] },
  plugins: [],
  channels: [],
  messages: [],
  thread: [],
  home: null,
  modals: [],
  looking: { team: "", user: "", channel: "", thread: "" },
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
/** Whoever looks: the same person may be in several workspaces. */
export const seat = () => `${state.looking.team}/${state.looking.user}`;
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

/**
 * Where the address points: `#USER/CHANNEL/THREAD`, with `home` for the app's Home tab, and of several workspaces
 * `#TEAM/USER/CHANNEL/THREAD`. Where it names nobody of the workspace, it is the first person there.
 */
export function fromAddress() {
  const parts = decodeURIComponent(location.hash.slice(1)).split("/");
  const team = state.teams.find((each) => each.id === parts[0]) ?? state.teams[0];
  const [user = "", channel = "", thread = ""] = team.id === parts[0] ? parts.slice(1) : parts;
  return team.people.includes(user) ? { team: team.id, user, channel, thread } : entrance(team.id);
}

/** Where one comes into a workspace: as its first person, in the first channel. */
export const entrance = (team) => ({
  team,
  user: state.teams.find((each) => each.id === team).people[0],
  channel: "",
  thread: "",
});

/** Look elsewhere. `replace` leaves no trace for the back button. */
export function look(place, { replace = false } = {}) {
  const next = { ...state.looking, ...place };
  const among = state.teams.length > 1 ? `${next.team}/` : "";
  const address = `#${among}${[next.user, next.channel, next.thread].filter((part, at) => part || at < 1).join("/")}`;
  history[replace ? "replaceState" : "pushState"](null, "", address);
  state.looking = next;
  changed("looking");
}

export const atHome = () => state.looking.channel === HOME;
export const HOME_PLACE = { channel: HOME, thread: "" };

// -- what was read ----------------------------------------------------------------------------------------------------

const readKey = (channel) => `read/${seat()}/${channel}`;

/** The channel has been read up to its newest message. */
export function markRead(channel) {
  if (channel && channel.latest) sessionStorage.setItem(readKey(channel.id), channel.latest);
}

/** Whether there is something new in a channel, and how often it called the person since. */
export function unread(channel) {
  const read = sessionStorage.getItem(readKey(channel.id)) ?? "";
  return { news: channel.latest > read, calls: channel.calls.filter((ts) => ts > read).length };
}
