/**
 * The guest bundle's entry, run while the image is built: boots Node's realm and leaves `start`, which the engine calls
 * in each new process.
 */

import { useLibrary } from "./base/library.ts";
import { engine } from "./base/native.ts";
import { installFatalReporter } from "./fatal.ts";
import { bootRealm } from "./node22/realm.ts";
import { start } from "./start.ts";

const realm = bootRealm();
useLibrary(realm.require);
installFatalReporter(realm);
engine.setSlot("start", () => start(realm));
