throw new Proxy(new Error('in proxy'), {});
