// Where blocks stand: a message or a view. A surface knows who looks, what is in the inputs, and how acts reach the server.

import { act, upload } from "../server.js";
import { hereIs, names, people, state } from "../state.js";
import { toast, trying } from "../toast.js";

const TOGETHER = 250;

const KINDS = {
  public: (channel) => !channel.is_im && !channel.is_mpim && !channel.is_private,
  private: (channel) => channel.is_private && !channel.is_im && !channel.is_mpim,
  im: (channel) => channel.is_im,
  mpim: (channel) => channel.is_mpim,
};

function conversations({ include, exclude_external_shared_channels: noShared, exclude_bot_users: noBots }) {
  return state.channels
    .filter((channel) => !include || include.some((kind) => KINDS[kind]?.(channel)))
    .filter((channel) => !(noShared && channel.is_ext_shared))
    .filter((channel) => !(noBots && channel.is_im && channel.members.includes(state.app.user)))
    .map((channel) => ({
      id: channel.id,
      label: channel.is_im
        ? channel.members
            .filter((id) => id !== state.looking.user)
            .map(names.user)
            .join(", ")
        : `#${channel.name}`,
    }));
}

const uploads = (user) => (file) => trying(() => upload(user, file));

const shared = () => ({
  me: state.looking.user,
  names,
  people: () => people().map((user) => ({ id: user.id, label: user.real_name })),
  conversations,
  channel: hereIs()?.id,
  upload: uploads(state.looking.user),
});

function unanswered(result) {
  if (result && result.acknowledged === false && result.error && result.error !== "incomplete")
    toast(`${names.user(state.app.user)} did not respond: “${result.error}”.`);
  return result;
}

// -- messages ---------------------------------------------------------------------------------------------------------

const chosen = new Map();

/** The surface of a message. What somebody chose in it stays when it is drawn anew. */
export function messageSurface(message) {
  const user = state.looking.user;
  const key = `${user}/${message.channel}/${message.ts}`;
  const place = { user, channel: message.channel, ts: message.ts };
  const kept = () => chosen.get(key) ?? chosen.set(key, new Map()).get(key);
  const send = (block, element, value) => {
    if (value !== undefined) kept().set(`${block.block_id}/${element.action_id}`, value);
    const pressed = { action_id: element.action_id, block_id: block.block_id, value, was: element.value };
    return trying(() => act("clicks", { ...place, ...pressed }));
  };
  let timer = 0;
  return {
    ...shared(),
    fallback: message.text,
    typed: (block, element) => chosen.get(key)?.get(`${block.block_id}/${element.action_id}`),
    act: send,
    fill: (block, element, value) => {
      kept().set(`${block.block_id}/${element.action_id}`, value);
      clearTimeout(timer);
      if (!block.dispatch_action) timer = setTimeout(() => send(block, element, value), TOGETHER);
    },
    suggest: (block, element, query) =>
      trying(() => act("suggests_in_message", { ...place, action_id: element.action_id, query })),
  };
}

// -- views ------------------------------------------------------------------------------------------------------------

const pending = new Map();

/** What was typed into a view and not yet sent, as `{block_id: {action_id: value}}`; it is the caller's then. */
export function takeTyped(viewId) {
  const typed = pending.get(viewId);
  clearTimeout(typed?.timer);
  pending.delete(viewId);
  return typed?.values ?? {};
}

async function fillIn(user, viewId) {
  const values = takeTyped(viewId);
  if (Object.keys(values).length) await trying(() => act("fills", { user, view_id: viewId, values }));
}

/** The surface of a modal or of the Home tab. What is typed is sent when somebody pauses, and before any act. */
export function viewSurface(view) {
  const user = state.looking.user;
  const isModal = view.type === "modal";
  return {
    ...shared(),
    values: view.state.values,
    errors: view.errors ?? {},
    typed: (block, element) => pending.get(view.id)?.values[block.block_id]?.[element.action_id],
    act: async (block, element, value) => {
      if (isModal) await fillIn(user, view.id);
      return unanswered(
        await trying(() =>
          act("clicks_in_view", {
            user,
            view_id: view.id,
            action_id: element.action_id,
            block_id: block.block_id,
            value,
          }),
        ),
      );
    },
    fill: (block, element, value) => {
      const typed = pending.get(view.id) ?? { values: {}, timer: 0 };
      (typed.values[block.block_id] ??= {})[element.action_id] = value;
      clearTimeout(typed.timer);
      typed.timer = setTimeout(() => fillIn(user, view.id), TOGETHER);
      pending.set(view.id, typed);
    },
    suggest: (_block, element, query) =>
      trying(() => act("suggests", { user, view_id: view.id, action_id: element.action_id, query })),
  };
}
