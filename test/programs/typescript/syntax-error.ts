const value: number = 1;
function broken(argument: string {
  return argument;
}
