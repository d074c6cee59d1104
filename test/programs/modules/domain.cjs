const domain = require("node:domain");
const own = domain.create();
own.on("error", (error) => console.log("domain caught", error.message, error.domain === own, error.domainThrown));
own.run(() => {
  setTimeout(() => {
    throw new Error("in the domain");
  }, 1);
});
console.log(process.domain, own.members.length);
setTimeout(() => console.log("still running"), 20);
