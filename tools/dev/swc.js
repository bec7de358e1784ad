'use strict';
/** How swc compiles this repository everywhere: development, tests and builds. CommonJS, since Nest's metadata needs swc or tsc and Node loads ESM packages from it. */
module.exports = {
  swcrc: false,
  configFile: false,
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'commonjs', ignoreDynamic: true },
};
