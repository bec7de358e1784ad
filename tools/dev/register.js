'use strict';
/*
 * Lets plain node run this repository's TypeScript in place: `node -r ./tools/dev/register.js some-file.ts`.
 * swc compiles each file on first use, with decorator metadata, and keeps the result on disk; import names are those of
 * tsconfig.base.json. Types are not checked here: `npm test` does that.
 */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const sourceMapSupport = require('source-map-support');
const swc = require('@swc/core');

const root = path.resolve(__dirname, '..', '..');
const cache = path.join(root, 'node_modules', '.cache', 'banyan');
const options = require('./swc.js');
const salt = `${swc.version} ${process.version} ${JSON.stringify(options)}`;

const { paths } = JSON.parse(fs.readFileSync(path.join(root, 'tsconfig.base.json'), 'utf8')).compilerOptions;
const aliases = new Map(Object.entries(paths).map(([name, [file]]) => [name, path.join(root, file)]));

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolveFilename.call(this, aliases.get(request) ?? request, ...rest);
};

Module._extensions['.ts'] = function (module, filename) {
  module._compile(compiled(filename), filename);
};

// Node's own reads the map of each module as it is loaded, those of packages too: a tenth of the time a start takes.
sourceMapSupport.install({
  handleUncaughtExceptions: false,
  overrideRetrieveSourceMap: true,
  retrieveSourceMap: (file) => (path.isAbsolute(file) && file.endsWith('.ts') ? mapOf(file) : null),
});

function compiled(filename) {
  const source = fs.readFileSync(filename, 'utf8');
  const key = createHash('sha256').update(`${salt}\n${filename}\n${source}`).digest('hex');
  const cached = path.join(cache, key.slice(0, 2), `${key}.js`);
  try {
    return fs.readFileSync(cached, 'utf8');
  } catch {
    const code = compile(source, filename);
    store(cached, code);
    return code;
  }
}

/** What swc wrote at the end of what it made. */
function mapOf(filename) {
  const [, base64] =
    /^\/\/# sourceMappingURL=data:application\/json;.*?base64,(.+)$/m.exec(compiled(filename)) ?? [];
  return base64 ? { url: filename, map: Buffer.from(base64, 'base64').toString('utf8') } : null;
}

function compile(source, filename) {
  try {
    return swc.transformSync(source, { ...options, filename, sourceMaps: 'inline' }).code;
  } catch (error) {
    // Its message shows the place; what follows there, and the way here, is of no use to whoever made the mistake.
    const mistake = new SyntaxError(String(error.message).replace(/\n\s*Caused by:[\s\S]*/, ''));
    mistake.stack = String(mistake);
    throw mistake;
  }
}

/** Written beside and renamed, so that no other process ever reads half a file. A cache that cannot be written is no error. */
function store(file, code) {
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(`${file}.${process.pid}`, code);
    fs.renameSync(`${file}.${process.pid}`, file);
  } catch {
    // the next start compiles again
  }
}
