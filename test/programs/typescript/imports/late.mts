export default "late" as const;
