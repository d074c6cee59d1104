const flags = process.allowedNodeEnvironmentFlags;
console.log(flags instanceof Set, flags.size > 100);
console.log(
  flags.has("--max-old-space-size"),
  flags.has("--max_old_space_size"),
  flags.has("max-old-space-size"),
  flags.has("--nope"),
);
console.log(flags.add("--nope").has("--nope"), flags.delete("--inspect"), flags.has("--inspect"));
