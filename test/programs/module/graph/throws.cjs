log.push("throws runs");
throw new Error("thrown while loading");
