import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import OpenAI from 'openai';
import { Stage, gatewayOnly, keys, model, straight, tokens, user } from './support/stage.mjs';

let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());

/** The error of a call that must fail, in the class that the SDK has for its status. */
async function failure(type, status, code, name, client = stage.client()) {
  const answered = () => assert.fail('an answer arrived where an error was due');
  const caught = await client.chat.completions.create({ model: name, messages: user('hello') }).then(answered, (error) => error);
  assert.ok(caught instanceof type, `${caught.constructor.name}: ${caught.message}`);
  assert.deepEqual([caught.status, caught.code], [status, code]);
  if (!straight) assert.ok(caught.headers.get('x-fast-request-id'));
  return caught;
}

const passed = [
  [400, 'unsupported_parameter', OpenAI.BadRequestError],
  [404, 'model_not_found', OpenAI.NotFoundError],
  [408, 'request_timeout', OpenAI.APIError],
  [429, 'rate_limit_exceeded', OpenAI.RateLimitError],
  [500, 'internal_error', OpenAI.InternalServerError],
  [503, 'overloaded', OpenAI.InternalServerError],
];

for (const [status, code, type] of passed) {
  test(`the provider's ${status} is the caller's`, async () => {
    const error = await failure(type, status, code, model(`fault-${status}`));
    assert.match(error.headers.get('x-request-id'), /^req_fake_\d+$/);
  });
}

test('a rate limit keeps its retry-after', async () => {
  const { headers } = await failure(OpenAI.RateLimitError, 429, 'rate_limit_exceeded', model('fault-429'));
  assert.deepEqual([headers.get('retry-after'), headers.get('retry-after-ms')], ['7', '7000']);
});

test('a streamed request is refused with the same error', async () => {
  const call = stage.client().chat.completions.create({ model: model('fault-400'), messages: user('hello'), stream: true });
  await assert.rejects(call, (error) => error instanceof OpenAI.BadRequestError && error.code === 'unsupported_parameter');
});

for (const status of [401, 403]) {
  test(`the provider's ${status} is the gateway's trouble, and tells nothing`, gatewayOnly, async () => {
    const error = await failure(OpenAI.InternalServerError, 502, 'upstream_credential_refused', model(`fault-${status}`));
    const all = JSON.stringify([error.message, error.error, [...error.headers]]);
    assert.ok(!all.includes(keys.mock), all);
  });
}

test('a key that nobody issued is refused', gatewayOnly, async () => {
  await failure(OpenAI.AuthenticationError, 401, 'invalid_api_key', 'chat', stage.client({ apiKey: 'sk-nobody' }));
});

test('a call without a key is refused', gatewayOnly, async () => {
  const answer = await stage.post('/v1/chat/completions', { model: 'chat', messages: user('hello') }, {});
  assert.equal(answer.status, 401);
  assert.equal((await answer.json()).error.code, 'missing_api_key');
});

test('a model that a key may not use is refused', gatewayOnly, async () => {
  await failure(OpenAI.PermissionDeniedError, 403, 'model_not_allowed', 'fallback', stage.client({ apiKey: keys.narrow }));
  await failure(OpenAI.PermissionDeniedError, 403, 'model_not_allowed', 'mock/ok', stage.client({ apiKey: keys.narrow }));
});

test('a model that a pattern allows is served', gatewayOnly, async () => {
  const answer = await stage.client({ apiKey: keys.narrow }).chat.completions.create({ model: 'mock2/tokens-2', messages: user('hello') });
  assert.equal(answer.choices[0].message.content, tokens(2));
});

test('a model that nobody has is not found', gatewayOnly, async () => {
  await failure(OpenAI.NotFoundError, 404, 'model_not_found', 'nobody');
  await failure(OpenAI.NotFoundError, 404, 'model_not_found', 'nobody/ok');
});

test('a provider that does not answer times out', gatewayOnly, async () => {
  await failure(OpenAI.InternalServerError, 504, 'upstream_timeout', model('hang'));
});

test('a provider that cannot be reached is named so', gatewayOnly, async () => {
  await failure(OpenAI.InternalServerError, 502, 'upstream_unreachable', 'dead/ok');
});

test('a provider that hangs up instead of answering is a 502', gatewayOnly, async () => {
  const call = stage.client().chat.completions.create({ model: model('close-before-head'), messages: user('hello') });
  await assert.rejects(call, ({ status }) => status === 502);
});

test('one lost connection costs the caller no more than a retry', async () => {
  const answer = await stage.client({ maxRetries: 2 }).chat.completions.create({ model: model('close-first-1'), messages: user('hello') });
  assert.equal(answer.choices[0].message.content, tokens(10));
});

for (const [name, first] of [['fallback', 'fault-429'], ['refused_then_ok', 'fault-401']]) {
  test(`after ${first} the next target answers, with its own key`, gatewayOnly, async () => {
    const mark = stage.provider.mark();
    const answer = await stage.client().chat.completions.create({ model: name, messages: user(mark) });
    assert.equal(answer.choices[0].message.content, tokens(10));
    const received = await stage.provider.marked(mark);
    assert.deepEqual([received.at(0).model, received.at(-1).model], [first, 'ok']);
    const authorization = received.at(-1).headers.find(([header]) => header.toLowerCase() === 'authorization');
    assert.equal(authorization[1], `Bearer ${keys.mock2}`);
  });
}

test('after a target that cannot be reached the next one answers', gatewayOnly, async () => {
  const answer = await stage.client().chat.completions.create({ model: 'dead_then_ok', messages: user('hello') });
  assert.equal(answer.choices[0].message.content, tokens(10));
});

test('a stream falls back as well', gatewayOnly, async () => {
  const stream = await stage.client().chat.completions.create({ model: 'fallback', messages: user('hello'), stream: true });
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  assert.equal(text, tokens(10));
});
