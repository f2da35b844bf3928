// A small app on Slack's client for Node that many workspaces install: its installer keeps tokens in memory, state in a
// cookie; /policy says which workspace it is in. Prints "listening" with its port.
import bolt from "@slack/bolt";

const kept = new Map();
const key = (query) => (query.isEnterpriseInstall ? query.enterpriseId : query.teamId);
const receiver = new bolt.HTTPReceiver({
  signingSecret: process.env.EMBEDDED_SIGNING_SECRET,
  clientId: process.env.EMBEDDED_CLIENT_ID,
  clientSecret: process.env.EMBEDDED_CLIENT_SECRET,
  stateSecret: "a secret of the app's own",
  scopes: ["commands", "chat:write"],
  installationStore: {
    storeInstallation: async (found) => kept.set(found.isEnterpriseInstall ? found.enterprise.id : found.team.id, found),
    fetchInstallation: async (query) => {
      if (!kept.has(key(query))) throw new Error(`not installed in ${key(query)}`);
      return kept.get(key(query));
    },
    deleteInstallation: async (query) => kept.delete(key(query)),
  },
  redirectUri: process.env.REDIRECT_URI,
  installerOptions: {
    directInstall: true,
    redirectUriPath: "/slack/oauth_redirect",
    authorizationUrl: `${process.env.EMBEDDED_URL}/oauth/v2/authorize`,
    clientOptions: { slackApiUrl: process.env.EMBEDDED_API_URL },
  },
});
const app = new bolt.App({ receiver, clientOptions: { slackApiUrl: process.env.EMBEDDED_API_URL } });
app.command("/policy", async ({ ack, client, command }) => {
  const me = await client.auth.test();
  await ack(`${me.team_id} ${me.is_enterprise_install} ${command.team_id}`);
});
await app.start({ port: Number(process.env.PORT), host: "127.0.0.1" });
console.log(`listening ${process.env.PORT}`);
