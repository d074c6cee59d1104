const e = new Error('props'); e.a = 1; e[Symbol('s')] = 2; Object.defineProperty(e, 'hidden', { value: 3 }); e.self = e; e.cause = new Error('cause'); e.errors = [1]; throw e;
