throw new AggregateError([new Error('a'), new TypeError('b'), 3], 'many', { cause: new Error('c', { cause: 'd' }) });
