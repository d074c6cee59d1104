/** The identity that permission checks look at, credentials(7). Never changed: who gets another one gets another object. */
export interface Credentials {
  /** Real ids: access(2). */
  readonly uid: number;
  readonly gid: number;
  /** Effective ids: everything else. */
  readonly euid: number;
  readonly egid: number;
  readonly suid: number;
  readonly sgid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
}

export const rootCredentials = (): Credentials => ({ uid: 0, gid: 0, euid: 0, egid: 0, suid: 0, sgid: 0, groups: [] });

/** Those that access(2) asks with, all along the path: the real ids in the place of the effective ones. */
export function realCredentials(creds: Credentials): Credentials {
  const { uid, gid, euid, egid } = creds;
  return uid === euid && gid === egid ? creds : { ...creds, euid: uid, egid: gid };
}
