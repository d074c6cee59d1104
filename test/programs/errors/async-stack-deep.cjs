let call = async () => {
  await new Promise((resolve) => setTimeout(resolve, 1));
  throw new Error("deep");
};
for (let i = 0; i < 12; i++) {
  const inner = call;
  call = {
    async [`level${i}`]() {
      await inner();
    },
  }[`level${i}`];
}
call();
