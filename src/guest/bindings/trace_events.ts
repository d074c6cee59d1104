/** Tracing writes files of the host in Node; here every category is off. */
export function createTraceEvents(): object {
  const off = new Uint8Array(1);
  return {
    getEnabledCategories: () => undefined,
    setTraceCategoryStateUpdateHandler: () => {},
    getCategoryEnabledBuffer: () => off,
    isTraceCategoryEnabled: () => false,
    trace: () => {},
    available: false,
    CategorySet: class CategorySet {
      constructor() {
        const error = new Error("Trace events are unavailable") as Error & { code: string };
        error.code = "ERR_TRACE_EVENTS_UNAVAILABLE";
        throw error;
      }
    },
  };
}
