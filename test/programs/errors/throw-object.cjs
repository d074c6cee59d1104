throw { message: "looks like an error", stack: "but is none", nested: { deep: { deeper: {} } } };
