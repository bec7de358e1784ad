module.exports = { displayName: 'contracts-tool', preset: '../../jest.preset.js' };
