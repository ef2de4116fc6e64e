// The modules of the console, in the order of the side bar.
import type { Module } from './define'
import analyze from '@/modules/analyze'
import collect from '@/modules/collect'
import consumer from '@/modules/consumer'
import crowd from '@/modules/crowd'
import imports from '@/modules/import'
import overview from '@/modules/overview'
import settings from '@/modules/settings'
import start from '@/modules/start'
import tag from '@/modules/tag'

export const modules: readonly Module[] = [
  overview,
  consumer,
  crowd,
  tag,
  analyze,
  collect,
  imports,
  start,
  settings,
]
