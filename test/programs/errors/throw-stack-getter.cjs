const error = new Error("the stack throws");
Object.defineProperty(error, "stack", {
  get() {
    throw new Error("from the getter");
  },
});
throw error;
