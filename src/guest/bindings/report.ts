/** process.report: a diagnostic report would describe the host; its settings are kept, making one throws. */
function unavailable(): never {
  const error = new Error("Diagnostic reports are not available in this runtime") as Error & { code: string };
  error.code = "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM";
  throw error;
}

export function createReport(): object {
  const settings: Record<string, unknown> = {
    Compact: false,
    ExcludeNetwork: false,
    ExcludeEnv: false,
    Directory: "",
    Filename: "",
    Signal: "SIGUSR2",
  };
  const flags: Record<string, boolean> = { FatalError: false, Signal: false, UncaughtException: false };
  const binding: Record<string, unknown> = { writeReport: unavailable, getReport: unavailable };
  for (const name of Object.keys(settings)) {
    binding[`get${name}`] = () => settings[name];
    binding[`set${name}`] = (value: unknown) => {
      settings[name] = value;
    };
  }
  for (const [name, getter] of [
    ["FatalError", "shouldReportOnFatalError"],
    ["Signal", "shouldReportOnSignal"],
    ["UncaughtException", "shouldReportOnUncaughtException"],
  ] as const) {
    binding[getter] = () => flags[name];
    binding[`setReportOn${name}`] = (value: unknown) => {
      flags[name] = Boolean(value);
    };
  }
  return binding;
}
