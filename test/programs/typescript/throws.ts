type Text = string;
function fail(
  message: Text,
): never {
  throw new TypeError(message);
}
fail("with the line of the source" as Text);
