module.exports = { displayName: 'payment-provider', preset: '../../jest.preset.js' };
