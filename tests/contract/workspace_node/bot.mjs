// A small bot on Slack's client for Node: prints "connected", answers /policy, updates its card on a click, opens forms,
// suggests options, publishes its Home tab, hears messages and reactions, and pages through lists.
import bolt from "@slack/bolt";

const app = new bolt.App({
  token: process.env.EMBEDDED_BOT_TOKEN,
  appToken: process.env.EMBEDDED_APP_TOKEN,
  socketMode: true,
  clientOptions: { slackApiUrl: process.env.EMBEDDED_API_URL },
});
const text = (value) => ({ type: "plain_text", text: value });
const button = { type: "button", action_id: "approve", text: text("Approve"), value: "p1" };
const input = { type: "input", block_id: "rule", label: text("Rule"), element: { type: "plain_text_input", action_id: "text" } };
const deeper = { type: "button", action_id: "deeper", text: text("Deeper") };
const tool = { type: "external_select", action_id: "tools", min_query_length: 1 };
const optional = { type: "input", block_id: "tool", optional: true, label: text("Tool"), element: tool };
const blocks = [input, optional, { type: "actions", elements: [deeper] }];
const form = { type: "modal", callback_id: "edit", title: text("Edit"), submit: text("Save"), blocks };

app.command("/policy", async ({ command, ack, client, respond }) => {
  if (command.text === "form") {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: form });
  } else if (command.text === "respond") {
    await ack("only you");
    await respond({ text: "for all", response_type: "in_channel" });
  } else if (command.text.startsWith("later ")) {
    await ack();
    const post_at = Number(command.text.slice(6));
    await client.chat.scheduleMessage({ channel: command.channel_id, text: "it is later", post_at });
  } else {
    await ack();
    const blocks = [{ type: "actions", elements: [button] }];
    await client.chat.postMessage({ channel: command.channel_id, text: command.text, blocks });
  }
});
app.action("approve", async ({ body, ack, client }) => {
  await ack();
  const done = `approved by ${body.user.id}`;
  await client.chat.update({ channel: body.channel.id, ts: body.message.ts, text: done });
});
app.view("edit", async ({ ack, view, body, client }) => {
  const value = view.state.values.rule.text.value;
  if (value === "bad") return ack({ response_action: "errors", errors: { rule: "not a rule" } });
  await ack();
  return client.chat.postMessage({ channel: body.user.id, text: value });
});
app.action("deeper", async ({ body, ack, client }) => {
  await ack();
  await client.views.push({ trigger_id: body.trigger_id, view: { ...form, title: text("Deeper") } });
  const stale = { view_id: body.view.id, hash: "0.stale", view: form };
  const error = await client.views.update(stale).catch((refused) => refused.data.error);
  const hash = body.view.hash;
  await client.views.update({ view_id: body.view.id, hash, view: { ...form, title: text(error) } });
});
app.options("tools", async ({ options, ack }) => {
  await ack({ options: [{ text: text(`${options.value}und`), value: `${options.value}und` }] });
});
app.shortcut("propose", async ({ shortcut, ack, client }) => {
  await ack();
  const view = { ...form, private_metadata: shortcut.message?.ts ?? "everywhere" };
  await client.views.open({ trigger_id: shortcut.trigger_id, view });
});
app.event("app_home_opened", async ({ event, client }) => {
  await client.views.publish({ user_id: event.user, view: { type: "home", blocks: [{ type: "divider" }] } });
});
app.message("ping", async ({ message, say }) => {
  await say({ text: `pong in a ${message.channel_type}` });
});
app.event("reaction_added", async ({ event, client }) => {
  await client.reactions.add({ channel: event.item.channel, timestamp: event.item.ts, name: `${event.reaction}_too` });
});
app.event("app_mention", async ({ event, say }) => {
  await say({ text: "hello", thread_ts: event.thread_ts ?? event.ts });
});

await app.start();
const group = await app.client.usergroups.users.list({ usergroup: process.env.EMBEDDED_GROUP });
const member = await app.client.users.info({ user: group.users[0] });
async function count(method, key) {
  let found = 0;
  for await (const page of app.client.paginate(method, { limit: 2 })) found += page[key].length;
  return found;
}
console.log(`found ${await count("users.list", "members")} users, ${await count("conversations.list", "channels")} channels`);
console.log(`connected, first approver ${member.user.name}`);
