export const inner = "through imports";
