export default "default of esm";
export const extra = 1;
export { extra as "string name" };
