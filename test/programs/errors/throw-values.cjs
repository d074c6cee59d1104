// run: {"args": ["string"]}
const values = {
  string: "just text",
  number: 42,
  null: null,
  undefined,
  object: { a: 1 },
  symbol: Symbol("s"),
  function: () => {},
};
throw values[process.argv[2]];
