import { open } from "node:fs/promises";
import { BlockList, SocketAddress } from "node:net";

const blocked = new BlockList();
blocked.addAddress("1.2.3.4");
blocked.addSubnet("10.0.0.0", 8);
const clone = structuredClone(blocked);
clone.addRange("::1", "::5", "ipv6");
console.log(clone, clone === blocked, blocked.rules, blocked.check("::3", "ipv6"));
console.log(structuredClone(new SocketAddress({ address: "fe80::1", family: "ipv6", port: 8, flowlabel: 3 })));

const file = await open(import.meta.filename);
const { moved } = structuredClone({ moved: file }, { transfer: [file] });
console.log(file.fd, (await moved.readFile("utf8")).length > 0);
await moved.close();
await file.readFile().catch((error) => console.log(error.message, error.code));

const { port1 } = new MessageChannel();
const kept = await open(import.meta.filename);
for (const value of [kept, process.stdout._handle]) {
  try {
    port1.postMessage(value);
  } catch (error) {
    console.log(error.name, error.message);
  }
}
await kept.close();
port1.close();
