// run: {"env": {"TZ": "America/New_York", "LC_ALL": "de_DE.UTF-8"}}
// TZ and LC_ALL hold for dates and formats; TZ can be set while the process runs.
const show = () => {
  const date = new Date(Date.UTC(2024, 6, 1, 12));
  const { timeZone, locale } = Intl.DateTimeFormat().resolvedOptions();
  console.log(process.env.TZ, timeZone, locale, date.getHours(), date.getTimezoneOffset(), date.toString());
  console.log(date.toLocaleString(), (1234.5).toLocaleString(), new Date(2024, 0, 1).toISOString());
};
show();
for (const zone of ["Asia/Kolkata", "Europe/Berlin", ":Europe/Paris", "EST5EDT", "UTC", "Nowhere/Land", ""]) {
  process.env.TZ = zone;
  show();
}
Object.defineProperty(process.env, "TZ", { value: "Asia/Tokyo", writable: true, enumerable: true, configurable: true });
show();
