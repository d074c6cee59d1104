throw Symbol("no text");
