class OwnError extends Error {
  name = "OwnError";
  code = "E_OWN";
  details = { list: [1, 2, 3] };
}
await Promise.resolve();
throw new OwnError("from a module");
