'use strict';
/* ESLint over the whole tree, with Nx's project graph made first: without one the boundary rule cannot judge. */
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { createProjectGraphAsync } = require('@nx/devkit');

process.env.NX_DAEMON = 'false';
createProjectGraphAsync({ exitOnError: true }).then(() => {
  const eslint = path.join(path.dirname(require.resolve('eslint/package.json')), 'bin', 'eslint.js');
  const files = process.argv.slice(2);
  const { status } = spawnSync(
    process.execPath,
    [eslint, '--max-warnings', '0', ...(files.length ? files : ['.'])],
    { stdio: 'inherit' },
  );
  process.exit(status ?? 1);
});
