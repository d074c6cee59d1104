// run: {"nodeArgs":["--frozen-intrinsics","--no-warnings"]}
'use strict'; try { Array.prototype.x = 1; } catch (e) { console.log(e.message); } try { Object.prototype.toString = 1 } catch (e) { console.log(e.message) } console.log(Object.isFrozen(Array.prototype), Object.isFrozen(globalThis), Object.isFrozen(Promise));
