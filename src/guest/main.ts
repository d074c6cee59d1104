/**
 * The guest bundle's entry, run while the image is built: boots Node's realm and leaves `start`, which the engine calls
 * in each new process.
 */
import { installFatalReporter } from "./fatal.ts";
import { useLibrary } from "./library.ts";
import { engine } from "./native.ts";
import { bootRealm } from "./realm.ts";
import { start } from "./start.ts";

const realm = bootRealm();
useLibrary(realm.require);
installFatalReporter(realm);
engine.setSlot("start", () => start(realm));
