const text = `never closed
and so on
