// run: {"nodeArgs": ["--stack-trace-limit=4"]}
import fs from "node:fs";
const await = fs;
