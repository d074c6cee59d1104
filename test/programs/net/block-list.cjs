const { BlockList, SocketAddress } = require("node:net");
const list = new BlockList();
list.addAddress("10.0.0.1");
list.addAddress("::ffff:10.0.0.2", "ipv6");
list.addRange("10.1.0.1", "10.1.0.9");
list.addSubnet("192.168.77.0", 20);
list.addSubnet("8592:757c:efae:4e45::", 64, "ipv6");
console.log(list.rules);
for (const address of ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.1.0.9", "10.1.0.10", "192.168.64.1", "192.168.80.0", "1.2.3"])
  console.log(address, list.check(address));
for (const address of ["::ffff:10.0.0.1", "::ffff:10.1.0.5", "8592:757c:efae:4e45:1::", "8592:757c:efae:4e46::", "::1"])
  console.log(address, list.check(address, "ipv6"));
for (const address of ["1:0:0:2:0:0:0:3", "FE80::1%eth0", "1::2:3:4:5:6:7", "::1.2.3.4", "0:0:0:0:0:ffff:0:1", "::"])
  console.log(new SocketAddress({ address, family: "ipv6", port: 80, flowlabel: 7 }));
for (const address of ["1.2.3.04", "256.1.1.1", "1.2.3", "::1"]) {
  try {
    new SocketAddress({ address });
    console.log("accepted", address);
  } catch ({ code, message }) {
    console.log(code, message);
  }
}
try {
  list.addRange("10.0.0.2", "10.0.0.1");
} catch ({ code }) {
  console.log(code);
}
