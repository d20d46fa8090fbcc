import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage, model, user } from './support/stage.mjs';

const tries = 3;
const promptMsMax = 50;
const anyMsMax = 1000;

let stage;
before(async () => (stage = await Stage.open()));
after(() => stage?.close());

/** How long each try took from the caller's abort until the provider saw its peer leave. */
async function measure(abort) {
  const delays = [];
  for (let attempt = 0; attempt < tries; attempt++) {
    const mark = stage.provider.mark();
    const abortedAt = await abort(mark);
    const seen = await stage.provider.request(mark, ({ aborted }) => aborted);
    delays.push(seen.aborted_at_unix_ms - abortedAt);
  }
  return delays;
}

function assertPrompt(delays) {
  // A busy machine may delay one try; it does not delay all of them.
  assert.ok(Math.min(...delays) <= promptMsMax, `no abort within ${promptMsMax} ms: ${delays}`);
  assert.ok(Math.max(...delays) <= anyMsMax, `an abort took more than ${anyMsMax} ms: ${delays}`);
}

test('an abort in the middle of a stream reaches the provider at once', async () => {
  const delays = await measure(async (mark) => {
    const stream = await stage.client().chat.completions.create({ model: model('endless'), stream: true, messages: user(mark) });
    let chunks = 0;
    for await (const chunk of stream) {
      assert.ok(chunk.id);
      if (++chunks === 5) break;
    }
    return Date.now();
  });
  assertPrompt(delays);
});

test('an abort before the answer has begun reaches the provider at once', async () => {
  const delays = await measure(async (mark) => {
    const controller = new AbortController();
    const call = stage.client().chat.completions.create({ model: model('hang'), messages: user(mark) }, { signal: controller.signal });
    const refused = assert.rejects(call, /abort/i);
    await stage.provider.request(mark);
    const abortedAt = Date.now();
    controller.abort();
    await refused;
    return abortedAt;
  });
  assertPrompt(delays);
});

test('after an abort the same client goes on', async () => {
  const answer = await stage.client().chat.completions.create({ model: model('tokens-1'), messages: user('hello') });
  assert.equal(answer.choices[0].message.content, 'tok0');
});
