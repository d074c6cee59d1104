import { EACCES } from "../errno.ts";
import { Glob } from "./glob.ts";

export type Scope = "fs" | "network" | "childProcess" | "process" | "env" | "tool";
export type Action = "allow" | "deny";

export interface Rule {
  readonly action: Action;
  /** The rule speaks of these operations; left out or "*": of all. */
  readonly operations?: readonly string[];
  /** Scope fs: globs over guest paths. Left out: all. */
  readonly paths?: readonly string[];
  /** Other scopes: globs over names. Left out: all. */
  readonly patterns?: readonly string[];
}

export type ScopePolicy = Action | { readonly default: Action; readonly rules: readonly Rule[] };

export type Permissions = Partial<Record<Scope, ScopePolicy>>;

/** A refused operation, as the host observes it. */
export interface Denial {
  readonly scope: Scope;
  readonly operation: string;
  /** A path, a name or an address. */
  readonly target: string;
  /** The guest process that asked. */
  readonly pid: number;
}

/** What scopes that a VM's options leave out keep. All of it happens inside the VM, except network and tools. */
export const DEFAULT_PERMISSIONS: Readonly<Record<Scope, Action>> = Object.freeze({
  fs: "allow",
  network: "deny",
  childProcess: "allow",
  process: "allow",
  env: "allow",
  tool: "deny",
});

interface CompiledRule {
  readonly action: Action;
  readonly operations: ReadonlySet<string> | null;
  readonly globs: readonly Glob[] | null;
}

/** The policy of one scope, compiled. The first matching rule wins. */
export class ScopeRules {
  /** What every operation gets; null if it depends on the rules. */
  readonly verdict: Action | null;
  readonly #default: Action;
  readonly #rules: readonly CompiledRule[];

  constructor(scope: Scope, policy: ScopePolicy) {
    this.#default = typeof policy === "string" ? policy : policy.default;
    this.#rules = typeof policy === "string" ? [] : policy.rules.map((rule) => compileRule(scope, rule));
    this.verdict = this.#rules.every(({ action }) => action === this.#default) ? this.#default : null;
  }

  allows(operation: string, target: string): boolean {
    if (this.verdict !== null) return this.verdict === "allow";
    const rule = this.#rules.find(
      ({ operations, globs }) =>
        (operations === null || operations.has(operation)) &&
        (globs === null || globs.some((glob) => glob.matches(target))),
    );
    return (rule?.action ?? this.#default) === "allow";
  }
}

function compileRule(scope: Scope, rule: Rule): CompiledRule {
  const patterns = scope === "fs" ? rule.paths : rule.patterns;
  const operations = rule.operations === undefined || rule.operations.includes("*") ? null : new Set(rule.operations);
  return {
    action: rule.action,
    operations,
    globs: patterns?.map((pattern) => new Glob(pattern, scope === "fs" ? "/" : null)) ?? null,
  };
}

/** A VM's permissions: asked by syscalls before they act. */
export class PermissionPolicy {
  readonly fs: ScopeRules;
  readonly childProcess: ScopeRules;
  readonly process: ScopeRules;
  readonly env: ScopeRules;
  readonly tool: ScopeRules;
  readonly #onDenied: ((denial: Denial) => void) | null;

  /** @param onDenied told of each refusal, during the refused syscall. */
  constructor(permissions: Permissions, onDenied: ((denial: Denial) => void) | null) {
    const rules = (scope: Scope) => new ScopeRules(scope, permissions[scope] ?? DEFAULT_PERMISSIONS[scope]);
    this.fs = rules("fs");
    this.childProcess = rules("childProcess");
    this.process = rules("process");
    this.env = rules("env");
    this.tool = rules("tool");
    this.#onDenied = onDenied;
  }

  /** True if `pid` may do `operation` to `target`; a refusal is reported. */
  allows(scope: Exclude<Scope, "network">, operation: string, target: string, pid: number): boolean {
    if (this[scope].allows(operation, target)) return true;
    this.#onDenied?.({ scope, operation, target, pid });
    return false;
  }

  /** EACCES unless `pid` may do `operation` to `target`. */
  demand(scope: Exclude<Scope, "network">, operation: string, target: string, pid: number): void {
    if (!this.allows(scope, operation, target, pid)) throw EACCES;
  }
}
