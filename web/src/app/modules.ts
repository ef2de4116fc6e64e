// The modules of the console, in the order of the side bar.
import type { Module } from './define'
import analyze from '@/modules/analyze'
import consumer from '@/modules/consumer'
import crowd from '@/modules/crowd'
import overview from '@/modules/overview'
import start from '@/modules/start'
import tag from '@/modules/tag'

export const modules: readonly Module[] = [
  overview,
  consumer,
  crowd,
  tag,
  analyze,
  start,
]
