const cs = [1,2,3,4].map(() => new BroadcastChannel('x'));
let n = 0;
cs.forEach((c, i) => c.onmessage = ({data}) => { console.log(i, data); if (data === 'go' && i === 2) { cs[0].postMessage('late'); cs[3].postMessage('later'); } if (++n === 18) cs.forEach(c => c.close()); });
cs[1].postMessage('go'); cs[3].postMessage('second'); cs[0].postMessage('third');
const m = new MessageChannel(), k = new MessageChannel();
for (const [p, t] of [[m.port1,'m1'],[m.port2,'m2'],[k.port1,'k1'],[k.port2,'k2']]) p.onmessage = ({data}) => { console.log(t, data); if (data === 'end') p.close(); };
k.port1.postMessage('a'); m.port2.postMessage('b'); k.port1.postMessage('c'); m.port1.postMessage('d'); k.port2.postMessage('e');
setImmediate(() => { console.log('immediate'); k.port1.postMessage('end'); m.port1.postMessage('end'); });
