// The provider, the gateway in front of it, and clients for both.
//
// FASTLOAD_COMMAND starts the provider, FAST_COMMAND the gateway. FAST_COMMAND=none points the clients straight at the
// provider and skips what only a gateway does: a test that fails there too is wrong itself, or the SDK has changed.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { Program, freePort, until } from './processes.mjs';

const gatewayCommand = process.env.FAST_COMMAND ?? 'dotnet artifacts/bin/Fast.Gateway/release/fast.dll';
const providerCommand = process.env.FASTLOAD_COMMAND ?? 'dotnet artifacts/bin/Fast.Load/release/fastload.dll';

export const straight = gatewayCommand === 'none';

/** For tests of what a gateway adds. */
export const gatewayOnly = { skip: straight && 'needs a gateway' };

export const keys = { all: 'sk-test-all', narrow: 'sk-test-narrow', mock: 'sk-first', mock2: 'sk-second' };

/** The name under which a caller reaches the provider's model. */
export const model = (name) => (straight ? name : `mock/${name}`);

export const user = (content) => [{ role: 'user', content }];

/** The provider's text of that many tokens. */
export const tokens = (count) => Array.from({ length: count }, (_, token) => `tok${token}`).join(' ');

export class Stage {
  /** `more` is added to the end of the configuration, `keys` to its keys. */
  static async open({ keys = '', more = '' } = {}) {
    const stage = new Stage();
    stage.programs = [];
    stage.provider = await Provider.open(stage.programs);
    try {
      await stage.#openGateway(keys, more);
    } catch (error) {
      await stage.close();
      throw error;
    }
    return stage;
  }

  /** An SDK client that does not retry: a retry would hide what the gateway did. */
  client(options = {}) {
    return new OpenAI({ apiKey: keys.all, baseURL: `${this.url}/v1`, maxRetries: 0, ...options });
  }

  /** A request without the SDK, for headers and bytes that it would not send. */
  post(path, body, headers = { authorization: `Bearer ${keys.all}` }) {
    return fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  async close() {
    for (const program of [...this.programs].reverse()) await program.stop();
    if (this.folder) await rm(this.folder, { recursive: true });
  }

  async #openGateway(moreKeys, more) {
    if (straight) {
      this.url = this.provider.url;
      return;
    }
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    this.folder = await mkdtemp(join(tmpdir(), 'fast-sdk-'));
    const file = join(this.folder, 'fast.yaml');
    await writeFile(file, configuration(port, this.provider.url, moreKeys) + more);
    const gateway = new Program(gatewayCommand, ['--config', file], { MOCK_KEY: keys.mock, XDG_STATE_HOME: this.folder });
    this.programs.push(gateway);
    const ready = () => fetch(`${this.url}/health/readiness`).then((answer) => answer.ok, () => false);
    await until(ready, 15_000, () => `the gateway is not ready; it said: ${gateway.output}`, () => gateway.isRunning);
  }
}

/** The fake provider and what it recorded. */
class Provider {
  static async open(programs) {
    const provider = new Provider();
    const program = new Program(providerCommand, ['provider', '--port', '0']);
    programs.push(program);
    [, provider.url] = await program.line(/listening on (http:\S+)/);
    return provider;
  }

  async requests() {
    const answer = await fetch(`${this.url}/_control/requests`);
    return answer.json();
  }

  /** A text that finds a request again among all that the provider received. */
  mark() {
    return `mark-${randomUUID()}`;
  }

  /** All requests whose body holds the mark, oldest first. */
  async marked(mark) {
    const requests = await this.requests();
    return requests.filter(({ body }) => body && Buffer.from(body, 'base64').includes(mark));
  }

  /** The last marked request, as soon as it is as wanted. */
  async request(mark, isWanted = () => true) {
    let last;
    const find = async () => {
      last = (await this.marked(mark)).at(-1);
      return last && isWanted(last) && last;
    };
    return until(find, 5_000, () => `the provider's record is ${JSON.stringify(last)}`);
  }
}

function configuration(port, providerUrl, moreKeys) {
  return `listen: 127.0.0.1:${port}
providers:
  mock:  { dialect: openai, base_url: "${providerUrl}/v1", api_key: env:MOCK_KEY }
  mock2: { dialect: openai, base_url: "${providerUrl}/v1", api_key: ${keys.mock2} }
  # Port 1 is nobody's: a connection to it is refused.
  dead:  { dialect: openai, base_url: "http://127.0.0.1:1/v1", api_key: sk-dead }
models:
  chat: [mock/ok]
  fallback: [mock/fault-429, mock2/ok]
  refused_then_ok: [mock/fault-401, mock2/ok]
  dead_then_ok: [dead/ok, mock2/ok]
keys:
  - { name: all, key: ${keys.all} }
  - { name: narrow, key: ${keys.narrow}, models: [chat, "mock2/*"] }${moreKeys.trimEnd()}
routing:
  timeouts: { connect: 2s, first_token: 2s, between_tokens: 2s, total: 30s }
`;
}
