import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const repository = resolve(__dirname, '../../..');

/** A copy of the small shop of `fixtures/`, within the repository, so that its imports are found. Edit it at will. */
export class Workspace {
  static create(): Workspace {
    const folder = join(repository, 'tmp');
    mkdirSync(folder, { recursive: true });
    const root = mkdtempSync(join(folder, 'contracts-'));
    cpSync(join(__dirname, '../fixtures/shop'), root, { recursive: true });
    return new Workspace(root);
  }

  private constructor(readonly root: string) {}

  read = (path: string): string => readFileSync(join(this.root, path), 'utf8');

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** @throws when there is nothing to replace. */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path);
    if (!text.includes(from)) throw new Error(`${path} does not say ${from}`);
    this.write(path, text.replace(from, to));
  }

  remove = (): void => rmSync(this.root, { recursive: true });
}
