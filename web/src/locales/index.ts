// The shape of all texts: Chinese gives it, English is held to it.
import type zh from './zh'

export type Messages = typeof zh
/** The same keys, any texts. */
export type Same<T> = { [K in keyof T]: T[K] extends string ? string : Same<T[K]> }
