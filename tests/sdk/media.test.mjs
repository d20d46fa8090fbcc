import assert from 'node:assert/strict';
import { File } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { toFile } from 'openai';
import { Stage, gatewayOnly, model, tokens } from './support/stage.mjs';

// Debian 12's Node 18 has it, but not as a global, where the SDK looks for it.
globalThis.File ??= File;

let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());

const numbers = (input, dimensions) => Array.from({ length: dimensions }, (_, at) => ((input + at) % 64) / 64 - 0.5);

/** A file of random bytes that holds a mark, so that its request can be found again. */
async function markedFile(name, type) {
  const mark = stage.provider.mark();
  const bytes = Buffer.concat([randomBytes(32_768), Buffer.from(mark), randomBytes(32_768)]);
  return { mark, bytes, file: await toFile(bytes, name, { type }) };
}

async function assertReceived({ mark, bytes }, expectedModel = 'ok') {
  const received = await stage.provider.request(mark);
  assert.equal(received.model, expectedModel);
  assert.ok(Buffer.from(received.body, 'base64').includes(bytes));
}

test('embeddings arrive as the base64 that the SDK asks for', async () => {
  const answer = await stage.client().embeddings.create({ model: model('ok'), input: ['a', 'b'] });
  assert.deepEqual(answer.data.map(({ index }) => index), [0, 1]);
  assert.deepEqual(answer.data[1].embedding, numbers(1, 16));
});

test('embeddings arrive as numbers', async () => {
  const answer = await stage.client().embeddings.create({ model: model('ok'), input: 'a', encoding_format: 'float', dimensions: 3 });
  assert.deepEqual(answer.data[0].embedding, numbers(0, 3));
});

test('an image is generated', async () => {
  const answer = await stage.client().images.generate({ model: model('ok'), prompt: 'a cat' });
  assert.equal(Buffer.from(answer.data[0].b64_json, 'base64').toString(), 'tok0 tok1');
});

test('an image is sent to be edited', async () => {
  const sent = await markedFile('cat.png', 'image/png');
  const answer = await stage.client().images.edit({ model: model('ok'), image: sent.file, prompt: 'a hat' });
  assert.ok(answer.data[0].b64_json);
  await assertReceived(sent);
});

test('a recording is transcribed', async () => {
  const sent = await markedFile('speech.mp3', 'audio/mpeg');
  const answer = await stage.client().audio.transcriptions.create({ model: model('tokens-4+ok'), file: sent.file });
  assert.equal(answer.text, tokens(4));
  assert.ok((await stage.provider.request(sent.mark)).model === 'tokens-4+ok');
});

test('a multipart body names the upstream model only', gatewayOnly, async () => {
  const sent = await markedFile('speech.mp3', 'audio/mpeg');
  await stage.client().audio.transcriptions.create({ file: sent.file, model: 'chat' });
  await assertReceived(sent);
});

test('speech arrives byte for byte', async () => {
  const answer = await stage.client().audio.speech.create({ model: model('body-100000'), voice: 'alloy', input: 'hello' });
  assert.equal(answer.headers.get('content-type'), 'audio/mpeg');
  const expected = Buffer.from(Array.from({ length: 100_000 }, (_, at) => (at * 7) & 255));
  assert.ok(expected.equals(Buffer.from(await answer.arrayBuffer())));
});

test('a file is uploaded', async () => {
  const sent = await markedFile('batch.jsonl', 'application/jsonl');
  const answer = await stage.client().files.create({ file: sent.file, purpose: 'batch' }, { headers: { 'x-fast-provider': 'mock' } });
  assert.deepEqual([answer.id, answer.filename, answer.purpose], ['file-fake', 'batch.jsonl', 'batch']);
  await assertReceived(sent, null);
});
