// A small bot on Slack's client for Node: prints "connected", answers /policy, updates its card on a click, opens a form.
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
const form = { type: "modal", callback_id: "edit", title: text("Edit"), submit: text("Save"), blocks: [input] };

app.command("/policy", async ({ command, ack, client, respond }) => {
  if (command.text === "form") {
    await ack();
    await client.views.open({ trigger_id: command.trigger_id, view: form });
  } else if (command.text === "respond") {
    await ack("only you");
    await respond({ text: "for all", response_type: "in_channel" });
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
app.event("app_mention", async ({ event, say }) => {
  await say({ text: "hello", thread_ts: event.thread_ts ?? event.ts });
});

await app.start();
const group = await app.client.usergroups.users.list({ usergroup: process.env.EMBEDDED_GROUP });
const member = await app.client.users.info({ user: group.users[0] });
console.log(`connected, first approver ${member.user.name}`);
