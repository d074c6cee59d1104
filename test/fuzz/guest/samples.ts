import { createRequire } from "node:module";

const require = createRequire("/");
const vm = require("node:vm");

/**
 * Ordinary uses of bindings. What they call is recorded and then called again with some arguments replaced, which
 * reaches deeper than arguments that are all nonsense.
 */
export const SAMPLES: Record<string, readonly ((binding: any) => void)[]> = {
  blob: [
    (b) => {
      const bytes = new Uint8Array([1, 2, 3, 4]);
      const handle = b.createBlob([bytes, bytes.buffer], 8);
      const slice = handle.slice(1, 7);
      const reader = slice.getReader();
      reader.pull(() => {});
      b.storeDataObject("id", slice, 6, "text/plain");
      b.getDataObject("id");
      b.concat([bytes, bytes]);
      b.createBlob([handle, bytes], 12)
        .getReader()
        .pull(() => {});
      b.revokeObjectURL("blob:nodedata:id");
    },
  ],
  buffer: [
    (b) => {
      const bytes = Buffer.from("some bytes to look at, some more");
      const other = new Uint8Array(64);
      b.byteLengthUtf8("é");
      b.copy(bytes, other, 0, 0, 16);
      b.compare(bytes, other);
      b.compareOffset(bytes, other, 0, 0, 8, 8);
      b.fill(other, "ab", 0, 64, "utf8");
      b.indexOfString(bytes, "some", 1, 1, true);
      b.indexOfString(bytes, "some", -1, 3, false);
      b.indexOfBuffer(bytes, Buffer.from("bytes"), 0, 1, true);
      b.indexOfNumber(bytes, 97, 0, true);
      b.swap16(other);
      b.swap32(other);
      b.swap64(other);
      b.isUtf8(bytes);
      b.isAscii(bytes);
      b.atob("YWJj");
      b.btoa("abc");
      b.createFromString("abc", 1);
      b.createUnsafeArrayBuffer?.(64);
      for (const name of ["ascii", "base64", "base64url", "latin1", "hex", "ucs2", "utf8"]) {
        (bytes as any)[`${name}Slice`](0, 8);
        (bytes as any)[`${name}Write`]?.("6162", 0, 8);
        b[`${name}Slice`]?.call(bytes, 0, 8);
        b[`${name}WriteStatic`]?.(bytes, "abc", 0, 3);
      }
    },
  ],
  contextify: [
    (b) => {
      const id = Symbol("id");
      const script = new b.ContextifyScript("1 + 1", "a.js", 0, 0, undefined, true, undefined, id);
      script.runInContext(null, 100, true, false, false);
      script.createCachedData();
      new b.ContextifyScript("1 + 1", "a.js", 0, 0, script.cachedData, false, undefined, id);
      const sandbox = { a: 1 };
      b.makeContext(sandbox, "name", undefined, true, true, undefined, id);
      b.makeContext({}, "name", "http://a", false, false, true, id);
      const other = new b.ContextifyScript("a + 1", "b.js", 0, 0, undefined, false, sandbox, id);
      other.runInContext(sandbox, -1, true, false, false);
      b.compileFunction("return a", "f.js", 0, 0, undefined, true, sandbox, [{ x: 1 }], ["a"], id);
      b.compileFunctionForCJSLoader("exports.a = 1", "g.cjs", false, true);
      b.containsModuleSyntax("import 'a'", "h.js", undefined, true);
      b.shouldRetryAsESM?.("await 1", "h.js");
      b.startSigintWatchdog();
      b.watchdogHasPendingSigint();
      b.stopSigintWatchdog();
      b.measureMemory(0, 0);
    },
    () => {
      const context = vm.createContext({}, { microtaskMode: "afterEvaluate" });
      vm.runInContext("x = 1; delete x; Object.defineProperty(globalThis, 'y', { get() { return 1 } }); y", context, {
        timeout: 50,
      });
      vm.runInContext("Object.keys(globalThis); Reflect.ownKeys(globalThis); for (const k in globalThis) k", context);
    },
  ],
  crypto: [
    () => {
      const c = require("node:crypto");
      c.createHash("sha256").update("a").copy().digest("hex");
      c.createHash("shake128", { outputLength: 40 }).update(Buffer.alloc(10)).digest();
      c.hash?.("sha1", "abc");
      c.createHmac("sha512", "key").update("a").digest();
      for (const [name, key, iv] of [
        ["aes-128-gcm", 16, 12],
        ["chacha20-poly1305", 32, 12],
        ["aes-256-cbc", 32, 16],
        ["aes-128-ccm", 16, 12],
        ["aes-128-ocb", 16, 12],
        ["id-aes128-wrap", 16, 8],
      ] as const) {
        const options = { authTagLength: 16 };
        const cipher = c.createCipheriv(name, Buffer.alloc(key), Buffer.alloc(iv, 1), options);
        if (name !== "aes-256-cbc" && !name.includes("wrap"))
          cipher.setAAD(Buffer.from("aad"), { plaintextLength: 16 });
        const text = cipher.update(Buffer.alloc(16));
        cipher.final();
        const decipher = c.createDecipheriv(name, Buffer.alloc(key), Buffer.alloc(iv, 1), options);
        if (name !== "aes-256-cbc" && !name.includes("wrap")) {
          decipher.setAuthTag(cipher.getAuthTag());
          decipher.setAAD(Buffer.from("aad"), { plaintextLength: 16 });
        }
        decipher.setAutoPadding(false);
        decipher.update(text);
        decipher.final();
      }
    },
    () => {
      const c = require("node:crypto");
      c.pbkdf2Sync("a", "b", 10, 20, "sha256");
      c.scryptSync("a", "b", 20, { N: 16 });
      c.hkdfSync("sha256", "a", "b", "c", 20);
      c.randomBytes(10);
      c.randomFillSync(new Uint8Array(10), 2, 4);
      c.randomUUID();
      c.generatePrimeSync(32);
      c.checkPrimeSync(7n);
      c.timingSafeEqual(Buffer.from("a"), Buffer.from("b"));
      c.getCiphers();
      c.getHashes();
      c.getCurves();
      c.getCipherInfo("aes-128-cbc", { keyLength: 16 });
      c.secureHeapUsed();
    },
    () => {
      const c = require("node:crypto");
      const pairs = [
        c.generateKeyPairSync("rsa", { modulusLength: 1024 }),
        c.generateKeyPairSync("ec", { namedCurve: "prime256v1" }),
        c.generateKeyPairSync("ed25519"),
        c.generateKeyPairSync("x25519"),
        c.generateKeyPairSync("rsa-pss", { modulusLength: 1024, hashAlgorithm: "sha256", saltLength: 16 }),
      ];
      for (const { privateKey, publicKey } of pairs) {
        for (const format of ["pem", "der"]) {
          const text = privateKey.export({ format, type: "pkcs8", cipher: "aes-128-cbc", passphrase: "p" });
          c.createPrivateKey({ key: text, format, type: "pkcs8", passphrase: "p" }).equals(privateKey);
          c.createPublicKey({ key: publicKey.export({ format, type: "spki" }), format, type: "spki" });
        }
        try {
          c.createPublicKey({ key: publicKey.export({ format: "jwk" }), format: "jwk" });
          c.createPrivateKey({ key: privateKey.export({ format: "jwk" }), format: "jwk" });
          void privateKey.asymmetricKeyDetails;
          const signature = c.sign(null, Buffer.from("a"), privateKey);
          c.verify(null, Buffer.from("a"), publicKey, signature);
        } catch {}
      }
      const [rsa, ec, , x] = pairs;
      const signature = c.createSign("sha256").update("a").sign(rsa.privateKey);
      c.createVerify("sha256").update("a").verify(rsa.publicKey, signature);
      c.sign("sha256", Buffer.from("a"), { key: ec.privateKey, dsaEncoding: "ieee-p1363" });
      c.privateDecrypt(
        { key: rsa.privateKey, oaepHash: "sha256", oaepLabel: Buffer.from("l") },
        c.publicEncrypt({ key: rsa.publicKey, oaepHash: "sha256", oaepLabel: Buffer.from("l") }, Buffer.from("a")),
      );
      c.publicDecrypt(rsa.publicKey, c.privateEncrypt(rsa.privateKey, Buffer.from("a")));
      c.diffieHellman({ privateKey: x.privateKey, publicKey: x.publicKey });
      c.generateKeySync("hmac", { length: 64 }).export({ format: "jwk" });
      c.generateKeySync("aes", { length: 128 }).export();
    },
    () => {
      const c = require("node:crypto");
      const dh = c.getDiffieHellman("modp5");
      dh.generateKeys();
      dh.computeSecret(dh.getPublicKey());
      const small = c.createDiffieHellman(Buffer.from("d79a5b3f", "hex"), 2);
      small.generateKeys();
      small.setPublicKey(Buffer.from([5]));
      small.setPrivateKey(Buffer.from([3]));
      small.getPrime();
      small.getGenerator();
      void small.verifyError;
      const ecdh = c.createECDH("secp256k1");
      ecdh.generateKeys();
      ecdh.computeSecret(ecdh.getPublicKey());
      ecdh.setPrivateKey(ecdh.getPrivateKey());
      c.ECDH.convertKey(ecdh.getPublicKey(), "secp256k1", undefined, undefined, "compressed");
      c.Certificate.verifySpkac(Buffer.from("AAAA"));
      c.Certificate.exportChallenge(Buffer.from("AAAA"));
      c.Certificate.exportPublicKey(Buffer.from("AAAA"));
    },
    (b) => {
      const c = require("node:crypto");
      new c.X509Certificate(CERTIFICATE).toLegacyObject();
      const x = new c.X509Certificate(CERTIFICATE);
      for (const name of [
        "subject",
        "issuer",
        "subjectAltName",
        "infoAccess",
        "validFrom",
        "fingerprint",
        "keyUsage",
        "publicKey",
        "raw",
        "serialNumber",
        "pem",
        "ca",
      ])
        void x[name];
      x.checkHost("a.b");
      x.checkEmail("a@b");
      x.checkIP("1.2.3.4");
      x.checkIssued(x);
      x.checkPrivateKey(c.generateKeyPairSync("ed25519").privateKey);
      x.verify(x.publicKey);
      b.parseX509?.(Buffer.from(CERTIFICATE));
    },
    () => {
      const { subtle } = globalThis.crypto;
      const aes = subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt", "decrypt"]);
      aes.then((key) => subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(20)));
      subtle.digest("SHA-256", new Uint8Array(10));
      subtle.importKey("raw", new Uint8Array(16), "PBKDF2", false, ["deriveBits"]);
      subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
      subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
      subtle
        .importKey("raw", new Uint8Array(16), { name: "HMAC", hash: "SHA-256" }, true, ["sign"])
        .then((key) => subtle.sign("HMAC", key, new Uint8Array(3)));
      subtle
        .importKey("raw", new Uint8Array(16), "AES-CTR", true, ["encrypt"])
        .then((key) =>
          subtle.encrypt(
            { name: "AES-CTR", counter: new Uint8Array(16).fill(255), length: 64 },
            key,
            new Uint8Array(200),
          ),
        );
      subtle.importKey("raw", new Uint8Array(16), "AES-KW", true, ["wrapKey"]);
    },
  ],
  encoding_binding: [
    (b) => {
      b.encodeInto("abc", new Uint8Array(10));
      b.encodeIntoResults;
      b.encodeUtf8String("é");
      b.decodeUTF8(new Uint8Array([0xc3, 0xa9]), true, true);
      b.toASCII("é.com");
      b.toUnicode("xn--9ca.com");
      b.decodeLatin1?.(new Uint8Array([0xe9]), true, true);
    },
  ],
  icu: [
    (b) => {
      b.icuErrName(1);
      b.transcode(Buffer.from("é"), "utf8", "latin1", 2, 2);
      b.getStringWidth("日本", true, true);
      b.hasConverter("gb18030");
      const converter = b.getConverter("gb18030", 3);
      b.decode(converter, new Uint8Array([0x81, 0x30]), 1, "gb18030");
      b.decode(converter, new Uint8Array([0x81, 0x30]), 2, "gb18030");
      b.toASCII?.("é.com", false);
      b.toUnicode?.("xn--9ca", false);
    },
  ],
  messaging: [
    (b) => {
      const { port1, port2 } = new b.MessageChannel();
      port1.postMessage({ a: new Uint8Array(4) });
      port1.postMessage(new Uint8Array(4).buffer, [new Uint8Array(4).buffer]);
      b.receiveMessageOnPort(port2);
      port2.start();
      port2.ref();
      port2.unref();
      port2.stop?.();
      port2.drain?.();
      b.checkMessagePort?.(port1);
      const other = new b.MessageChannel();
      port1.postMessage(other.port1, [other.port1]);
      b.structuredClone({ a: new Map([[1, new Error("e")]]) }, { transfer: [] });
      const channel = b.broadcastChannel("name");
      const peer = b.broadcastChannel("name");
      channel.postMessage("a");
      b.receiveMessageOnPort(peer);
      b.moveMessagePortToContext(other.port2, vm.createContext());
      channel.close();
      port1.close();
    },
    () => {
      const { port1, port2 } = new MessageChannel();
      port2.onmessage = ({ data }) => data;
      port1.postMessage(new Blob(["a"]));
      port1.postMessage(require("node:crypto").createSecretKey(Buffer.alloc(8)));
      structuredClone(new SharedArrayBuffer(8));
      structuredClone(require("node:perf_hooks").createHistogram());
      port1.close();
    },
  ],
  module_wrap: [
    (b) => {
      const a = new b.ModuleWrap("file:///a.mjs", undefined, "import x from 'b'; export const y = x; await 0", 0, 0);
      const x = new b.ModuleWrap("b", undefined, ["default"], function (this: any) {
        this.setExport("default", 1);
      });
      a.getModuleRequests?.();
      a.link?.(["b"], [x]);
      a.link?.([x]);
      a.instantiate?.();
      a.instantiateSync?.();
      a.evaluate(-1, false);
      a.evaluateSync?.();
      a.getNamespace?.();
      a.getNamespaceSync?.();
      a.getStatus();
      a.getError();
      a.isGraphAsync?.();
      a.createCachedData?.();
      a.getStaticDependencySpecifiers?.();
      const s = new b.ModuleWrap("file:///s.mjs", undefined, "export default import.meta", 0, 0, undefined);
      s.instantiate?.();
      s.evaluate(100, true);
      b.createRequiredModuleFacade?.(s);
    },
    () => {
      const synthetic = new vm.SyntheticModule(["a"], function (this: any) {
        this.setExport("a", 1);
      });
      synthetic.link(() => {});
    },
  ],
  performance: [
    (b) => {
      const { createHistogram, monitorEventLoopDelay } = require("node:perf_hooks");
      const h = createHistogram({ lowest: 1, highest: 1000, figures: 3 });
      h.record(5);
      h.recordDelta();
      h.add(createHistogram());
      h.percentile(50);
      h.percentileBigInt(50);
      void h.percentiles;
      void h.percentilesBigInt;
      void h.mean;
      h.reset();
      const d = monitorEventLoopDelay({ resolution: 5 });
      d.enable();
      d.disable();
      b.now?.();
      b.loopIdleTime?.();
      b.markBootstrapComplete?.();
    },
  ],
  serdes: [
    () => {
      const v8 = require("node:v8");
      const s = new v8.DefaultSerializer();
      s.writeHeader();
      s.writeValue({ a: [new Uint8Array(3), new Map([[1, "é"]]), 10n] });
      s.writeUint32(1);
      s.writeUint64(1, 2);
      s.writeDouble(1.5);
      s.writeRawBytes(new Uint8Array(10));
      s.transferArrayBuffer(1, new ArrayBuffer(8));
      s._setTreatArrayBufferViewsAsHostObjects(false);
      const d = new v8.DefaultDeserializer(s.releaseBuffer());
      d.readHeader();
      d.readValue();
      d.readUint32();
      d.readUint64();
      d.readDouble();
      d.readRawBytes(3);
      d._readRawBytes?.(3);
      d.getWireFormatVersion();
      d.transferArrayBuffer(1, new ArrayBuffer(8));
    },
  ],
  string_decoder: [
    (b) => {
      const { StringDecoder } = require("node:string_decoder");
      for (const encoding of ["utf8", "utf16le", "base64"]) {
        const decoder = new StringDecoder(encoding);
        decoder.write(Buffer.from([0xe2, 0x82, 0xac, 0xe2]));
        decoder.end(Buffer.from([1]));
      }
      const state = Buffer.alloc(b.kSize);
      state[b.kEncodingField] = 1;
      b.decode(state, Buffer.from([0xe2, 0x82]));
      b.flush(state);
    },
  ],
  url: [
    (b) => {
      b.parse("http://a:b@c.d:80/e?f#g", "http://x/", true);
      b.canParse("http://a", undefined);
      b.domainToASCII("é.com");
      b.domainToUnicode("xn--9ca.com");
      b.format("http://é/", true, true, true, true);
      b.pathToFileURL("/a b", false, undefined);
      b.update("http://a/", 0, "http://b/");
      b.getOrCreateList?.();
      const url = new URL("http://a/");
      for (const name of [
        "href",
        "host",
        "hostname",
        "port",
        "pathname",
        "search",
        "hash",
        "protocol",
        "username",
      ] as const)
        url[name] = "x";
    },
  ],
  util: [
    (b) => {
      b.getPromiseDetails(Promise.resolve(1));
      b.getProxyDetails(new Proxy({}, {}), true);
      b.getCallerLocation?.();
      b.previewEntries(new Map([[1, 2]]).entries(), true);
      b.getOwnNonIndexProperties([1, 2], 2);
      b.getConstructorName({});
      b.getExternalValue?.({});
      b.getCallSites?.(5);
      b.defineLazyProperties?.({}, "fs", ["readFile"]);
      b.parseEnv?.("A=1\nB='2'");
      b.guessHandleType(1);
      b.toUSVString?.("\ud800");
      b.isInsideNodeModules?.();
      b.arrayBufferViewHasBuffer?.(new Uint8Array(4));
      b.getSystemErrorName?.(-2);
      const weak = new b.WeakReference({});
      weak.get();
      weak.incRef();
      weak.decRef();
    },
  ],
  v8: [
    (b) => {
      const v8 = require("node:v8");
      v8.getHeapStatistics();
      v8.getHeapSpaceStatistics();
      v8.getHeapCodeStatistics();
      v8.setFlagsFromString("--max-old-space-size=1");
      v8.cachedDataVersionTag();
      new v8.GCProfiler().start();
      b.updateHeapStatisticsBuffer();
      b.startCpuProfile?.();
    },
  ],
  wasm_web_api: [
    (b) => {
      b.setImplementation?.((stream: any) => {
        stream.push(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
        stream.setURL("http://a");
        stream.finish();
        stream.abort(new Error("e"));
      });
      WebAssembly.compileStreaming(Promise.resolve(new Response("")) as any).catch(() => {});
    },
  ],
  zlib: [
    () => {
      const zlib = require("node:zlib");
      const input = Buffer.from("some text to compress, some text to compress");
      for (const [pack, unpack] of [
        [zlib.deflateSync, zlib.inflateSync],
        [zlib.gzipSync, zlib.unzipSync],
        [zlib.deflateRawSync, zlib.inflateRawSync],
        [zlib.brotliCompressSync, zlib.brotliDecompressSync],
        [zlib.zstdCompressSync, zlib.zstdDecompressSync],
      ]) {
        unpack?.(pack(input));
      }
      zlib.inflateSync(zlib.deflateSync(input, { dictionary: input }), { dictionary: input });
      zlib.crc32(input, 1);
    },
    () => {
      const zlib = require("node:zlib");
      const deflate = zlib.createDeflate();
      deflate.write("abc");
      deflate.params(1, 2, () => {});
      deflate.flush(() => {});
      deflate.reset();
      deflate.end("x");
      zlib.createBrotliCompress().end("abc");
      zlib
        .createGunzip()
        .on("error", () => {})
        .end("no gzip");
    },
  ],
};

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBmjCCAUygAwIBAgIUXg47VjKWrDkomz7ROSXBurVrwcQwBQYDK2VwMB0xDDAK
BgNVBAMMA2EuYjENMAsGA1UECgwEVGVzdDAgFw0yNjExMjUxMDM1MzNaGA8yMTI2
MTEwMTEwMzUzM1owHTEMMAoGA1UEAwwDYS5iMQ0wCwYDVQQKDARUZXN0MCowBQYD
K2VwAyEAWXqvYR/oZJvGX1nB15zPl22qhoOzvzxO1Vz4/Fs8ZNGjgZswgZgwHQYD
VR0OBBYEFL4OUyyhcltLmNqxtxfpTZp9Q86WMB8GA1UdIwQYMBaAFL4OUyyhcltL
mNqxtxfpTZp9Q86WMA8GA1UdEwEB/wQFMAMBAf8wIwYDVR0RBBwwGoIDYS5ihwQB
AgMEgQNhQGKGCGh0dHA6Ly9hMAsGA1UdDwQEAwIHgDATBgNVHSUEDDAKBggrBgEF
BQcDATAFBgMrZXADQQCkkliksDdFIc9x+xVW4byoz/Z5fnhLqZc/bKoJd9t39cj7
HAijzgWxnwpsjagkuqf4fVsx1i2KuSuQGVplFmsK
-----END CERTIFICATE-----`;
