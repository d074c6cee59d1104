// run: {"nodeArgs":["--input-type=module","-e","import fs from 'fs'; console.log(typeof fs.readFileSync, import.meta.url.slice(0,8), typeof require); await 1; throw new TypeError('m')"]}
