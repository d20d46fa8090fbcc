import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { APIError } from 'openai';
import { Stage, gatewayOnly, model, tokens, user } from './support/stage.mjs';

let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());

const open = (name, more = {}) =>
  stage.client().chat.completions.create({ model: model(name), stream: true, messages: user('hello'), ...more });

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const text = (chunks) => chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');

test('every chunk arrives, and together they are the answer', async () => {
  const chunks = await read(await open('tokens-50'));
  assert.equal(chunks.length, 52);
  assert.equal(text(chunks), tokens(50));
  assert.equal(chunks.at(-1).choices[0].finish_reason, 'stop');
});

test('without include_usage no chunk comes without a choice', async () => {
  const chunks = await read(await open('tokens-3'));
  assert.ok(chunks.every((chunk) => chunk.choices.length === 1));
});

test('with include_usage the last chunk is the usage', async () => {
  const chunks = await read(await open('tokens-3', { stream_options: { include_usage: true } }));
  assert.equal(text(chunks), tokens(3));
  assert.deepEqual(chunks.at(-1).choices, []);
  assert.equal(chunks.at(-1).usage.total_tokens, 13);
  assert.equal(chunks.filter((chunk) => chunk.choices.length === 0).length, 1);
});

test('the first chunk does not wait for the last', async () => {
  const mark = stage.provider.mark();
  const stream = await open('endless', { messages: user(mark) });
  for await (const chunk of stream) {
    assert.equal(chunk.choices[0].delta.role, 'assistant');
    break;
  }
  assert.equal((await stage.provider.request(mark, ({ aborted }) => aborted)).finished_ms, null);
});

const odd = ['split-bytes', 'crlf', 'comments', 'gzip', 'close-delimited', 'eof-no-done', 'slow-first-100', 'slow-body-100', 'pace-5'];

for (const name of odd) {
  test(`a stream is the same with ${name}`, async () => {
    assert.equal(text(await read(await open(`${name}+tokens-20`))), tokens(20));
  });
}

test('an error event is thrown', async () => {
  const failing = async () => read(await open('error-event'));
  await assert.rejects(failing, (error) => error instanceof APIError && error.code === 'internal_error');
});

for (const name of ['drop-after-4', 'drop-mid-event', 'close-delimited-cut']) {
  test(`a stream cut by ${name} ends in an error that says so`, gatewayOnly, async () => {
    const chunks = [];
    const cut = async () => {
      for await (const chunk of await open(`${name}+pace-20`)) chunks.push(chunk);
    };
    await assert.rejects(cut, (error) => error instanceof APIError && error.code === 'upstream_disconnected');
    assert.ok(chunks.length >= 3);
    assert.ok(tokens(20).startsWith(text(chunks)));
  });
}

test('a stream that falls silent ends in an error that says so', gatewayOnly, async () => {
  const silent = async () => read(await open('pace-10000'));
  await assert.rejects(silent, (error) => error instanceof APIError && error.code === 'upstream_timeout');
});

test('a completion of the old kind streams', async () => {
  const stream = await stage.client().completions.create({ model: model('tokens-4'), prompt: 'hello', stream: true });
  const chunks = await read(stream);
  assert.equal(chunks.map((chunk) => chunk.choices[0].text).join(''), tokens(4));
});
