// Lists and calls a gateway's tools with MCP's own client: `node client.mjs URL TOKEN`, one JSON object on stdout.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [url, token, tool] = process.argv.slice(2);
const headers = token ? { Authorization: `Bearer ${token}` } : {};
const client = new Client({ name: "contract", version: "1" });
const said = {};
try {
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  said.server = client.getServerVersion().name;
  await client.ping();
  said.tools = (await client.listTools()).tools.map((each) => each.name);
  said.allowed = await client.callTool({ name: tool, arguments: { orderId: "A-1", amount: 20 } });
  said.unfit = await client.callTool({ name: tool, arguments: { orderId: 1 } });
  await client.callTool({ name: tool, arguments: { orderId: "A-1", amount: 600 } });
} catch (error) {
  said.error = { code: error.code, message: error.message };
}
await client.close();
console.log(JSON.stringify(said));
