import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { APIError, PermissionDeniedError, RateLimitError } from 'openai';
import { policy, policyAccounts, policyKeys } from './support/policy.mjs';
import { Stage, gatewayOnly, model, tokens, user } from './support/stage.mjs';

let stage;
before(async () => (stage = await Stage.open({ keys: policyAccounts, more: policy })));
after(() => stage?.close());

const tool = (name) => ({ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } });
const ask = (apiKey, name, more = {}, options = {}) =>
  stage.client({ apiKey, ...options }).chat.completions.create({ model: model(name), messages: user('hello'), ...more });

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const text = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');

/** How many chat requests the gateway has answered with a status. */
async function answered(status) {
  const page = await (await fetch(`${stage.url}/metrics`)).text();
  return Number(page.match(new RegExp(`fast_requests_total{endpoint="chat/completions",code="${status}"} (\\d+)`))?.[1] ?? 0);
}

test('a refusal of a budget is an error that says why, and is not tried again', gatewayOnly, async () => {
  const before = await answered(429);
  await assert.rejects(ask(policyKeys.spent, 'ok', {}, { maxRetries: 3 }), (error) => {
    assert.ok(error instanceof RateLimitError);
    assert.equal(error.status, 429);
    assert.equal(error.code, 'budget_exceeded');
    assert.match(error.message, /0\.005 USD per day/);
    const { fast } = error.error;
    assert.deepEqual([fast.account, fast.limit, fast.unit, fast.spent, fast.window], ['key:spent', 0.005, 'usd', 0, 'day']);
    // More than the whole day's: waiting does not help.
    assert.equal(fast.decision, 'larger_than_limit');
    assert.ok(fast.needed > fast.limit);
    assert.ok(!fast.resets_at);
    return true;
  });
  assert.equal(await answered(429), before + 1);
});

test('a limit per second is tried again by itself', gatewayOnly, async () => {
  const before = await answered(429);
  for (let i = 0; i < 2; i++) {
    const answer = await ask(policyKeys.limited, 'ok', {}, { maxRetries: 3 });
    assert.equal(answer.choices[0].message.content, tokens(10));
  }
  assert.ok((await answered(429)) > before);
});

test('a stream that runs dry ends and is only shorter', gatewayOnly, async () => {
  const chunks = await read(await ask(policyKeys.dry, 'endless+heedless', { stream: true }));
  const last = chunks.at(-1);
  assert.equal(last.choices[0].finish_reason, 'length');
  assert.equal(last.fast.code, 'budget_exceeded');
  assert.equal(last.fast.account, 'key:dry');
  assert.match(text(chunks), /^tok0 tok1 tok2/);
  await assert.rejects(ask(policyKeys.dry, 'ok'), (error) => error instanceof APIError && error.code === 'budget_exceeded');
});

test('a tool that is not allowed is refused by name', gatewayOnly, async () => {
  const tools = [tool('get_weather'), tool('remove_file')];
  await assert.rejects(ask(policyKeys.tools, 'ok', { tools }), (error) => {
    assert.ok(error instanceof PermissionDeniedError);
    assert.equal(error.code, 'tool_not_allowed');
    assert.equal(error.param, 'tools');
    assert.match(error.message, /'remove_file'/);
    return true;
  });
});

test('a call that is not allowed does not reach the caller', gatewayOnly, async () => {
  const request = { tools: [tool('get_weather')] };
  const answer = await ask(policyKeys.tools, 'call-remove_file', request);
  assert.equal(answer.choices[0].finish_reason, 'content_filter');
  assert.equal(answer.choices[0].message.tool_calls, undefined);
  assert.match(answer.choices[0].message.content, /'remove_file'/);

  const chunks = await read(await ask(policyKeys.tools, 'call-remove_file', { ...request, stream: true }));
  assert.equal(chunks.at(-1).choices[0].finish_reason, 'content_filter');
  assert.ok(chunks.every((chunk) => !chunk.choices[0]?.delta.tool_calls));
});

test('a call that is allowed does', gatewayOnly, async () => {
  const answer = await ask(policyKeys.tools, 'ok', { tools: [tool('get_weather')] });
  assert.deepEqual(answer.choices[0].message.tool_calls.map((call) => call.function.name), ['get_weather']);
});

test('the usage of a stream comes only to whoever asks', gatewayOnly, async () => {
  const silent = await read(await ask(policyKeys.rich, 'tokens-3', { stream: true }));
  assert.ok(silent.every((chunk) => chunk.choices.length === 1 && !('usage' in chunk)));
  const told = await read(await ask(policyKeys.rich, 'tokens-3', { stream: true, stream_options: { include_usage: true } }));
  assert.equal(told.at(-1).usage.total_tokens, 13);
  assert.equal(text(told), text(silent));
});

test('a receipt can be read beside the answer', gatewayOnly, async () => {
  const { data, response } = await stage
    .client({ apiKey: policyKeys.rich })
    .chat.completions.create({ model: model('tokens-7'), messages: user('hello') }, { headers: { 'x-fast-run': 'sdk' } })
    .withResponse();
  assert.equal(data.usage.completion_tokens, 7);
  assert.equal(response.headers.get('x-fast-cost-usd'), '0.008');
  assert.equal(response.headers.get('x-fast-run'), 'sdk');
});

test('a receipt in a stream is a chunk like any other', gatewayOnly, async () => {
  const stream = await stage
    .client({ apiKey: policyKeys.rich })
    .chat.completions.create({ model: model('tokens-7'), messages: user('hello'), stream: true }, { headers: { 'x-fast-receipt': 'true' } });
  const chunks = await read(stream);
  assert.equal(chunks.at(-1).fast.cost_usd, 0.008);
  assert.equal(text(chunks), tokens(7));
});
