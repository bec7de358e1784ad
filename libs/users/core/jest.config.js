module.exports = { displayName: 'users', preset: '../../../jest.preset.js' };
