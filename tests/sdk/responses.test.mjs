import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, model, tokens } from './support/stage.mjs';

let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());

const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const tools = [{ type: 'function', name: 'get_weather', strict: false, parameters }];

async function read(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

test('a response arrives', async () => {
  const response = await stage.client().responses.create({ model: model('tokens-5'), input: 'hello' });
  assert.equal(response.status, 'completed');
  assert.equal(response.output_text, tokens(5));
  assert.deepEqual([response.usage.input_tokens, response.usage.output_tokens], [10, 5]);
});

test('a streamed response arrives event by event', async () => {
  const events = await read(await stage.client().responses.create({ model: model('tokens-5'), input: 'hello', stream: true }));
  assert.deepEqual(events.map(({ type }) => type.replace('response.', '')), [
    'created',
    'in_progress',
    'output_item.added',
    'content_part.added',
    ...Array(5).fill('output_text.delta'),
    'output_text.done',
    'content_part.done',
    'output_item.done',
    'completed',
  ]);
  assert.deepEqual(events.map((event) => event.sequence_number), events.map((_, index) => index));
  assert.equal(events.map((event) => (event.type === 'response.output_text.delta' ? event.delta : '')).join(''), tokens(5));
});

test('the SDK puts a streamed response together', async () => {
  const response = await stage.client().responses.stream({ model: model('tokens-5'), input: 'hello' }).finalResponse();
  assert.equal(response.output_text, tokens(5));
});

test('a function call arrives', async () => {
  const response = await stage.client().responses.create({ model: model('ok'), input: 'weather?', tools });
  const [call] = response.output;
  assert.deepEqual([call.type, call.name, call.call_id], ['function_call', 'get_weather', 'call_0']);
  assert.equal(JSON.parse(call.arguments).city, 'Oslo');
});

test('a function call arrives in pieces', async () => {
  const events = await read(await stage.client().responses.create({ model: model('ok'), input: 'weather?', tools, stream: true }));
  const pieces = events.filter(({ type }) => type === 'response.function_call_arguments.delta');
  const done = events.find(({ type }) => type === 'response.function_call_arguments.done');
  assert.ok(pieces.length > 1);
  assert.equal(pieces.map(({ delta }) => delta).join(''), done.arguments);
});

test('a structured response is parsed by the SDK', async () => {
  const schema = { type: 'object', properties: { answer: { type: 'string' } } };
  const format = { type: 'json_schema', name: 'answer', strict: true, schema };
  const response = await stage.client().responses.parse({ model: model('ok'), input: 'hello', text: { format } });
  assert.deepEqual(response.output_parsed, { answer: 'tok0', count: 1 });
});

for (const name of ['split-bytes', 'crlf', 'comments', 'gzip']) {
  test(`a streamed response is the same with ${name}`, async () => {
    const events = await read(await stage.client().responses.create({ model: model(`${name}+tokens-3`), input: 'hello', stream: true }));
    assert.equal(events.at(-1).type, 'response.completed');
    assert.equal(events.at(-1).response.output[0].content[0].text, tokens(3));
  });
}
