// The only way to the server: acts as JSON calls, and a stream of what the person sees.

import { state } from "./state.js";

/** A refusal with the workspace's own sentence. */
export class Refusal extends Error {
  constructor(code, sentence) {
    super(sentence);
    this.code = code;
  }
}

async function post(url, body, type = "application/json") {
  let response;
  try {
    response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": type },
      body,
    });
  } catch {
    throw new Refusal("unreachable", "The workspace does not answer. Is it still running?");
  }
  const answer = await response
    .json()
    .catch(() => ({ ok: false, error: "no_json", sentence: "The workspace failed at that; its log says why." }));
  if (!answer.ok) throw new Refusal(answer.error, answer.sentence);
  return answer.result;
}

/** The workspaces, each with the people whom one can play there. */
export const teams = async () => (await fetch("/page/teams")).json();

/** Do something as a person of this workspace; gives what came of it, or throws a Refusal. */
export const act = (name, args) =>
  post("/page/act", JSON.stringify({ act: name, team: state.looking.team, ...args }));

/** Upload a file of somebody of this workspace; gives it as Slack shows it. */
export const upload = (user, file) => {
  const whose = new URLSearchParams({ team: state.looking.team, user, name: file.name });
  return post(`/page/upload?${whose}`, file, "application/octet-stream");
};

/** Call a panel's own function. */
export const callPlugin = (plugin, call, args) =>
  post(`/page/plugins/${encodeURIComponent(plugin)}/${encodeURIComponent(call)}`, JSON.stringify(args));

const PARTS = ["team", "app", "plugins", "channels", "messages", "thread", "home", "modals", "revision"];

/**
 * Follow what somebody sees. `onPart(name, data)` for each part that has changed, `onLost(final)` when the connection
 * is gone: `final` when the server refuses this place. Gives a function that stops.
 */
export function follow(looking, onPart, onLost) {
  const source = new EventSource(`/page/stream?${new URLSearchParams(looking)}`);
  for (const name of PARTS) source.addEventListener(name, (event) => onPart(name, JSON.parse(event.data)));
  source.addEventListener("error", () => onLost(source.readyState === EventSource.CLOSED));
  return () => source.close();
}
