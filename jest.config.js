const { availableParallelism } = require('node:os');

/** `npx jest` runs everything; `npx nx test <project>` one project. */
module.exports = {
  projects: ['<rootDir>/{apps,libs,tools}/**/jest.config.js'],
  // As in the preset, which Jest asks for it only where one project runs by itself.
  testTimeout: 90_000,
  // Specs wait more than they work: for servers, processes and messages. Beyond four the servers are what is busy.
  maxWorkers: Math.min(availableParallelism(), 4),
};
