import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { Stage, gatewayOnly, keys, model, straight, tokens, user } from './support/stage.mjs';

let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

test('a chat answer arrives', async () => {
  const answer = await stage.client().chat.completions.create({ model: model('tokens-5'), messages: user('hello') });
  assert.equal(answer.choices[0].message.content, tokens(5));
  assert.equal(answer.choices[0].finish_reason, 'stop');
  assert.deepEqual([answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.total_tokens], [10, 5, 15]);
});

test('a configured name reaches its target', gatewayOnly, async () => {
  const mark = stage.provider.mark();
  const answer = await stage.client().chat.completions.create({ model: 'chat', messages: user(mark) });
  assert.equal(answer.choices[0].message.content, tokens(10));
  assert.equal((await stage.provider.request(mark)).model, 'ok');
});

test('the path works without /v1', gatewayOnly, async () => {
  const answer = await stage.client({ baseURL: stage.url }).chat.completions.create({ model: 'chat', messages: user('hello') });
  assert.equal(answer.choices[0].message.content, tokens(10));
});

test('members that nobody knows reach the provider', async () => {
  const body = { messages: user('héllo \u2028 "q"'), x_unknown: { list: [1, 2.5, null], text: 'ü' }, model: model('echo') };
  const answer = await stage.client().chat.completions.create(body);
  assert.equal(answer.choices[0].message.content, JSON.stringify({ ...body, model: 'echo' }));
});

test('a body of 4 MB with the model last arrives byte for byte', async () => {
  const mark = stage.provider.mark();
  const body = { messages: user(`${mark}${'é"\\\n0123456789'.repeat(300_000)}`), seed: 7, model: model('ok') };
  assert.ok(Buffer.byteLength(JSON.stringify(body)) > 4_000_000);
  await stage.client().chat.completions.create(body);
  const received = await stage.provider.request(mark);
  const sent = JSON.stringify({ ...body, model: 'ok' });
  assert.equal(received.body_length, Buffer.byteLength(sent));
  assert.equal(received.body_sha256, sha256(sent));
});

test('whitespace, escapes and the order of members are kept', async () => {
  const mark = stage.provider.mark();
  const body = (name) => `{ "n" : 1.0e0,\n\t"messages":[{"content":"${mark} \\u00e9\\/","role":"user"}] , "model" : "${name}" }\n`;
  const answer = await stage.post('/v1/chat/completions', body(model('ok')));
  assert.equal(answer.status, 200);
  assert.equal((await stage.provider.request(mark)).body_sha256, sha256(body('ok')));
});

test('a structured output is parsed by the SDK', async () => {
  const schema = {
    type: 'object',
    properties: { answer: { type: 'string' }, count: { type: 'integer' } },
    required: ['answer', 'count'],
    additionalProperties: false,
  };
  const answer = await stage.client().chat.completions.parse({
    model: model('ok'),
    messages: user('hello'),
    response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
  });
  assert.deepEqual(answer.choices[0].message.parsed, { answer: 'tok0', count: 1 });
});

test('a compressed answer is read', async () => {
  const answer = await stage.client().chat.completions.create({ model: model('gzip'), messages: user('hello') });
  assert.equal(answer.choices[0].message.content, tokens(10));
});

test('a large answer arrives whole', async () => {
  const answer = await stage.post('/v1/chat/completions', { model: model('body-3000000'), messages: user('hello') });
  assert.equal((await answer.arrayBuffer()).byteLength, 3_000_000);
});

test('an interim response before the answer does no harm', async () => {
  const answer = await stage.client().chat.completions.create({ model: model('informational'), messages: user('hello') });
  assert.equal(answer.choices[0].message.content, tokens(10));
});

test('a completion of the old kind arrives', async () => {
  const answer = await stage.client().completions.create({ model: model('tokens-3'), prompt: 'hello' });
  assert.equal(answer.choices[0].text, tokens(3));
});

test('a moderation arrives', async () => {
  const answer = await stage.client().moderations.create({ model: model('ok'), input: 'hello' });
  assert.equal(answer.results[0].flagged, false);
});

test('the answer says who answered', async () => {
  const { response } = await stage.client().chat.completions.create({ model: model('ok'), messages: user('hello') }).withResponse();
  assert.match(response.headers.get('x-request-id'), /^req_fake_\d+$/);
  assert.equal(response.headers.get('x-ratelimit-remaining-requests'), '99');
  if (straight) return;
  assert.ok(response.headers.get('x-fast-request-id'));
  assert.match(response.headers.get('x-fast-overhead-us'), /^\d+$/);
});

test('headers that bind a browser to the provider are dropped', gatewayOnly, async () => {
  const call = stage.client().chat.completions.create({ model: model('cookie'), messages: user('hello') });
  const { data, response } = await call.withResponse();
  assert.equal(data.choices[0].message.content, tokens(10));
  for (const name of ['set-cookie', 'alt-svc', 'strict-transport-security']) assert.equal(response.headers.get(name), null, name);
});

test('many response headers do no harm', async () => {
  const answer = await stage.client().chat.completions.create({ model: model('headers-many'), messages: user('hello') });
  assert.equal(answer.choices[0].message.content, tokens(10));
});

for (const header of ['authorization', 'x-api-key', 'x-goog-api-key', 'api-key']) {
  test(`a key in ${header} is accepted and stays at the gateway`, gatewayOnly, async () => {
    const mark = stage.provider.mark();
    const value = header === 'authorization' ? `Bearer ${keys.all}` : keys.all;
    const answer = await stage.post('/v1/chat/completions', { model: 'chat', messages: user(mark) }, { [header]: value });
    assert.equal(answer.status, 200);
    const received = await stage.provider.request(mark);
    assert.ok(!JSON.stringify(received.headers).includes(keys.all));
    assert.ok(!Buffer.from(received.body, 'base64').includes(keys.all));
    const authorization = received.headers.filter(([name]) => name.toLowerCase() === 'authorization');
    assert.deepEqual(authorization.map(([, text]) => text), [`Bearer ${keys.mock}`]);
  });
}
