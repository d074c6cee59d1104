// Asynchronous jobs: their order, their context, their async_hooks resources.
const crypto = require("node:crypto");
const { AsyncLocalStorage, createHook, executionAsyncResource } = require("node:async_hooks");

const storage = new AsyncLocalStorage();
const types = [];
createHook({ init: (id, type) => type.endsWith("REQUEST") && types.push(type) }).enable();

storage.run("outer", () => {
  crypto.randomBytes(4, (error, bytes) => {
    console.log("randomBytes", error, bytes.length, storage.getStore());
    process.nextTick(() => console.log("tick", storage.getStore()));
    Promise.resolve().then(() => console.log("microtask", storage.getStore()));
  });
});
storage.run("kdf", () => {
  crypto.pbkdf2("p", "s", 10, 8, "sha256", (error, key) => {
    console.log("pbkdf2", error, key.toString("hex"), storage.getStore(), executionAsyncResource().constructor.name);
    crypto.scrypt("p", "s", 8, { N: 16 }, (error, key) => {
      console.log("scrypt", error, key.toString("hex"), storage.getStore());
      crypto.generateKeyPair("ed25519", (error, publicKey, privateKey) => {
        console.log("generateKeyPair", error, publicKey.type, privateKey.asymmetricKeyType);
        crypto.sign(null, Buffer.from("text"), privateKey, (error, signature) => {
          console.log("sign", error, signature.length, crypto.verify(null, Buffer.from("text"), publicKey, signature));
          crypto.generateKeyPair("rsa", { modulusLength: 512, publicExponent: 4 }, (error) => {
            console.log("bad exponent", error !== null, storage.getStore());
            crypto.checkPrime(7n, (error, prime) => console.log(error, prime, types.join(" ")));
          });
        });
      });
    });
  });
});
console.log("synchronous end");
process.on("exit", (code) => console.log("exit", code));
