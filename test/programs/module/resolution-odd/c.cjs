module.exports = { a: 1, __esModule: true, default: 2 }; exports.b = 3; console.log(module.children.length, module.loaded, require.main === undefined, module.parent)
