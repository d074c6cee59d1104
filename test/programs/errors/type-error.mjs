const config = { server: undefined };
console.log(config.server.port);
