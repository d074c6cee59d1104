const error = new Error("original");
error.stack = "own stack text";
error.extra = 5;
throw error;
