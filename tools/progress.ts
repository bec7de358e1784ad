/** Shows how far a long task is: a bar on a terminal, a line every tenth of the way elsewhere. */
export class Progress {
  private shown = -1;

  constructor(
    private readonly what: string,
    private readonly out: NodeJS.WriteStream = process.stderr,
  ) {}

  at(done: number, of: number): void {
    const percent = of === 0 ? 100 : Math.floor((done / of) * 100);
    const step = this.out.isTTY ? percent : Math.floor(percent / 10) * 10;
    if (step === this.shown) return;
    this.shown = step;
    if (!this.out.isTTY) return void this.out.write(`${this.what}: ${step} % (${done} of ${of})\n`);
    const filled = Math.floor(percent / 5);
    const bar = '█'.repeat(filled) + '░'.repeat(20 - filled);
    this.out.write(`\r${this.what} ${bar} ${percent} % (${done} of ${of})${percent === 100 ? '\n' : ''}`);
  }
}
