import { type ChildProcess, spawn } from 'node:child_process';

/** A bash that stays open, so that what one command sets is there for the next. */
export class Terminal {
  private readonly bash: ChildProcess;
  private heard = '';
  private listener = (): void => undefined;

  constructor(folder: string, env: NodeJS.ProcessEnv) {
    this.bash = spawn('bash', ['--norc', '--noprofile'], {
      cwd: folder,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.bash.stdout!.on('data', (text) => this.hear(text));
    this.bash.stderr!.on('data', (text) => (this.errors += text));
    this.bash.on('exit', () => this.hear('\nthe terminal closed\n'));
  }

  private errors = '';

  /** Resolves with what the commands printed. @throws Error when one of them failed */
  async type(commands: string): Promise<string> {
    this.heard = '';
    this.errors = '';
    const failed = "failed=; trap 'failed=$BASH_COMMAND' ERR";
    this.bash.stdin!.write(`${failed}\n${commands}\nprintf '\\n<<done %s>>\\n' "$failed"\n`);
    const [printed, problem] = await new Promise<[string, string]>((resolve, reject) => {
      this.listener = () => {
        const end = /\n<<done (.*)>>\n/s.exec(this.heard);
        if (end) resolve([this.heard.slice(0, end.index), end[1]!]);
        else if (this.heard.includes('the terminal closed')) reject(new Error(this.errors));
      };
    });
    if (problem !== '') throw new Error(`${problem} failed\n${printed}\n${this.errors}`);
    return printed;
  }

  close(): void {
    this.bash.kill('SIGKILL');
  }

  private hear(text: unknown): void {
    this.heard += String(text);
    this.listener();
  }
}
