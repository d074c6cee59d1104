const sender = new BroadcastChannel("news");
const receivers = [new BroadcastChannel("news"), new BroadcastChannel("news"), new BroadcastChannel("other")];
let heard = 0;
for (const [index, receiver] of receivers.entries()) {
  receiver.onmessage = ({ data }) => {
    console.log(index, data);
    if (++heard === 2) for (const channel of [sender, ...receivers]) channel.close();
  };
}
sender.postMessage({ headline: "x" });
console.log(sender.name, Object.prototype.toString.call(sender));
try {
  new BroadcastChannel();
} catch (error) {
  console.log(error.name, error.code, error.message);
}
