const date = new Date(Date.UTC(2024, 1, 29, 13, 5, 9));
for (const locale of ["en-US", "de-DE", "ja-JP", "ar-EG", "hi-IN", "fr-CA", "zh-Hans-CN", "pt-BR"])
  console.log(
    locale,
    new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long", timeZone: "Europe/Berlin" }).format(date),
    new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" }).format(-1234567.891),
  );
console.log(
  ["z", "ä", "a", "Z"].sort(new Intl.Collator("de").compare),
  ["z", "ä", "a"].sort(new Intl.Collator("sv").compare),
  "İ".toLocaleLowerCase("tr"),
  "ß".toLocaleUpperCase(),
  (1234.5).toLocaleString("en-IN"),
);
console.log(
  new Intl.PluralRules("ar").select(3),
  new Intl.PluralRules("en", { type: "ordinal" }).select(22),
  new Intl.RelativeTimeFormat("es").format(-2, "day"),
  new Intl.ListFormat("en", { type: "disjunction" }).format(["a", "b", "c"]),
  new Intl.DisplayNames("fr", { type: "region" }).of("JP"),
  [...new Intl.Segmenter("th", { granularity: "word" }).segment("สวัสดีชาวโลก")].map(({ segment }) => segment),
);
console.log(
  Intl.getCanonicalLocales("EN-us"),
  Intl.DateTimeFormat().resolvedOptions().locale,
  Intl.DateTimeFormat().resolvedOptions().timeZone,
  Intl.supportedValuesOf("calendar").includes("hebrew"),
  new Intl.DateTimeFormat("en-u-ca-hebrew", { dateStyle: "long", timeZone: "UTC" }).format(date),
);
console.log(
  date.toString(),
  date.toLocaleString(),
  date.toLocaleDateString("de"),
  date.getTimezoneOffset(),
  "é".normalize("NFD").length,
  /\p{Script=Greek}/u.test("α"),
  "a\u0301".localeCompare("á"),
);
try {
  new Intl.NumberFormat("xx-invalid-locale-tag-", {});
} catch (error) {
  console.log(error.name, error.message);
}
