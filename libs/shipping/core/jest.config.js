module.exports = { displayName: 'shipping', preset: '../../../jest.preset.js' };
