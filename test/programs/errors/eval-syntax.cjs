eval("\n\nfoo bar");
