// What the console knows of an operation: its record in C, in short. gen.ts makes them.

/** Any JSON: what a record leaves undescribed. Narrow it with the helpers of json.ts. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json | undefined }

export interface OpRecord {
  readonly name: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly perm: string
  /** reads, edits, ledger, changes or alone: where the server runs it. */
  readonly how: string
  /** Answers 202 with a job. */
  readonly slow?: boolean
  /** Has a picture: ?format=svg or png. */
  readonly picture?: boolean
  /** The body of the request is a file. */
  readonly upload?: boolean
  /** The answer is a file: ?format=csv or xlsx. */
  readonly download?: boolean
  readonly many?: readonly string[]
}

/** An operation with the types of what goes in and comes out; they exist for the compiler only. */
export interface Op<In, Out> extends OpRecord {
  readonly in?: In
  readonly out?: Out
}

export function op<In, Out>(record: OpRecord): Op<In, Out> {
  return record
}
