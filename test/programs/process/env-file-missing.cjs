// run: {"nodeArgs": ["--env-file-if-exists=missing.env", "--no-global-search-paths"]}
console.log(require("node:module").globalPaths);
