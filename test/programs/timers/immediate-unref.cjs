// Garbage collections leave tasks of V8's behind, which are no reason to turn the loop once more.
setImmediate(() => {
  const garbage = [];
  for (let i = 0; i < 1e5; i++) garbage.push({ i });
  setImmediate(() => console.log("never")).unref();
});
const kept = setImmediate(() => console.log("ref again"));
kept.unref().ref();
