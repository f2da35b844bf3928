// The whole life of an engine, its policies and a generation over the JavaScript SDK, which parses more strictly than
// boto3. Usage: node control_plane.mjs URL. Prints one JSON line; anything unexpected throws.
import assert from "node:assert/strict";
import {
  BedrockAgentCoreControlClient,
  ConflictException,
  CreatePolicyCommand,
  CreatePolicyEngineCommand,
  DeletePolicyCommand,
  DeletePolicyEngineCommand,
  GetGatewayCommand,
  GetGatewayTargetCommand,
  GetPolicyCommand,
  GetPolicySummaryCommand,
  ListTagsForResourceCommand,
  ResourceNotFoundException,
  StartPolicyGenerationCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateGatewayCommand,
  UpdatePolicyCommand,
  ValidationException,
  paginateListGateways,
  paginateListGatewayTargets,
  paginateListPolicies,
  paginateListPolicyEngines,
  paginateListPolicyGenerationAssets,
  waitUntilPolicyActive,
  waitUntilPolicyDeleted,
  waitUntilPolicyEngineActive,
  waitUntilPolicyEngineDeleted,
  waitUntilPolicyGenerationCompleted,
} from "@aws-sdk/client-bedrock-agentcore-control";

const client = new BedrockAgentCoreControlClient({
  endpoint: process.argv[2],
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  maxAttempts: 1,
});
const waiting = { client, maxWaitTime: 30, minDelay: 0.05, maxDelay: 0.1 };

async function all(paginate, input, key) {
  const found = [];
  for await (const page of paginate({ client, pageSize: 2 }, input)) found.push(...page[key]);
  return found;
}

async function refused(command, kind) {
  await assert.rejects(client.send(command), (error) => error instanceof kind && error.message.length > 0);
}

// An engine.
const engine = await client.send(new CreatePolicyEngineCommand({ name: "from_js", tags: { team: "support" } }));
assert.ok(engine.createdAt instanceof Date && engine.updatedAt instanceof Date);
const { policyEngineId } = engine;
await waitUntilPolicyEngineActive(waiting, { policyEngineId });
const engines = await all(paginateListPolicyEngines, {}, "policyEngines");
assert.deepEqual(engines.map((found) => found.name), ["policybot_demo", "from_js"]);
await refused(new CreatePolicyEngineCommand({ name: "from_js" }), ConflictException);

// A gateway and its targets; the JavaScript SDK checks nothing before it sends, so the server has to.
const [{ gatewayId }] = await all(paginateListGateways, {}, "items");
const gateway = await client.send(new GetGatewayCommand({ gatewayIdentifier: gatewayId }));
const targets = await all(paginateListGatewayTargets, { gatewayIdentifier: gatewayId }, "items");
for (const { targetId } of targets) {
  const target = await client.send(new GetGatewayTargetCommand({ gatewayIdentifier: gatewayId, targetId }));
  assert.ok(target.targetConfiguration.mcp.lambda.toolSchema.inlinePayload.length > 0);
}
const { name, roleArn, authorizerType, authorizerConfiguration } = gateway;
const updated = await client.send(
  new UpdateGatewayCommand({
    gatewayIdentifier: gatewayId,
    name,
    roleArn,
    authorizerType,
    authorizerConfiguration,
    policyEngineConfiguration: { arn: engine.policyEngineArn, mode: "ENFORCE" },
  }),
);
assert.equal(updated.policyEngineConfiguration.arn, engine.policyEngineArn);

// A generation, and a policy from its asset.
const generation = await client.send(
  new StartPolicyGenerationCommand({
    policyEngineId,
    name: `cli_generation_${Date.now()}`,
    resource: { arn: gateway.gatewayArn },
    content: { rawText: "allow support agents to call refund tool" },
  }),
);
const { policyGenerationId } = generation;
await waitUntilPolicyGenerationCompleted(waiting, { policyEngineId, policyGenerationId });
const assets = await all(
  paginateListPolicyGenerationAssets,
  { policyEngineId, policyGenerationId },
  "policyGenerationAssets",
);
const { statement } = assets[0].definition.cedar ?? assets[0].definition.policy;
const policy = await client.send(
  new CreatePolicyCommand({ policyEngineId, name: "from_js", definition: { cedar: { statement } }, enforcementMode: "LOG_ONLY" }),
);
const { policyId } = policy;
await waitUntilPolicyActive(waiting, { policyEngineId, policyId });
await client.send(new UpdatePolicyCommand({ policyEngineId, policyId, description: { optionalValue: "d" } }));
await waitUntilPolicyActive(waiting, { policyEngineId, policyId });
const found = await client.send(new GetPolicyCommand({ policyEngineId, policyId }));
assert.equal(found.definition.cedar.statement, statement);
const summary = await client.send(new GetPolicySummaryCommand({ policyEngineId, policyId }));
assert.equal(summary.enforcementMode, "LOG_ONLY");
assert.equal((await all(paginateListPolicies, { policyEngineId }, "policies")).length, 1);

// Errors are the SDK's own classes, with the members of the model.
await assert.rejects(client.send(new CreatePolicyEngineCommand({ name: "x".repeat(52) })), (error) => {
  assert.ok(error instanceof ValidationException);
  assert.equal(error.reason, "FieldValidationFailed");
  assert.equal(error.fieldList[0].name, "/name");
  return error.$metadata.httpStatusCode === 400;
});
await refused(new CreatePolicyEngineCommand({}), ValidationException);
await refused(new GetPolicyCommand({ policyEngineId, policyId: "nobody-0123456789" }), ResourceNotFoundException);
await refused(new DeletePolicyEngineCommand({ policyEngineId }), ConflictException);

// Tags, and the end.
const resourceArn = engine.policyEngineArn;
await client.send(new TagResourceCommand({ resourceArn, tags: { stage: "test" } }));
await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ["team"] }));
assert.deepEqual((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags, { stage: "test" });
await client.send(new DeletePolicyCommand({ policyEngineId, policyId }));
await waitUntilPolicyDeleted(waiting, { policyEngineId, policyId });
await client.send(new DeletePolicyEngineCommand({ policyEngineId }));
await waitUntilPolicyEngineDeleted(waiting, { policyEngineId });
console.log(JSON.stringify({ statement, targets: targets.length }));
