/** `npx jest` runs everything; `npx nx test <project>` one project. */
module.exports = { projects: ['<rootDir>/{apps,libs,tools}/**/jest.config.js'] };
