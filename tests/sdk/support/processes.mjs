// Starts programs and waits for what they say, never for time to pass.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const stopMsMax = 10_000;

// Only what a program needs to run: a provider's key of the developer must not configure the gateway.
const inherited = ['PATH', 'HOME', 'TMPDIR', 'DOTNET_ROOT', 'DOTNET_CLI_HOME', 'LD_LIBRARY_PATH'];

/** A running program. `command` is a line such as `dotnet some.dll`, relative to the repository. */
export class Program {
  constructor(command, args, env = {}) {
    const [file, ...first] = command.split(' ').filter(Boolean);
    const kept = Object.fromEntries(inherited.filter((name) => process.env[name]).map((name) => [name, process.env[name]]));
    this.output = '';
    this.child = spawn(file, [...first, ...args], { cwd: root, env: { ...kept, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = once(this.child, 'exit');
    this.exited.catch((error) => (this.output += `${error}\n`));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => (this.output += text));
    }
  }

  get isRunning() {
    return this.child.pid !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The first match in the program's output. */
  async line(pattern) {
    return until(() => this.output.match(pattern), 15_000, () => `the program said: ${this.output}`, () => this.isRunning);
  }

  async stop() {
    if (!this.isRunning) return;
    this.child.kill('SIGTERM');
    const kill = setTimeout(() => this.child.kill('SIGKILL'), stopMsMax);
    await this.exited;
    clearTimeout(kill);
  }
}

/** Asks again and again until the answer is truthy. */
export async function until(ask, msMax, explain, isAlive = () => true) {
  const end = performance.now() + msMax;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > end || !isAlive()) throw new Error(`gave up waiting: ${explain()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
