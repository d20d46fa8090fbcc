import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NotFoundError } from 'openai';
import { Stage, gatewayOnly, keys } from './support/stage.mjs';

let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());

async function list(client) {
  const ids = [];
  for await (const { id, object } of client.models.list()) {
    assert.equal(object, 'model');
    ids.push(id);
  }
  return ids;
}

test('models are listed', async () => {
  assert.ok((await list(stage.client())).length > 0);
});

test('a key sees the models that it may use', gatewayOnly, async () => {
  const all = await list(stage.client());
  assert.ok(all.includes('chat') && all.includes('fallback'), `${all}`);
  const narrow = await list(stage.client({ apiKey: keys.narrow }));
  assert.ok(narrow.includes('chat'), `${narrow}`);
  assert.deepEqual(narrow.filter((id) => id !== 'chat' && !id.startsWith('mock2/')), []);
});

test('a model is retrieved', gatewayOnly, async () => {
  const found = await stage.client().models.retrieve('chat');
  assert.deepEqual([found.id, found.object], ['chat', 'model']);
});

test('a model with a slash in its name is retrieved', gatewayOnly, async () => {
  assert.equal((await stage.client({ apiKey: keys.narrow }).models.retrieve('mock2/ok')).id, 'mock2/ok');
});

test('a model that a key may not use is not retrieved', gatewayOnly, async () => {
  await assert.rejects(stage.client({ apiKey: keys.narrow }).models.retrieve('fallback'), ({ status }) => status === 403 || status === 404);
});

test('a model that nobody has is not found', gatewayOnly, async () => {
  await assert.rejects(stage.client().models.retrieve('nobody'), NotFoundError);
});
