module.exports = { displayName: 'shop-e2e', preset: '../../jest.preset.js' };
