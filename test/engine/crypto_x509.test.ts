import { test } from "node:test";
import { rootCertificates } from "node:tls";
import { assertSameAsNode } from "./bare.ts";

// Real certificates with RSA and EC keys, that come with Node.
const samples = rootCertificates.filter((_, index) => index % 9 === 0);
const SETUP = `
const b = internalBinding("crypto");
const ascii = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const hex = (view) => Array.from(view, (byte) => byte.toString(16).padStart(2, "0")).join("");
const full = (fn) => { try { return fn(); } catch (e) { return [e.name, e.message, e.code, e.library, e.reason, e.opensslErrorStack]; } };
`;

const FIELDS = `["subject", "subjectAltName", "infoAccess", "issuer", "validTo", "validFrom", "fingerprint", "fingerprint256",
  "fingerprint512", "keyUsage", "serialNumber", "pem", "checkCA"]`;

test("certificates are read as Node reads them", () => {
  assertSameAsNode(
    SETUP,
    samples.map(
      (pem) => `(() => {
        const c = b.parseX509(ascii(${JSON.stringify(pem)}));
        const legacy = c.toLegacy();
        for (const name of ["raw", "pubkey"]) if (legacy[name]) legacy[name] = hex(legacy[name]);
        const again = b.parseX509(c.raw());
        return [${FIELDS}.map((name) => String(c[name]())), +c.validFromDate(), +c.validToDate(), hex(c.raw()), Object.entries(legacy),
          c.publicKey().getAsymmetricKeyType(), c.checkIssued(again), c.verify(c.publicKey()), c.getIssuerCert(),
          full(() => c.checkHost("example.com", 0)), full(() => c.checkHost("", 0)), full(() => c.checkEmail("a@b.c", 0)),
          full(() => c.checkIP("127.0.0.1", 0)), full(() => c.checkIP("x", 0))];
      })()`,
    ),
  );
});

test("what is no certificate gives Node's error", () => {
  assertSameAsNode(SETUP, [
    `full(() => b.parseX509(ascii("nothing")))`,
    `full(() => b.parseX509(ascii("")))`,
    `full(() => b.parseX509(ascii("-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----\\n")))`,
  ]);
});

const SPKAC =
  "MIICUzCCATswggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQC33FiIiiexwLe/P8DZx5HsqFlmUO7/lvJ7necJVNwqdZ3ax5jpQB0p6uxfqeOvzcN3k5V7UFb/Am+nkSNZMAZhsWzCU2Z4Pjh50QYz3f0Hour7/yIGStOLyYY3hgLK2K8TbhgjQPhdkw9+QtKlpvbL8fLgONAoGrVOFnRQGcr70iFffsm79mgZhKVMgYiHPJqJgGHvCtkGg9zMgS7p63+Q3ZWedtFS2RhMX3uCBy/mH6EOlRCNBbRmA4xxNzyf5GQaki3T+Iz9tOMjdPP+CwV2LqEdylmBuik8vrfTb3qIHLKKBAI8lXN26wWtA3kN4L7NP+cbKlCRlqctvhmylLH1AgMBAAEWE3RoaXMtaXMtYS1jaGFsbGVuZ2UwDQYJKoZIhvcNAQEEBQADggEBAIozmeW1kfDfAVwRQKileZGLRGCD7AjdHLYEe16xTBPve8Af1bDOyuWsAm4qQLYA4FAFROiKeGqxCtIErEvm87/09tCfF1My/1Uj+INjAk39DK9J9alLlTsrwSgd1lb3YlXY7TyitCmh7iXLo4pVhA2chNA3njiMq3CUpSvGbpzrESL2dv97lv590gUD988wkTDVyYsf0T8+X0Kww3AgPWGji+2f2i5/jTfD/s1lK1nqi7ZxFm0pGZoy1MJ51SCEy7Y82ajroI+5786nC02mo9ak7samca4YDZOoxN4d3tax4B/HDF5dqJSm1/31xYLDTfujCM5FkSjRc4m6hnriEkc=";

test("signed public keys with a challenge", () => {
  const cases = [SPKAC, `${SPKAC}\n `, "nothing", SPKAC.slice(0, -8), ""];
  assertSameAsNode(
    SETUP,
    cases.flatMap((text) =>
      ["certVerifySpkac", "certExportPublicKey", "certExportChallenge"].map(
        (name) =>
          `((value) => typeof value === "object" ? hex(value) : value)(b.${name}(ascii(${JSON.stringify(text)})))`,
      ),
    ),
  );
});
