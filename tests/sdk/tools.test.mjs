import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, model, tokens, user } from './support/stage.mjs';

let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());

const tool = (name) => ({ type: 'function', function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } } });
const tools = [tool('get_weather'), tool('get_time')];
const bigArguments = `{"text":"${Array.from({ length: 116_508 }, (_, word) => `${String(word).padStart(8, '0')} `).join('')}"}`;

/** The tool calls of a stream, put together from their pieces. */
async function calls(stream) {
  const byIndex = [];
  for await (const chunk of stream) {
    for (const piece of chunk.choices[0]?.delta.tool_calls ?? []) {
      const call = (byIndex[piece.index] ??= { id: piece.id, name: piece.function.name, arguments: '', pieces: 0 });
      call.arguments += piece.function.arguments;
      call.pieces++;
    }
  }
  return byIndex;
}

test('tool calls arrive', async () => {
  const answer = await stage.client().chat.completions.create({ model: model('ok'), messages: user('weather?'), tools });
  const [choice] = answer.choices;
  assert.equal(choice.finish_reason, 'tool_calls');
  assert.equal(choice.message.content, null);
  assert.deepEqual(choice.message.tool_calls.map((call) => call.function.name), ['get_weather', 'get_time']);
  assert.equal(JSON.parse(choice.message.tool_calls[0].function.arguments).city, 'Oslo');
});

test('tool calls arrive in pieces', async () => {
  const stream = await stage.client().chat.completions.create({ model: model('ok'), messages: user('weather?'), tools, stream: true });
  const found = await calls(stream);
  assert.deepEqual(found.map(({ id, name }) => [id, name]), [['call_0', 'get_weather'], ['call_1', 'get_time']]);
  assert.ok(found[0].pieces > 2);
  assert.deepEqual(JSON.parse(found[1].arguments), { city: 'Oslo', unit: 'celsius', tool: 'get_time' });
});

test('a result of a tool is answered with text', async () => {
  const first = await stage.client().chat.completions.create({ model: model('ok'), messages: user('weather?'), tools: [tools[0]] });
  const messages = [...user('weather?'), first.choices[0].message, { role: 'tool', tool_call_id: 'call_0', content: '-4 C' }];
  const second = await stage.client().chat.completions.create({ model: model('ok'), messages, tools: [tools[0]] });
  assert.equal(second.choices[0].message.content, tokens(10));
});

test('the SDK runs a tool to the end', async () => {
  const asked = [];
  const runner = stage.client().chat.completions.runTools({
    model: model('ok'),
    stream: true,
    messages: user('weather?'),
    tools: [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } } },
          parse: JSON.parse,
          function: ({ city }) => {
            asked.push(city);
            return '-4 C';
          },
        },
      },
    ],
  });
  assert.equal(await runner.finalContent(), tokens(10));
  assert.deepEqual(asked, ['Oslo']);
});

test('arguments of 1 MB arrive whole', async () => {
  assert.ok(bigArguments.length > 1_048_576);
  const answer = await stage.client().chat.completions.create({ model: model('big-tool'), messages: user('go'), tools: [tools[0]] });
  assert.ok(answer.choices[0].message.tool_calls[0].function.arguments === bigArguments);
});

test('arguments of 1 MB in pieces arrive whole', async () => {
  const request = { model: model('big-tool'), messages: user('go'), tools: [tools[0]], stream: true };
  const [call] = await calls(await stage.client().chat.completions.create(request));
  assert.ok(call.pieces > 100);
  assert.ok(call.arguments === bigArguments);
});
