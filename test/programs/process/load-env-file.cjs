const fs = require("node:fs");
fs.writeFileSync(".env", 'A=1\nB="two words"\n# no\nC=\'$A\'\nexport D=5 # comment\nE="\\n\\t"\nF=`a\nb`\nG=\n');
process.env.A = "kept";
process.loadEnvFile();
console.log(["A", "B", "C", "D", "E", "F", "G"].map((name) => process.env[name]));
for (const path of ["missing.env", __dirname.slice(0, 4)]) {
  try {
    process.loadEnvFile(path);
  } catch (error) {
    console.log(error.name, error.code, error.syscall);
  }
}
