const { AsyncLocalStorage } = require('async_hooks'); const s = new AsyncLocalStorage(); process.on('uncaughtException', (e) => console.log(e.message, s.getStore())); s.run(1, () => { setTimeout(() => { throw new Error('a'); }); Promise.reject(new Error('b')); process.nextTick(() => { throw new Error('c'); }); setImmediate(() => { throw new Error('d'); }); });

for (const start = Date.now(); Date.now() - start < 6; );
