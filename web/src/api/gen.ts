// Made by tools/gen.mjs from `pond describe --json`; do not edit: change the record in C, then `npm run gen`.
import { op, type Json } from './op'

/** Rights that operations ask for. */
export type Right =
  | 'access.read'
  | 'access.write'
  | 'audit.read'
  | 'consumer.read'
  | 'consumer.write'
  | 'crowd.export'
  | 'crowd.read'
  | 'crowd.write'
  | 'data.backup'
  | 'data.import'
  | 'data.read'
  | 'data.write'
  | 'event.read'
  | 'events.read'
  | 'model.read'
  | 'model.write'
  | 'public'
  | 'report.read'
  | 'report.write'
  | 'rules.read'
  | 'rules.write'
  | 'tag.read'
  | 'tag.write'
  | 'who.read'

export type VerifyIn = Record<string, never>
export interface VerifyOut {
  /** everything holds */
  ok: boolean
  /** of the content: equal for equal histories */
  digest: string
  /** digest of the state folded again from nothing */
  replayed?: string | null
  /** events accepted */
  events: number
  /** of them nobody's */
  anonymous: number
  /** identities */
  identities: number
  /** consumers */
  consumers: number
  /** sealed segments */
  segments: number
  /** batches not yet sealed */
  log_batches: number
  checks: {
    /** what was checked */
    check: string
    /** the same in Chinese */
    check_zh: string
    /** whether it holds */
    ok: boolean
    /** what and where when it does not */
    found?: string | null
  }[]
}
/** Replays history from nothing, compares digests, checks every invariant. */
export const verify = /*#__PURE__*/ op<VerifyIn, VerifyOut>({ name: 'verify', method: 'POST', path: '/api/v1/verify', perm: 'data.read', how: 'reads', slow: true })

export interface DescribeIn {
  /** as the page docs/operations.md */
  markdown?: boolean
}
export type DescribeOut = Json
/** Every operation: command, route, permission, input, output. */
export const describe = /*#__PURE__*/ op<DescribeIn, DescribeOut>({ name: 'describe', method: 'GET', path: '/api/v1/describe', perm: 'public', how: 'alone' })

export type VersionIn = Record<string, never>
export interface VersionOut {
  /** version of the program */
  version: string
}
/** The version of the program. */
export const version = /*#__PURE__*/ op<VersionIn, VersionOut>({ name: 'version', method: 'GET', path: '/api/v1/version', perm: 'public', how: 'alone' })

export type StatusIn = Record<string, never>
export interface StatusOut {
  /** of the program */
  version: string
  /** the brand */
  brand: string
  /** its time zone */
  zone: string
  /** ok, attention (see notes) or failing (nothing is accepted) */
  health: string
  /** what to look at, a sentence each */
  notes: string[]
  /** consumers */
  consumers: number
  /** identities */
  identities: number
  /** events in history */
  events: number
  /** bytes of sealed history */
  lake_bytes: number
  /** bytes of what is not yet sealed */
  log_bytes: number
  /** events of it */
  log_rows: number
  /** bytes that are free where the data lies */
  disk_free_bytes: number
  /** when the newest backup was made, in DATA/backups or elsewhere by pond backup DIR; null: none */
  last_backup?: string | null
  /** where it was written; null: none, or outside of the data directory and asked over HTTP */
  last_backup_place?: string | null
  /** of the server; null: none runs */
  address?: string | null
  /** when the server started; as all below null when no server answers */
  started?: string | null
  /** seconds since then */
  uptime_s?: number | null
  /** resident memory of the server */
  memory_bytes?: number | null
  /** accepted events a second over the last 10 s */
  rate?: number | null
  /** age of the oldest event that is accepted but not yet visible, ms */
  lag_ms?: number | null
  /** events that wait */
  queued?: number | null
  /** events that collectors received since the start */
  received?: number | null
  /** of them those that were set aside */
  rejected?: number | null
  /** operations that run */
  jobs_running?: number | null
  /** operations that wait */
  jobs_waiting?: number | null
  /** connections that are open */
  connections?: number | null
}
/** How the brand and the server stand: sizes, rate, lag, disk, last backup, health in words. */
export const status = /*#__PURE__*/ op<StatusIn, StatusOut>({ name: 'status', method: 'GET', path: '/api/v1/status', perm: 'data.read', how: 'aside' })

export interface ImportIn {
  /** taobao-behavior, tmall-orders, youzan-orders, uci-retail, cdnow, tianchi-baby, pond or generic; found out when left away */
  format?: string
  /** which column is what: time=下单时间, identity.phone=#4, event:=purchase (a constant), event.pv:=item_view (a word) */
  map?: readonly (string)[]
  /** use a saved mapping */
  mapping?: string
  /** keep the mapping used under this name */
  save_mapping?: string
  /** time zone of times that name none; the brand's when left away */
  tz?: string
  /** show how the first rows are understood; import nothing */
  dry_run?: boolean
  /** with --dry-run: look at every row, not only at the first thousand */
  whole?: boolean
  /** exit code 12 when any row was set aside */
  strict?: boolean
  /** rows made durable at a time (rows; 262144) */
  batch_rows?: number
}
export interface ImportOut {
  /** rows read: accepted + duplicates + rejected */
  rows: number
  /** rows that brought something new */
  accepted: number
  /** rows already known */
  duplicates: number
  /** rows set aside */
  rejected: number
  /** accepted rows that name no consumer */
  anonymous: number
  /** accepted events; a row may give two */
  events: number
  /** consumers in the pond afterwards */
  consumers: number
  /** and before; null: nothing was imported */
  consumers_before?: number | null
  /** consumers that are new */
  fresh?: number | null
  /** consumers known before that went into others */
  joined?: number | null
  /** consumers more, as what held some together is shared now: before - joined + parted + fresh = afterwards */
  parted?: number | null
  /** consumers that are made of several of before */
  unions?: number | null
  /** consumers of before that are several now */
  pieces?: number | null
  stages?: {
    /** over HTTP: a stage of the model in force */
    stage?: string | null
    /** consumers in it before, today */
    before?: number | null
    /** consumers in it afterwards, today */
    after?: number | null
  }[] | null
  /** time taken */
  seconds: number
  /** true when nothing was imported */
  dry_run: boolean
  files?: {
    /** the file */
    file?: string | null
    /** its format */
    format?: string | null
    /** csv, ndjson, xlsx or parquet */
    kind?: string | null
    /** of its text */
    encoding?: string | null
    /** rows read */
    rows?: number | null
    /** rows that brought something new */
    accepted?: number | null
    /** rows already known */
    duplicates?: number | null
    /** rows set aside */
    rejected?: number | null
    /** accepted rows that name no consumer */
    anonymous?: number | null
    /** accepted events */
    events?: number | null
    /** the file of rows set aside, with reasons */
    rejects?: string | null
    /** line, column and reason of the first one */
    first_reject?: string | null
    /** rows an interrupted import of it had got to; 0: none */
    continued?: number | null
    /** the mapping used */
    mapping?: Json | null
    /** why it could not be imported */
    error?: string | null
    /** what to do about that */
    hint?: string | null
    /** when this very file was imported in full before */
    imported?: string | null
    columns?: {
      /** dry run: a column, as the file names it */
      header?: string | null
      /** the field it is taken for */
      field?: string | null
      /** how that was told: header, place, map, or none (kept as a property) */
      by?: string | null
      /** it is kept sealed */
      personal?: boolean | null
      /** cells that are filled ... */
      filled?: number | null
      /** ... of so many of the first rows */
      of?: number | null
      /** rows set aside because of it */
      refused?: number | null
      /** some of its values, personal ones masked */
      samples?: (string | null)[] | null
    }[] | null
    /** dry run: every row was looked at */
    whole?: boolean | null
    preview?: {
      /** dry run: an event as understood: its row */
      row?: number | null
      /** its time */
      time?: string | null
      /** its name */
      event?: string | null
      /** its channel */
      channel?: string | null
      /** its touchpoint */
      touchpoint?: string | null
      /** its item */
      item?: string | null
      /** its order */
      order?: string | null
      /** its quantity */
      quantity?: number | null
      /** its amount */
      amount?: number | null
      /** its identities, personal ones masked */
      identities?: string | null
      /** everything else, a JSON object */
      properties?: string | null
    }[] | null
    reasons?: {
      /** dry run: what is wrong */
      field?: string | null
      /** and why */
      reason?: string | null
      /** in so many rows */
      rows?: number | null
    }[] | null
    refused?: {
      /** dry run: a row that would be set aside: its line */
      line?: number | null
      /** column; 0: the whole row */
      column?: number | null
      /** what is wrong */
      field?: string | null
      /** and why */
      reason?: string | null
      /** the row, personal values masked */
      raw?: string | null
    }[] | null
  }[] | null
  /** the first file of rows set aside */
  rejects?: string | null
}
/** Bring in files of events, orders or behaviour; formats are told by content. */
export const importOp = /*#__PURE__*/ op<ImportIn, ImportOut>({ name: 'import', method: 'POST', path: '/api/v1/import', perm: 'data.import', how: 'changes', slow: true, upload: true, many: ['map'] })

export interface ImportsIn {
  /** how many, newest first (50) */
  limit?: number
  /** only those with a smaller number */
  before?: number
}
export interface ImportsOut {
  imports: {
    /** its number */
    id: number
    /** name of the file */
    name: string
    /** its size; 0: unknown */
    bytes: number
    /** its format */
    format: string
    /** running, done, stopped or failed */
    status: string
    /** when it began */
    started?: string | null
    /** when it ended */
    finished?: string | null
    /** rows read */
    rows: number
    /** rows that brought something new */
    accepted: number
    /** rows already known */
    duplicates: number
    /** rows set aside */
    rejected: number
    /** accepted rows that name no consumer */
    anonymous: number
  }[]
}
/** Files that were imported, newest first. */
export const imports = /*#__PURE__*/ op<ImportsIn, ImportsOut>({ name: 'imports', method: 'GET', path: '/api/v1/imports', perm: 'data.read', how: 'ledger' })

export type MappingListIn = Record<string, never>
export interface MappingListOut {
  mappings?: {
    /** its name */
    name?: string | null
    /** format and map, as --map takes them */
    mapping?: Json | null
  }[] | null
}
/** List the saved mappings. */
export const mappingList = /*#__PURE__*/ op<MappingListIn, MappingListOut>({ name: 'mapping list', method: 'GET', path: '/api/v1/mappings', perm: 'event.read', how: 'ledger' })

export interface MappingRenameIn {
  /** of the saved mapping */
  name: string
  /** the new name */
  to: string
}
export interface MappingRenameOut {
  /** its name now */
  name: string
}
/** Gives a saved mapping another name. */
export const mappingRename = /*#__PURE__*/ op<MappingRenameIn, MappingRenameOut>({ name: 'mapping rename', method: 'POST', path: '/api/v1/mapping/rename', perm: 'data.import', how: 'ledger' })

export interface MappingDeleteIn {
  /** of the saved mapping */
  name: string
}
export interface MappingDeleteOut {
  /** the name that was deleted */
  name: string
}
/** Removes a saved mapping; what was imported with it stays. */
export const mappingDelete = /*#__PURE__*/ op<MappingDeleteIn, MappingDeleteOut>({ name: 'mapping delete', method: 'DELETE', path: '/api/v1/mapping', perm: 'data.import', how: 'ledger' })

export interface SampleFillIn {
  /** how many persons; about 20 events each (20000) */
  consumers?: number
  /** over how many days (days; 400) */
  days?: number
  /** the same seed and last day give the same events (1) */
  seed?: number
  /** the last day; yesterday when left away */
  end?: string
  /** also into a brand that has events */
  anyway?: boolean
}
export interface SampleFillOut {
  /** events that were made up */
  made: number
  /** of them those that came in */
  events: number
  /** of them those that were there */
  duplicates: number
  /** the first day */
  from: string
  /** the last day */
  to: string
  /** consumers in the pond afterwards */
  consumers: number
  /** time taken */
  seconds: number
}
/** Fill the brand with a made-up brand's life, to try everything with. */
export const sampleFill = /*#__PURE__*/ op<SampleFillIn, SampleFillOut>({ name: 'sample fill', method: 'POST', path: '/api/v1/sample/fill', perm: 'data.import', how: 'changes', slow: true })

export interface ReportAssetsIn {
  /** the day asked about, at its end; today means now */
  as_of?: string
  /** a row each: channel or touchpoint of the first event; age (new: known for 30 days or less); or a question (tag "VIP"), yes and no */
  by?: string
}
export interface ReportAssetsOut {
  /** the day asked about */
  as_of: string
  /** name of the stage model */
  model: string
  stages: {
    /** stage, the lowest (none) first */
    stage: string
    /** consumers in it */
    consumers: number
    /** of the known consumers, 0..1 */
    share?: number | null
    /** against seven days before */
    change_7d: number
  }[]
  /** consumers known on that day */
  known: number
  /** consumers known seven days before */
  known_7d_before: number
  /** consumers first seen after that day */
  unknown: number
  parts?: {
    /** --by: the value; empty: unknown */
    value?: string | null
    /** --by: consumers known on that day */
    known?: number | null
    /** --by: consumers by stage, lowest first */
    consumers?: (number | null)[] | null
  }[] | null
}
/** How many consumers stand in each AIPL stage as of a day. */
export const reportAssets = /*#__PURE__*/ op<ReportAssetsIn, ReportAssetsOut>({ name: 'report assets', method: 'GET', path: '/api/v1/report/assets', perm: 'report.read', how: 'reads', picture: true })

export interface ReportTrendIn {
  /** first day, included; 30 days up to the last one */
  from?: string
  /** last day, included; today, or the last event's day when that is 30 days ago */
  to?: string
}
export interface ReportTrendOut {
  /** name of the stage model */
  model: string
  /** first day */
  from: string
  /** last day */
  to: string
  /** an object a day: day, then consumers by stage name */
  days: Json
}
/** Consumers in each stage, a row a day, with spark lines. */
export const reportTrend = /*#__PURE__*/ op<ReportTrendIn, ReportTrendOut>({ name: 'report trend', method: 'GET', path: '/api/v1/report/trend', perm: 'report.read', how: 'reads', picture: true })

export interface ReportFlowIn {
  /** the day to start from, at its end; a week before the last one */
  from?: string
  /** last day, included; today, or the last event's day when that is 30 days ago */
  to?: string
  /** what --plot draws: the matrix, or ribbons (heat) */
  as?: 'heat' | 'sankey'
}
export interface ReportFlowOut {
  /** rows are the stages at the end of this day */
  from: string
  /** columns are the stages at the end of this day */
  to: string
  /** name of the stage model */
  model: string
  /** the stages in order of rows and columns */
  stages: string[]
  /** consumers from the row's stage to the column's */
  matrix: number[][]
  /** consumers first known after `from`, by stage */
  new: number[]
  moves: {
    /** to a higher stage */
    deepened: number
    /** in the same stage */
    stayed: number
    /** to a lower stage, not none */
    regressed: number
    /** from a stage to none */
    lost: number
    /** first known after `from` */
    new: number
  }
  /** consumers known at the start */
  known_from: number
  /** consumers known at the end */
  known_to: number
}
/** Who moved from which stage to which between two days. */
export const reportFlow = /*#__PURE__*/ op<ReportFlowIn, ReportFlowOut>({ name: 'report flow', method: 'GET', path: '/api/v1/report/flow', perm: 'report.read', how: 'reads', picture: true })

export interface ReportFlowsIn {
  /** first day, included; 30 days up to the last one */
  from?: string
  /** last day, included; today, or the last event's day when that is 30 days ago */
  to?: string
}
export interface ReportFlowsOut {
  /** first day */
  from: string
  /** last day */
  to: string
  /** name of the stage model */
  model: string
  days: {
    /** moves from the end of the day before to the end of this day */
    day: string
    /** to a higher stage */
    deepened: number
    /** in the same stage */
    stayed: number
    /** to a lower stage, not none */
    regressed: number
    /** from a stage to none */
    lost: number
    /** first known on this day */
    new: number
  }[]
}
/** Moves day by day: deepened, stayed, regressed, lost, new. */
export const reportFlows = /*#__PURE__*/ op<ReportFlowsIn, ReportFlowsOut>({ name: 'report flows', method: 'GET', path: '/api/v1/report/flows', perm: 'report.read', how: 'reads', picture: true })

export interface ReportMetricsIn {
  /** first day, included; 30 days up to the last one */
  from?: string
  /** last day, included; today, or the last event's day when that is 30 days ago */
  to?: string
  /** only consumers for whom this holds as of the last day (docs/who.md) */
  among?: string
}
export interface ReportMetricsOut {
  /** first day */
  from: string
  /** last day */
  to: string
  metrics: {
    /** name */
    metric: string
    /** over / under; null: nothing to divide by; money in yuan */
    value?: number | null
    /** numerator */
    over: number
    /** denominator; 1 for counts */
    under: number
  }[]
}
/** Metrics of the private domain: sales, members, friends, groups, reach, each with its formula. */
export const reportMetrics = /*#__PURE__*/ op<ReportMetricsIn, ReportMetricsOut>({ name: 'report metrics', method: 'GET', path: '/api/v1/report/metrics', perm: 'report.read', how: 'reads' })

export interface ReportLoopIn {
  /** first day, included; 30 days up to the last one */
  from?: string
  /** last day, included; today, or the last event's day when that is 30 days ago */
  to?: string
  /** only consumers for whom this holds as of the last day (docs/who.md) */
  among?: string
}
export interface ReportLoopOut {
  /** first day */
  from: string
  /** last day */
  to: string
  doors: {
    /** channel of the first event; empty: unknown */
    channel: string
    /** public, private or unknown */
    domain: string
    /** consumers whose first event is in the period */
    came: number
    /** of these: fan, friend, group member or member since */
    sank: number
    /** of these: bought */
    bought: number
    /** of these: bought at or after sinking */
    converted: number
    /** of these: brought others */
    brought: number
    /** people brought */
    people: number
  }[]
  all: {
    /** over all doors */
    came: number
    /** over all doors */
    sank: number
    /** over all doors */
    bought: number
    /** over all doors */
    converted: number
    /** over all doors */
    brought: number
    /** over all doors */
    people: number
  }
}
/** The closed loop: who came in by which door, was kept, bought, and brought others. */
export const reportLoop = /*#__PURE__*/ op<ReportLoopIn, ReportLoopOut>({ name: 'report loop', method: 'GET', path: '/api/v1/report/loop', perm: 'report.read', how: 'reads', picture: true })

export interface ConsumerShowIn {
  /** an identity as phone:13800138000, or consumer:12 */
  identity: string
  /** how many of the last events to list (events; 20) */
  events?: number
  /** list only these */
  event?: readonly (string)[]
  /** list only events of this day and later */
  from?: string
  /** list only events of this day and earlier */
  to?: string
  /** how many of them are left out before the first listed (events; 0) */
  skip?: number
  /** show personal values whole */
  reveal?: boolean
}
export interface ConsumerShowOut {
  /** its number: the smallest among its identities */
  consumer: number
  /** stage now; null: known from a later day only */
  stage?: string | null
  /** name of the stage model */
  model: string
  identities: {
    /** kind of identity */
    kind: string
    /** value, personal kinds masked */
    value: string
    /** number of the identity */
    no: number
    /** seen with too many consumers, joins nothing */
    shared: boolean
    /** day of its first own event */
    first_day?: string | null
  }[]
  spans: {
    /** stage */
    stage: string
    /** first day, included */
    from: string
    /** last day, included; null: until further notice */
    to?: string | null
  }[]
  tags: {
    /** category of a tag it carries today; may be empty */
    category: string
    /** name of the tag */
    tag: string
    /** value; empty for a flag */
    value: string
    /** flag, text or number */
    kind: string
    /** where it came from: manual, rule, event, import or score */
    source: string
    /** the day from whose end it is carried */
    since?: string | null
    /** last day that it holds; null: for good */
    until?: string | null
    /** who gave it */
    who?: string | null
    /** why */
    note?: string | null
  }[]
  /** events of this consumer */
  events: number
  /** purchase events */
  purchases: number
  /** sum of the amounts paid, refunds not taken off */
  paid: number
  /** sum of the amounts given back */
  refunded: number
  /** time of the first event */
  first_seen?: string | null
  /** time of the last event */
  last_seen?: string | null
  counts: {
    /** an event it has, most frequent first */
    event: string
    /** how many of them */
    events: number
    /** time of the last one */
    last: string
  }[]
  /** events that the timeline lists a part of */
  matching: number
  /** the last events, newest first */
  timeline: Json
}
/** One consumer: identities, stage history, last events. */
export const consumerShow = /*#__PURE__*/ op<ConsumerShowIn, ConsumerShowOut>({ name: 'consumer show', method: 'GET', path: '/api/v1/consumer', perm: 'consumer.read', how: 'reads', many: ['event'] })

export interface ConsumerWhyIn {
  /** one identity */
  identity: string
  /** the other identity */
  other: string
  /** show personal values whole */
  reveal?: boolean
}
export interface ConsumerWhyOut {
  /** whether they are one consumer */
  same: boolean
  /** consumer of the first */
  consumer: number
  /** consumer of the second */
  other: number
  /** the chain: from, to, event, time, channel, state */
  links: Json
}
/** Why two identities are one consumer, or are not. */
export const consumerWhy = /*#__PURE__*/ op<ConsumerWhyIn, ConsumerWhyOut>({ name: 'consumer why', method: 'GET', path: '/api/v1/consumer/why', perm: 'consumer.read', how: 'reads' })

export interface ConsumerListIn {
  /** how many, 0 for all; 20 on a terminal, all with --json or --csv; over HTTP 100, at most 10,000 (consumers) */
  limit?: number
  /** only consumers with greater numbers: the page behind this one */
  after?: number
  /** only those in this stage now */
  stage?: string
  /** show personal values whole */
  reveal?: boolean
}
export interface ConsumerListOut {
  consumers: {
    /** its number */
    consumer: number
    /** its identities, personal ones masked */
    identities: string[]
    /** its stage now */
    stage?: string | null
  }[]
  /** over HTTP: `after` of the next page; null: this is the last */
  next?: number | null
}
/** All consumers with their identities; with --json a line each. */
export const consumerList = /*#__PURE__*/ op<ConsumerListIn, ConsumerListOut>({ name: 'consumer list', method: 'GET', path: '/api/v1/consumers', perm: 'consumer.read', how: 'reads' })

export interface ConsumerSplitIn {
  /** the identity to take out */
  identity: string
  /** cut only the link to this identity */
  from?: string
  /** show the result, change nothing */
  dry_run?: boolean
  /** why, kept with the decision */
  reason?: string
  /** show personal values whole */
  reveal?: boolean
}
export interface ConsumerSplitOut {
  /** number of the split, for consumer undo; null in a dry run */
  split?: number | null
  /** nothing was changed */
  dry_run: boolean
  /** links cut */
  links: number
  consumers: {
    /** a consumer after the change */
    consumer: number
    /** its stage now */
    stage?: string | null
    /** its identities */
    identities: string[]
  }[]
}
/** Takes an identity out of its consumer, or cuts one link. */
export const consumerSplit = /*#__PURE__*/ op<ConsumerSplitIn, ConsumerSplitOut>({ name: 'consumer split', method: 'POST', path: '/api/v1/consumer/split', perm: 'consumer.write', how: 'changes' })

export interface ConsumerJoinIn {
  /** one identity */
  identity: string
  /** the other identity */
  other: string
  /** why, kept with the decision */
  reason?: string
  /** show personal values whole */
  reveal?: boolean
}
export interface ConsumerJoinOut {
  /** number of the join, for consumer undo jN */
  join: number
  /** whether they are one consumer now */
  same: boolean
  consumers: {
    /** a consumer after the change */
    consumer: number
    /** its stage now */
    stage?: string | null
    /** its identities */
    identities: string[]
  }[]
}
/** Makes two identities one consumer by decision. */
export const consumerJoin = /*#__PURE__*/ op<ConsumerJoinIn, ConsumerJoinOut>({ name: 'consumer join', method: 'POST', path: '/api/v1/consumer/join', perm: 'consumer.write', how: 'changes' })

export interface ConsumerUndoIn {
  /** s3 (or 3) for a split, j2 for a join */
  id: string
  /** show the result, change nothing */
  dry_run?: boolean
  /** show personal values whole */
  reveal?: boolean
}
export interface ConsumerUndoOut {
  /** number of what was taken back */
  undone: number
  /** split or join */
  kind: string
  /** nothing was changed */
  dry_run: boolean
  consumers: {
    /** a consumer after the change */
    consumer: number
    /** its stage now */
    stage?: string | null
    /** its identities */
    identities: string[]
  }[]
}
/** Takes back a split (3 or s3) or a join (j2). */
export const consumerUndo = /*#__PURE__*/ op<ConsumerUndoIn, ConsumerUndoOut>({ name: 'consumer undo', method: 'POST', path: '/api/v1/consumer/undo', perm: 'consumer.write', how: 'changes' })

export interface ConsumerDecisionsIn {
  /** show personal values whole */
  reveal?: boolean
}
export interface ConsumerDecisionsOut {
  /** id, kind, at, undone, reason, pairs */
  decisions: Json
}
/** Splits and joins made by hand, undone ones too. */
export const consumerDecisions = /*#__PURE__*/ op<ConsumerDecisionsIn, ConsumerDecisionsOut>({ name: 'consumer decisions', method: 'GET', path: '/api/v1/consumer/decisions', perm: 'consumer.read', how: 'reads' })

export interface WhoCountIn {
  /** the question, or its JSON form */
  question: string
  /** the day asked about, at its end; today without it */
  as_of?: string
}
export interface WhoCountOut {
  /** the question in its canonical text */
  question: string
  /** the day asked about */
  as_of: string
  /** consumers for whom it holds */
  count: number
  /** consumers known on that day */
  known: number
}
/** How many consumers a question holds for. */
export const whoCount = /*#__PURE__*/ op<WhoCountIn, WhoCountOut>({ name: 'who count', method: 'POST', path: '/api/v1/who/count', perm: 'who.read', how: 'reads' })

export interface WhoListIn {
  /** the question, or its JSON form */
  question: string
  /** the day asked about, at its end; today without it */
  as_of?: string
  /** how many are listed (20) */
  limit?: number
  /** only consumers with greater numbers: the page behind this one */
  after?: number
}
export interface WhoListOut {
  /** the question in its canonical text */
  question: string
  /** the day asked about */
  as_of: string
  /** consumers for whom it holds */
  count: number
  consumers: {
    /** number of the consumer */
    consumer: number
    /** its stage on that day */
    stage?: string | null
    identities?: {
      /** kind of an identity */
      kind?: string | null
      /** its value, personal ones masked */
      value?: string | null
    }[] | null
  }[]
  /** `after` of the next page; null: this is the last */
  next?: number | null
}
/** Who they are: consumers with stage and masked identities. */
export const whoList = /*#__PURE__*/ op<WhoListIn, WhoListOut>({ name: 'who list', method: 'POST', path: '/api/v1/who/list', perm: 'who.read', how: 'reads' })

export interface WhoExplainIn {
  /** the question, or its JSON form */
  question: string
  /** the day asked about, at its end; today without it */
  as_of?: string
}
export interface WhoExplainOut {
  /** the question in its canonical text */
  question: string
  /** the day asked about */
  as_of: string
  plan: {
    /** how deep the part lies */
    depth: number
    /** a part of the question */
    part: string
    /** what answers it: column, evidence, lake, mark, spans, sets */
    where: string
    /** consumers expected */
    estimated: number
    /** consumers found */
    found: number
    /** time to make it ready */
    ms: number
    /** what was read */
    note: string
  }[]
}
/** How a question is answered: what runs where, what was expected and found. */
export const whoExplain = /*#__PURE__*/ op<WhoExplainIn, WhoExplainOut>({ name: 'who explain', method: 'POST', path: '/api/v1/who/explain', perm: 'who.read', how: 'reads' })

export interface WhoWhyIn {
  /** a number, or an identity as KIND:VALUE */
  consumer: string
  /** the question, or its JSON form */
  question: string
  /** the day asked about, at its end; today without it */
  as_of?: string
}
export interface WhoWhyOut {
  /** the question in its canonical text */
  question: string
  /** the day asked about */
  as_of: string
  /** number of the consumer */
  consumer: number
  /** whether the question holds for it */
  in: boolean
  parts: {
    /** how deep the part lies */
    depth: number
    /** a part of the question */
    part: string
    /** whether it holds */
    holds: boolean
  }[]
}
/** Why a question holds for one consumer or not, part by part. */
export const whoWhy = /*#__PURE__*/ op<WhoWhyIn, WhoWhyOut>({ name: 'who why', method: 'POST', path: '/api/v1/who/why', perm: 'who.read', how: 'reads' })

export interface WhoSqlIn {
  /** the question, or its JSON form */
  question: string
  /** the day asked about, at its end; today without it */
  as_of?: string
  /** run it too, and compare with the answer without SQL */
  run?: boolean
}
export interface WhoSqlOut {
  /** the question in its canonical text */
  question: string
  /** the day asked about */
  as_of: string
  /** the statement, its parameters behind it */
  sql: string
  /** consumers for whom it holds, with --run */
  count?: number | null
}
/** A question as one SQL statement over the lake, in the part DuckDB and ClickHouse share. */
export const whoSql = /*#__PURE__*/ op<WhoSqlIn, WhoSqlOut>({ name: 'who sql', method: 'POST', path: '/api/v1/who/sql', perm: 'who.read', how: 'reads' })

export interface WhoCheckIn {
  /** the question, or its JSON form */
  question: string
  /** the day asked about, at its end; today without it */
  as_of?: string
}
export interface WhoCheckOut {
  /** whether it can be asked */
  ok: boolean
  /** the question in its canonical text */
  question?: string | null
  error?: {
    /** column of the error, from 1; 0 in a JSON form */
    at?: number | null
    /** its line */
    line?: number | null
    /** what is wrong */
    msg?: string | null
    /** what to write instead */
    hint?: string | null
  } | null
}
/** Whether a question can be asked; else what is wrong where. Nothing runs. */
export const whoCheck = /*#__PURE__*/ op<WhoCheckIn, WhoCheckOut>({ name: 'who check', method: 'POST', path: '/api/v1/who/check', perm: 'who.read', how: 'reads' })

export interface WhoPrintIn {
  /** the question, or its JSON form */
  question: string
  /** the day asked about, at its end; today without it */
  as_of?: string
  /** print its JSON form */
  json_form?: boolean
}
export interface WhoPrintOut {
  /** the question in its canonical text */
  question: string
  /** its JSON form */
  form: Json
}
/** The question in its canonical text or as JSON. */
export const whoPrint = /*#__PURE__*/ op<WhoPrintIn, WhoPrintOut>({ name: 'who print', method: 'POST', path: '/api/v1/who/print', perm: 'who.read', how: 'reads' })

export interface WhoCompleteIn {
  /** the beginning of a question */
  text: string
}
export interface WhoCompleteOut {
  /** a word that may follow */
  words?: (string | null)[] | null
}
/** What may stand next in a question. */
export const whoComplete = /*#__PURE__*/ op<WhoCompleteIn, WhoCompleteOut>({ name: 'who complete', method: 'POST', path: '/api/v1/who/complete', perm: 'who.read', how: 'reads' })

export interface TagCreateIn {
  /** name, or category/name */
  name: string
  /** what it says of a consumer: only that it is there, a text, a number (flag) */
  value?: 'flag' | 'text' | 'number'
  /** whoever the question finds carries it: 'did purchase in 30d >= 2' */
  rule?: string
  /** the value comes from a field of these events */
  from_event?: string
  /** which field, with --from-event */
  field?: 'category' | 'item' | 'channel' | 'touchpoint' | 'campaign'
  /** the last known one; so unless --most */
  last?: boolean
  /** the most frequent one */
  most?: boolean
  /** of the last so many days, with --from-event (days) */
  in?: number
  /** an assignment holds for so many days, its own included (days) */
  expires?: number
  /** what it is for */
  note?: string
}
export interface TagCreateOut {
  /** category/name */
  tag: string
  /** flag, text or number */
  kind: string
  /** manual, rule, event, import or score */
  source: string
  /** the question, or the event field */
  rule?: string | null
  /** days an assignment holds */
  expiry_days?: number | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** rule and event tags: as of which day they were worked out */
  fresh_day?: string | null
  /** and when */
  fresh?: string | null
  /** consumers that carry it */
  consumers: number
}
/** Makes a tag: given by hand, by a rule, or from events. */
export const tagCreate = /*#__PURE__*/ op<TagCreateIn, TagCreateOut>({ name: 'tag create', method: 'POST', path: '/api/v1/tags', perm: 'tag.write', how: 'edits' })

export interface TagAssignIn {
  /** name, or category/name */
  name: string
  /** who, as phone:13800138000 or consumer:12 */
  identity?: readonly (string)[]
  /** and whoever this finds: 'crowd "a"' */
  who?: string
  /** of a tag of texts or numbers */
  value?: string
  /** the last day it holds */
  until?: string
  /** kept in the history */
  reason?: string
}
export interface TagAssignOut {
  /** category/name */
  tag: string
  /** identities named */
  named: number
  /** identities that changed */
  changed: number
  /** consumers that carry it now */
  consumers: number
}
/** Gives a tag to consumers. */
export const tagAssign = /*#__PURE__*/ op<TagAssignIn, TagAssignOut>({ name: 'tag assign', method: 'POST', path: '/api/v1/tag/assign', perm: 'tag.write', how: 'edits', many: ['identity'] })

export interface TagRemoveIn {
  /** name, or category/name */
  name: string
  /** who, as phone:13800138000 or consumer:12 */
  identity?: readonly (string)[]
  /** and whoever this finds: 'crowd "a"' */
  who?: string
  /** only this value */
  value?: string
  /** kept in the history */
  reason?: string
}
export interface TagRemoveOut {
  /** category/name */
  tag: string
  /** identities named */
  named: number
  /** identities that changed */
  changed: number
  /** consumers that carry it now */
  consumers: number
}
/** Takes a tag away from consumers. */
export const tagRemove = /*#__PURE__*/ op<TagRemoveIn, TagRemoveOut>({ name: 'tag remove', method: 'POST', path: '/api/v1/tag/remove', perm: 'tag.write', how: 'edits', many: ['identity'] })

export interface TagChangeIn {
  /** name, or category/name */
  name: string
  /** of a tag by rule: whoever the question finds carries it from now on */
  rule?: string
  /** of a tag from events: the value comes from a field of these events */
  from_event?: string
  /** which field, with --from-event */
  field?: 'category' | 'item' | 'channel' | 'touchpoint' | 'campaign'
  /** the last known one; so unless --most */
  last?: boolean
  /** the most frequent one */
  most?: boolean
  /** of the last so many days, with --from-event (days) */
  in?: number
  /** what it is for; as before when left away */
  note?: string
}
export interface TagChangeOut {
  /** category/name */
  tag: string
  /** flag, text or number */
  kind: string
  /** manual, rule, event, import or score */
  source: string
  /** the question, or the event field */
  rule?: string | null
  /** days an assignment holds */
  expiry_days?: number | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** rule and event tags: as of which day they were worked out */
  fresh_day?: string | null
  /** and when */
  fresh?: string | null
  /** consumers that carry it */
  consumers: number
}
/** Gives a tag another question, event field or note, and works it out. */
export const tagChange = /*#__PURE__*/ op<TagChangeIn, TagChangeOut>({ name: 'tag change', method: 'PUT', path: '/api/v1/tag', perm: 'tag.write', how: 'edits' })

export interface TagListIn {
  /** only this category */
  category?: string
  /** how many; all when left away */
  limit?: number
  /** how many are left out before them */
  offset?: number
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface TagListOut {
  /** the day asked about */
  as_of: string
  /** tags there are, of the category */
  total: number
  tags: {
    /** category/name */
    tag: string
    /** flag, text or number */
    kind: string
    /** manual, rule, event, import or score */
    source: string
    /** the question, or the event field */
    rule?: string | null
    /** days an assignment holds */
    expiry_days?: number | null
    /** what it is for */
    note?: string | null
    /** when it was made */
    created: string
    /** rule and event tags: as of which day they were worked out */
    fresh_day?: string | null
    /** and when */
    fresh?: string | null
    /** consumers that carry it */
    consumers: number
  }[]
}
/** The tags with how many consumers carry them. */
export const tagList = /*#__PURE__*/ op<TagListIn, TagListOut>({ name: 'tag list', method: 'GET', path: '/api/v1/tags', perm: 'tag.read', how: 'reads' })

export interface TagShowIn {
  /** name, or category/name */
  name: string
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface TagShowOut {
  /** category/name */
  tag: string
  /** flag, text or number */
  kind: string
  /** manual, rule, event, import or score */
  source: string
  /** the question, or the event field */
  rule?: string | null
  /** days an assignment holds */
  expiry_days?: number | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** rule and event tags: as of which day they were worked out */
  fresh_day?: string | null
  /** and when */
  fresh?: string | null
  /** consumers that carry it */
  consumers: number
  /** the day asked about */
  as_of: string
  values: {
    /** value; empty for a flag */
    value: string
    /** consumers with it */
    consumers: number
  }[]
}
/** One tag: its rule, how fresh it is, its values. */
export const tagShow = /*#__PURE__*/ op<TagShowIn, TagShowOut>({ name: 'tag show', method: 'GET', path: '/api/v1/tag', perm: 'tag.read', how: 'reads' })

export interface TagHistoryIn {
  /** name, or category/name */
  name: string
  /** only what came and went for this consumer */
  identity?: string
  /** the newest so many; 0 for all (changes; 50) */
  limit?: number
}
export interface TagHistoryOut {
  /** category/name */
  tag: string
  changes: {
    /** when */
    time: string
    /** the day from whose end it holds */
    day: string
    /** value; empty for a flag */
    value: string
    /** identities that came in */
    added: number
    /** identities that went out */
    removed: number
    /** last day that what came in holds */
    until?: string | null
    /** manual, rule, event, import or score */
    source: string
    /** by whom */
    who?: string | null
    /** why */
    note?: string | null
  }[]
}
/** When and why a tag came and went, in all or for one consumer. */
export const tagHistory = /*#__PURE__*/ op<TagHistoryIn, TagHistoryOut>({ name: 'tag history', method: 'GET', path: '/api/v1/tag/history', perm: 'tag.read', how: 'reads' })

export interface TagSizesIn {
  /** name, or category/name */
  name: string
  /** first day; when it was first given, when left away */
  from?: string
  /** last day; today when left away */
  to?: string
  /** so many days at the most, evenly chosen (days; 60) */
  points?: number
}
export interface TagSizesOut {
  /** category/name */
  tag: string
  sizes: {
    /** at the end of this day */
    as_of: string
    /** consumers that carried it */
    consumers: number
  }[]
  /** days between these on which it changed too */
  left_out: number
}
/** How many consumers carried a tag, over time. */
export const tagSizes = /*#__PURE__*/ op<TagSizesIn, TagSizesOut>({ name: 'tag sizes', method: 'GET', path: '/api/v1/tag/sizes', perm: 'tag.read', how: 'reads', picture: true })

export interface TagRefreshIn {
  /** only these; all when left away */
  name?: readonly (string)[]
}
export interface TagRefreshOut {
  /** the day they were worked out for */
  as_of: string
  /** tags worked out */
  tags: number
  /** identities whose tags changed */
  changed: number
  /** that could not be worked out */
  failed: number
  /** which was the first, and why */
  first_failure?: string | null
}
/** Works rule and event tags out anew; imports do it too. */
export const tagRefresh = /*#__PURE__*/ op<TagRefreshIn, TagRefreshOut>({ name: 'tag refresh', method: 'POST', path: '/api/v1/tags/refresh', perm: 'tag.write', how: 'edits', many: ['name'] })

export interface TagImportIn {
  /** make tags that are not there */
  create?: boolean
  /** say what would come of it; change nothing */
  dry_run?: boolean
  /** exit code 12 when any row was set aside */
  strict?: boolean
}
export interface TagImportOut {
  /** rows read: accepted + rejected */
  rows: number
  /** rows taken */
  accepted: number
  /** rows set aside */
  rejected: number
  /** identities whose tags changed */
  changed: number
  /** tags named */
  tags: number
  /** tags made for it */
  created: number
  /** the file of rows set aside */
  rejects?: string | null
  /** line and reason of the first one */
  first_reject?: string | null
  /** true when nothing was changed */
  dry_run: boolean
  set_aside: {
    /** line of a row that was set aside; the first 100 */
    line: number
    /** why */
    reason: string
    /** the row, personal values masked */
    raw: string
  }[]
}
/** Gives tags from a CSV file. */
export const tagImport = /*#__PURE__*/ op<TagImportIn, TagImportOut>({ name: 'tag import', method: 'POST', path: '/api/v1/tags/import', perm: 'tag.write', how: 'edits', upload: true })

export interface TagRenameIn {
  /** name, or category/name */
  name: string
  /** new name, or category/name */
  to: string
}
export interface TagRenameOut {
  /** category/name */
  tag: string
  /** flag, text or number */
  kind: string
  /** manual, rule, event, import or score */
  source: string
  /** the question, or the event field */
  rule?: string | null
  /** days an assignment holds */
  expiry_days?: number | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** rule and event tags: as of which day they were worked out */
  fresh_day?: string | null
  /** and when */
  fresh?: string | null
}
/** Gives a tag another name or category. */
export const tagRename = /*#__PURE__*/ op<TagRenameIn, TagRenameOut>({ name: 'tag rename', method: 'POST', path: '/api/v1/tag/rename', perm: 'tag.write', how: 'edits' })

export interface TagDeleteIn {
  /** name, or category/name */
  name: string
}
export interface TagDeleteOut {
  /** category/name */
  tag: string
  /** consumers that carried it */
  consumers: number
}
/** Removes a tag with its history. */
export const tagDelete = /*#__PURE__*/ op<TagDeleteIn, TagDeleteOut>({ name: 'tag delete', method: 'DELETE', path: '/api/v1/tag', perm: 'tag.write', how: 'edits' })

export interface CrowdCreateIn {
  /** of the crowd */
  name: string
  /** who is in it: 'stage = loyalty and not did purchase in 90d', 'crowd "a" and not crowd "b"' */
  question: string
  /** keep the list of now */
  frozen?: boolean
  /** what it is for */
  note?: string
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface CrowdCreateOut {
  /** name */
  crowd: string
  /** live or frozen */
  kind: string
  /** its question, in canonical form */
  question?: string | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** as of which day the list was taken */
  frozen_day?: string | null
  /** the day asked about */
  as_of: string
  /** consumers in it */
  consumers: number
  /** of all consumers of that day */
  share?: number | null
}
/** Makes a crowd of a question: live, or the list of now. */
export const crowdCreate = /*#__PURE__*/ op<CrowdCreateIn, CrowdCreateOut>({ name: 'crowd create', method: 'POST', path: '/api/v1/crowds', perm: 'crowd.write', how: 'edits' })

export interface CrowdChangeIn {
  /** of the crowd */
  name: string
  /** who is in it from now on */
  question: string
  /** what it is for; as before when left away */
  note?: string
}
export interface CrowdChangeOut {
  /** name */
  crowd: string
  /** live or frozen */
  kind: string
  /** its question, in canonical form */
  question?: string | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** as of which day the list was taken */
  frozen_day?: string | null
  /** the day asked about */
  as_of: string
  /** consumers in it */
  consumers: number
  /** of all consumers of that day */
  share?: number | null
}
/** Gives a crowd another question; a frozen one is taken anew by it. */
export const crowdChange = /*#__PURE__*/ op<CrowdChangeIn, CrowdChangeOut>({ name: 'crowd change', method: 'PUT', path: '/api/v1/crowd', perm: 'crowd.write', how: 'edits' })

export interface CrowdListIn {
  /** how many; all when left away */
  limit?: number
  /** how many are left out before them */
  offset?: number
}
export interface CrowdListOut {
  /** crowds there are */
  total: number
  crowds: {
    /** name */
    crowd: string
    /** live or frozen */
    kind: string
    /** its question, in canonical form */
    question?: string | null
    /** what it is for */
    note?: string | null
    /** when it was made */
    created: string
    /** as of which day the list was taken */
    frozen_day?: string | null
    /** at the last count */
    consumers?: number | null
    /** of the last count */
    as_of?: string | null
    /** at the last count as of an earlier day */
    consumers_before?: number | null
    /** of that count */
    as_of_before?: string | null
  }[]
}
/** The crowds with the size of their last count. */
export const crowdList = /*#__PURE__*/ op<CrowdListIn, CrowdListOut>({ name: 'crowd list', method: 'GET', path: '/api/v1/crowds', perm: 'crowd.read', how: 'reads' })

export interface CrowdShowIn {
  /** of the crowd */
  name: string
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface CrowdShowOut {
  /** name */
  crowd: string
  /** live or frozen */
  kind: string
  /** its question, in canonical form */
  question?: string | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** as of which day the list was taken */
  frozen_day?: string | null
  /** the day asked about */
  as_of: string
  /** consumers in it */
  consumers: number
  /** of all consumers of that day */
  share?: number | null
  sizes: {
    /** as of */
    as_of: string
    /** when it was counted */
    counted: string
    /** consumers in it then */
    consumers: number
  }[]
}
/** One crowd: its question, its size now and before. */
export const crowdShow = /*#__PURE__*/ op<CrowdShowIn, CrowdShowOut>({ name: 'crowd show', method: 'GET', path: '/api/v1/crowd', perm: 'crowd.read', how: 'reads', picture: true })

export interface CrowdCountIn {
  /** of the crowd */
  name: string
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface CrowdCountOut {
  /** name */
  crowd: string
  /** live or frozen */
  kind: string
  /** its question, in canonical form */
  question?: string | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** as of which day the list was taken */
  frozen_day?: string | null
  /** the day asked about */
  as_of: string
  /** consumers in it */
  consumers: number
  /** of all consumers of that day */
  share?: number | null
}
/** Counts a crowd and keeps the count in its history. */
export const crowdCount = /*#__PURE__*/ op<CrowdCountIn, CrowdCountOut>({ name: 'crowd count', method: 'POST', path: '/api/v1/crowd/count', perm: 'crowd.read', how: 'edits' })

export interface CrowdHistoryIn {
  /** of the crowd */
  name: string
  /** the newest so many; 0 for all (counts; 60) */
  limit?: number
}
export interface CrowdHistoryOut {
  /** name */
  crowd: string
  sizes: {
    /** as of */
    as_of: string
    /** when it was counted */
    counted: string
    /** consumers in it then */
    consumers: number
  }[]
}
/** How large a crowd was each time it was counted. */
export const crowdHistory = /*#__PURE__*/ op<CrowdHistoryIn, CrowdHistoryOut>({ name: 'crowd history', method: 'GET', path: '/api/v1/crowd/history', perm: 'crowd.read', how: 'reads', picture: true })

export interface CrowdRefreshIn {
  /** only these; all when left away */
  name?: readonly (string)[]
}
export interface CrowdRefreshOut {
  /** the day they were counted for */
  as_of: string
  /** crowds counted */
  crowds: number
  /** that could not be worked out */
  failed: number
  /** which was the first, and why */
  first_failure?: string | null
}
/** Counts crowds and keeps the counts; imports do it too. */
export const crowdRefresh = /*#__PURE__*/ op<CrowdRefreshIn, CrowdRefreshOut>({ name: 'crowd refresh', method: 'POST', path: '/api/v1/crowds/refresh', perm: 'crowd.write', how: 'edits', many: ['name'] })

export interface CrowdFreezeIn {
  /** of the crowd */
  name: string
  /** kept in the history */
  reason?: string
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface CrowdFreezeOut {
  /** name */
  crowd: string
  /** live or frozen */
  kind: string
  /** its question, in canonical form */
  question?: string | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** as of which day the list was taken */
  frozen_day?: string | null
  /** the day asked about */
  as_of: string
  /** consumers in it */
  consumers: number
  /** of all consumers of that day */
  share?: number | null
}
/** Makes a crowd the list of who is in it; a frozen one is taken anew. */
export const crowdFreeze = /*#__PURE__*/ op<CrowdFreezeIn, CrowdFreezeOut>({ name: 'crowd freeze', method: 'POST', path: '/api/v1/crowd/freeze', perm: 'crowd.write', how: 'edits' })

export interface CrowdRenameIn {
  /** of the crowd */
  name: string
  /** the new name */
  to: string
}
export interface CrowdRenameOut {
  /** name */
  crowd: string
  /** live or frozen */
  kind: string
  /** its question, in canonical form */
  question?: string | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** as of which day the list was taken */
  frozen_day?: string | null
}
/** Gives a crowd another name, unless something names it. */
export const crowdRename = /*#__PURE__*/ op<CrowdRenameIn, CrowdRenameOut>({ name: 'crowd rename', method: 'POST', path: '/api/v1/crowd/rename', perm: 'crowd.write', how: 'edits' })

export interface CrowdDeleteIn {
  /** of the crowd */
  name: string
}
export interface CrowdDeleteOut {
  /** name */
  crowd: string
  /** live or frozen */
  kind: string
  /** its question, in canonical form */
  question?: string | null
  /** what it is for */
  note?: string | null
  /** when it was made */
  created: string
  /** as of which day the list was taken */
  frozen_day?: string | null
}
/** Removes a crowd, unless something names it. */
export const crowdDelete = /*#__PURE__*/ op<CrowdDeleteIn, CrowdDeleteOut>({ name: 'crowd delete', method: 'DELETE', path: '/api/v1/crowd', perm: 'crowd.write', how: 'edits' })

export interface CrowdOverlapIn {
  /** two to twenty crowds */
  name: readonly (string)[]
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface CrowdOverlapOut {
  /** the day asked about */
  as_of: string
  crowds: {
    /** name */
    crowd: string
    /** consumers in it */
    consumers: number
    /** in it and in no other of these */
    alone: number
  }[]
  /** consumers in both, in the order of crowds */
  both: number[][]
  /** of the row's crowd */
  share?: (number | null)[][] | null
  /** in both / in any of the two */
  jaccard?: (number | null)[][] | null
  /** in at least one */
  any: number
  /** in every one */
  all: number
}
/** How crowds overlap: counts, shares, Jaccard. */
export const crowdOverlap = /*#__PURE__*/ op<CrowdOverlapIn, CrowdOverlapOut>({ name: 'crowd overlap', method: 'GET', path: '/api/v1/crowd/overlap', perm: 'crowd.read', how: 'reads', picture: true, many: ['name'] })

export interface CrowdProfileIn {
  /** of the crowd */
  name: string
  /** against this crowd; everyone when left away */
  base?: string
  /** only this field: stage, channel, identity, tag, category, orders, gmv, rfm, first_seen, hour */
  field?: readonly (string)[]
  /** leave this field out */
  without?: readonly (string)[]
  /** of a field with many values the most frequent (values; 30) */
  most?: number
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface CrowdProfileOut {
  /** name */
  crowd: string
  /** the base crowd; null: everyone */
  against?: string | null
  /** the day asked about */
  as_of: string
  /** consumers in the crowd */
  consumers: number
  /** consumers in the base */
  base: number
  rows: {
    /** field */
    field: string
    /** value */
    value: string
    /** of the crowd, with it */
    consumers: number
    /** of the crowd */
    share?: number | null
    /** of the base, with it */
    base: number
    /** of the base */
    base_share?: number | null
    /** 100 * share / base share */
    tgi?: number | null
    /** two proportions: the crowd against the base outside of it */
    z?: number | null
    /** at 95 %, and not too few */
    significant: boolean
    /** the figure stands on too few */
    few: boolean
    /** the question that opens it as a crowd */
    question?: string | null
  }[]
}
/** What sets a crowd apart: every field with share, base share, TGI and significance. */
export const crowdProfile = /*#__PURE__*/ op<CrowdProfileIn, CrowdProfileOut>({ name: 'crowd profile', method: 'GET', path: '/api/v1/crowd/profile', perm: 'crowd.read', how: 'reads', picture: true, many: ['field', 'without'] })

export interface CrowdWhyIn {
  /** of the crowd */
  name: string
  /** who, as phone:13800138000 or consumer:12 */
  identity: string
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface CrowdWhyOut {
  /** name */
  crowd: string
  /** the consumer */
  consumer: number
  /** the day asked about */
  as_of: string
  /** whether it is in the crowd */
  in: boolean
  parts: {
    /** 0: the whole question */
    depth: number
    /** condition */
    part: string
    /** whether it holds */
    holds: boolean
    /** a condition that makes the answer what it is */
    decides: boolean
  }[]
}
/** Why a consumer is in a crowd or not: the clause that decides. */
export const crowdWhy = /*#__PURE__*/ op<CrowdWhyIn, CrowdWhyOut>({ name: 'crowd why', method: 'GET', path: '/api/v1/crowd/why', perm: 'crowd.read', how: 'reads' })

export interface CrowdExportIn {
  /** of the crowd */
  name: string
  /** consumer, stage, identities, first_seen, a kind (phone), tag:NAME, a field (rfm.type); the first four when left away */
  column?: readonly (string)[]
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface CrowdExportOut {
  /** name */
  crowd: string
  /** the day asked about */
  as_of: string
  /** rows written */
  consumers: number
  /** where to; null: standard output */
  file?: string | null
  /** its columns */
  columns: string[]
}
/** Writes the consumers of a crowd to a CSV file or a workbook, personal values masked. */
export const crowdExport = /*#__PURE__*/ op<CrowdExportIn, CrowdExportOut>({ name: 'crowd export', method: 'GET', path: '/api/v1/crowd/export', perm: 'crowd.export', how: 'reads', download: true, many: ['column'] })

export interface CrowdLookalikeIn {
  /** the crowd to learn from */
  name: string
  /** how many to find (consumers) */
  size: number
  /** name of the new crowd; NAME look-alike when left away */
  to?: string
  /** of the sample it learns from (1) */
  seed?: number
  /** against this crowd; everyone when left away */
  base?: string
  /** only this field: stage, channel, identity, tag, category, orders, gmv, rfm, first_seen, hour */
  field?: readonly (string)[]
  /** leave this field out */
  without?: readonly (string)[]
  /** of a field with many values the most frequent (values; 30) */
  most?: number
  /** at the end of this day; today when left away */
  as_of?: string
}
export interface CrowdLookalikeOut {
  /** the new frozen crowd */
  crowd: string
  /** the crowd it is like */
  like: string
  /** the day asked about */
  as_of: string
  /** consumers in it */
  consumers: number
  /** of the base, outside of the crowd */
  candidates: number
  /** consumers it learned from */
  learned: number
  /** consumers held out */
  tested: number
  /** of the held-out; 0.5 is chance */
  auc?: number | null
  /** of those learned from */
  auc_learned?: number | null
  /** of the last one taken, as in the sample */
  least_probability: number
  weights: {
    /** field */
    field: string
    /** value */
    value: string
    /** log odds */
    weight: number
  }[]
}
/** Finds those most like a crowd and keeps them as a frozen one. */
export const crowdLookalike = /*#__PURE__*/ op<CrowdLookalikeIn, CrowdLookalikeOut>({ name: 'crowd lookalike', method: 'POST', path: '/api/v1/crowd/lookalike', perm: 'crowd.write', how: 'edits', many: ['field', 'without'] })

export interface AnalyzeFunnelIn {
  /** events, with tests in parentheses: item_view, '(item_view or favorite)', 'purchase(amount >= 200)' */
  step: readonly (string)[]
  /** elapsed time from the first step that all others lie in: 30m, 24h, 3d (7d) */
  within?: string
  /** item: the same item in all steps; channel, touchpoint, campaign, category: a row each value at the start; stage, or a question (tag "VIP"): a row each as of the last day */
  by?: readonly (string)[]
  /** look at each consumer's first start only */
  first?: boolean
  /** first day of the start; all days */
  from?: string
  /** last day of the start, included; later steps may lie behind it */
  to?: string
  /** only consumers for whom this holds as of the last day (docs/who.md) */
  among?: string
}
export interface AnalyzeFunnelOut {
  /** first day of the start; null: open */
  from?: string | null
  /** last day of the start; null: open */
  to?: string | null
  /** elapsed time from the first step */
  within: string
  steps: {
    /** the step */
    event: string
    /** consumers that got there */
    consumers: number
    /** of those at the first step, 0..1 */
    share?: number | null
    /** of those at the step before, 0..1 */
    of_before?: number | null
    /** median seconds from the step before */
    median_s?: number | null
    /** median seconds from the start */
    median_from_start_s?: number | null
  }[]
  parts: {
    /** value at the start; null: unknown */
    value?: string | null
    /** consumers that got to each step */
    consumers: number[]
  }[]
}
/** How many consumers went through steps in order, each within a span of the first. */
export const analyzeFunnel = /*#__PURE__*/ op<AnalyzeFunnelIn, AnalyzeFunnelOut>({ name: 'analyze funnel', method: 'GET', path: '/api/v1/analyze/funnel', perm: 'report.read', how: 'reads', picture: true, many: ['step', 'by'] })

export interface AnalyzeRetentionIn {
  /** periods; weeks begin on Monday (week) */
  unit?: 'day' | 'week' | 'month'
  /** the event whose first time makes the cohort (any) */
  first?: string
  /** the event that counts as coming back (any) */
  return?: string
  /** count periods (1, 7, 30 days) from each consumer's own first day */
  rolling?: boolean
  /** cohorts: first days from here on; all */
  from?: string
  /** last day looked at; today, or the last event's day when that is 30 days ago */
  to?: string
  /** that many periods of each cohort, the first among them; 13 on a screen, else all */
  periods?: number
  /** only consumers for whom this holds as of the last day (docs/who.md) */
  among?: string
}
export interface AnalyzeRetentionOut {
  /** day, week or month */
  unit: string
  /** periods from each consumer's own first day */
  rolling: boolean
  /** how many the longest row has, listed or not */
  periods: number
  /** the event that makes the cohort */
  first: string
  /** the event that counts as coming back */
  return: string
  /** first day of the cohorts; null: open */
  from?: string | null
  /** last day looked at */
  to: string
  cohorts: {
    /** first day of the cohort's period */
    cohort: string
    /** consumers in it */
    size: number
    /** how many of the periods are over for all of them */
    whole: number
    /** consumers that came back in the period 0, 1, 2 ... after; with periods that many at most */
    retained: number[]
  }[]
}
/** Cohorts by first event, and how many of each came back in the periods after. */
export const analyzeRetention = /*#__PURE__*/ op<AnalyzeRetentionIn, AnalyzeRetentionOut>({ name: 'analyze retention', method: 'GET', path: '/api/v1/analyze/retention', perm: 'report.read', how: 'reads', picture: true })

export interface AnalyzeRepurchaseIn {
  /** first day, included; all days */
  from?: string
  /** last day, included; all days */
  to?: string
  /** only consumers for whom this holds as of the last day (docs/who.md) */
  among?: string
  /** a repeat buyer has two orders, or two days with an order (orders) */
  by?: 'orders' | 'days'
}
export interface AnalyzeRepurchaseOut {
  /** first day; null: open */
  from?: string | null
  /** last day; null: open */
  to?: string | null
  /** orders or days */
  by: string
  /** consumers with an order */
  buyers: number
  /** buyers with two or more */
  repeat_buyers: number
  /** repeat buyers of buyers, 0..1 */
  rate?: number | null
  /** orders */
  orders: number
  /** days with an order, over all buyers */
  purchase_days: number
  interval_days: {
    /** median days between consecutive purchase days */
    median?: number | null
    /** mean */
    mean?: number | null
    /** first quartile */
    p25?: number | null
    /** third quartile */
    p75?: number | null
    /** nine tenths */
    p90?: number | null
    /** intervals */
    n: number
  }
  /** buyers with 1, 2, ... 9, 10 or more */
  times: number[]
}
/** Repurchase rate, and the days between purchases. */
export const analyzeRepurchase = /*#__PURE__*/ op<AnalyzeRepurchaseIn, AnalyzeRepurchaseOut>({ name: 'analyze repurchase', method: 'GET', path: '/api/v1/analyze/repurchase', perm: 'report.read', how: 'reads', picture: true })

export interface AnalyzeIntervalIn {
  /** one cycle for everything, or one a value (all) */
  by?: 'all' | 'category' | 'item' | 'channel'
  /** first day, included; all days */
  from?: string
  /** last day, from which due days are counted; today, or the last event's day when that is 30 days ago */
  to?: string
  /** how far ahead due days are looked for (days; 30) */
  ahead?: number
  /** how many values are listed, most buyers first (rows; 20) */
  limit?: number
  /** only consumers for whom this holds as of the last day (docs/who.md) */
  among?: string
}
export interface AnalyzeIntervalOut {
  /** first day; null: open */
  from?: string | null
  /** last day */
  to: string
  /** all, category, item or channel */
  by: string
  rows: {
    /** the value; null: all, or unknown */
    value?: string | null
    /** buyers */
    buyers: number
    /** buyers with two purchase days or more */
    repeat_buyers: number
    /** intervals */
    intervals: number
    /** first quartile, days */
    p25?: number | null
    /** median, days */
    median?: number | null
    /** third quartile, days */
    p75?: number | null
    /** nine tenths, days */
    p90?: number | null
    /** mean, days */
    mean?: number | null
    /** buyers whose due day is on or before the last day */
    over: number
    /** buyers who are due in the days ahead */
    due: number
    /** buyers who are due later */
    later: number
  }[]
  /** how many intervals of 0, 1, 2 ... days */
  counts: number[]
}
/** Repurchase cycles by category, item or channel, and who is due. */
export const analyzeInterval = /*#__PURE__*/ op<AnalyzeIntervalIn, AnalyzeIntervalOut>({ name: 'analyze interval', method: 'GET', path: '/api/v1/analyze/interval', perm: 'report.read', how: 'reads', picture: true })

export interface AnalyzeBasketIn {
  /** what pairs are made of (item) */
  of?: 'item' | 'category'
  /** orders that a pair must be in (orders; 5) */
  least?: number
  /** first day, included; all days */
  from?: string
  /** last day, included; all days */
  to?: string
  /** only consumers for whom this holds as of the last day (docs/who.md) */
  among?: string
  /** how many pairs are listed, most orders first (pairs; 20) */
  limit?: number
}
export interface AnalyzeBasketOut {
  /** first day; null: open */
  from?: string | null
  /** last day; null: open */
  to?: string | null
  /** orders */
  orders: number
  /** buyers */
  buyers: number
  /** lines of orders */
  lines: number
  /** pieces; a line of unknown quantity is one */
  pieces: number
  /** pieces / orders */
  pieces_per_order?: number | null
  /** lines / orders */
  lines_per_order?: number | null
  /** amount / orders with a known amount, yuan */
  amount_per_order?: number | null
  /** orders of 1 (or none known), 2, 3, 4, 5 to 9, 10 or more different ones */
  sizes: number[]
  /** different items or categories */
  different: number
  pairs: {
    /** the one in more orders */
    a: string
    /** the other */
    b: string
    /** orders with both */
    orders: number
    /** of all orders, 0..1 */
    support: number
    /** of the orders with a, 0..1 */
    a_to_b: number
    /** of the orders with b, 0..1 */
    b_to_a: number
    /** against chance: 1 is none */
    lift: number
  }[]
}
/** Pieces per order, and what is bought together. */
export const analyzeBasket = /*#__PURE__*/ op<AnalyzeBasketIn, AnalyzeBasketOut>({ name: 'analyze basket', method: 'GET', path: '/api/v1/analyze/basket', perm: 'report.read', how: 'reads' })

export interface AnalyzePathIn {
  /** only these events; all */
  event?: readonly (string)[]
  /** paths that begin with this event */
  start?: string
  /** paths that end with this event */
  end?: string
  /** events of a path at most (events; 5) */
  depth?: number
  /** a longer pause begins a new session (30m) */
  gap?: string
  /** count equal events one after the other singly */
  repeats?: boolean
  /** first day, included; all days */
  from?: string
  /** last day, included; all days */
  to?: string
  /** only consumers for whom this holds as of the last day (docs/who.md) */
  among?: string
  /** how many paths are listed (paths; 20) */
  limit?: number
}
export interface AnalyzePathOut {
  /** first day; null: open */
  from?: string | null
  /** last day; null: open */
  to?: string | null
  /** sessions with a path */
  sessions: number
  /** consumers with a path */
  consumers: number
  /** different paths */
  different: number
  paths: {
    /** events in order */
    events: string[]
    /** sessions */
    sessions: number
    /** consumers */
    consumers: number
    /** of all sessions, 0..1 */
    share?: number | null
  }[]
  nodes: {
    /** place in the path from 0; with --end the end is 0, before it -1 */
    place: number
    /** event */
    event: string
    /** sessions */
    sessions: number
  }[]
  links: {
    /** index into nodes */
    from: number
    /** index into nodes */
    to: number
    /** sessions that go from one to the other */
    sessions: number
  }[]
}
/** What consumers do one after the other: the most frequent paths, and a Sankey diagram. */
export const analyzePath = /*#__PURE__*/ op<AnalyzePathIn, AnalyzePathOut>({ name: 'analyze path', method: 'GET', path: '/api/v1/analyze/path', perm: 'report.read', how: 'reads', picture: true, many: ['event'] })

export interface AnalyzeDistributionIn {
  /** the measure; gmv is paid minus given back, in yuan (orders) */
  of?: 'orders' | 'gmv' | 'events' | 'days' | 'items'
  /** which events: of events, days, items (any) */
  event?: string
  /** lower ends of the bands; chosen to suit */
  bands?: string
  /** first day, included; all days */
  from?: string
  /** last day, included; all days */
  to?: string
  /** only consumers for whom this holds as of the last day (docs/who.md) */
  among?: string
}
export interface AnalyzeDistributionOut {
  /** first day; null: open */
  from?: string | null
  /** last day; null: open */
  to?: string | null
  /** the measure */
  of: string
  /** consumers with an event that counts */
  consumers: number
  /** over all */
  sum: number
  /** a consumer */
  mean?: number | null
  quantiles?: {
    /** least */
    min?: number | null
    /** one tenth */
    p10?: number | null
    /** first quartile */
    p25?: number | null
    /** median */
    median?: number | null
    /** third quartile */
    p75?: number | null
    /** nine tenths */
    p90?: number | null
    /** 19 of 20 */
    p95?: number | null
    /** 99 of 100 */
    p99?: number | null
    /** greatest */
    max?: number | null
  } | null
  bands: {
    /** lower end, included; null: open */
    from?: number | null
    /** upper end, excluded; null: open */
    below?: number | null
    /** consumers */
    consumers: number
  }[]
}
/** How a measure is spread over consumers: bands and quantiles. */
export const analyzeDistribution = /*#__PURE__*/ op<AnalyzeDistributionIn, AnalyzeDistributionOut>({ name: 'analyze distribution', method: 'GET', path: '/api/v1/analyze/distribution', perm: 'report.read', how: 'reads', picture: true })

export interface AnalyzeClvIn {
  /** BG/NBD or Pareto/NBD (bgnbd) */
  model?: 'bgnbd' | 'paretonbd'
  /** first day of the calibration; the first event's day */
  from?: string
  /** last day of the calibration, included; the last event's day, at most today */
  calibrate_to?: string
  /** fit the value of purchases too (Gamma-Gamma) */
  value?: boolean
  /** how far to look ahead: days (90d), weeks (52w), months (6m) (52w) */
  horizon?: string
  /** discount a year, as a share (0.1) */
  rate?: number
  /** list that many consumers of the highest value (10) */
  top?: number
  /** keep the scores, to be asked for as clv, p_alive, expected_purchases; implies --value */
  save?: boolean
}
export interface AnalyzeClvOut {
  /** bgnbd or paretonbd */
  model: string
  /** first day of the calibration */
  from: string
  /** its last day */
  calibrate_to: string
  /** r, alpha, and a, b or s, beta (null when not identified); weeks */
  params: Json
  /** their standard errors */
  se: Json
  /** at the maximum */
  log_likelihood: number
  /** of the NBD, in which nobody leaves */
  log_likelihood_no_dropout: number
  /** who bought in the calibration */
  consumers: number
  /** whether the data tell how consumers drop out */
  identified: boolean
  /** why not */
  why?: string | null
  /** p, q, gamma, log_likelihood, consumers, identified, se; with --value */
  gamma_gamma?: Json | null
  /** how far ahead */
  horizon_weeks: number
  /** discount a year */
  rate: number
  /** expected number of consumers still alive */
  alive: number
  /** of all of them in the horizon */
  expected_purchases: number
  /** value of all of them, yuan, discounted */
  clv?: number | null
  /** what happened after the calibration: to, predicted, actual, rows by repeat purchases (means a consumer) */
  check?: Json | null
  /** consumers whose chance of being alive is 0 to 10 %, 10 to 20 %, ... 90 to 100 % */
  alive_bands?: (number | null)[] | null
  tenths?: {
    /** ten groups of the consumers by value (by expected purchases without --value), the best first: consumers */
    consumers?: number | null
    /** the least value (expected purchases) in the group */
    least?: number | null
    /** expected number still alive */
    alive?: number | null
    /** purchases in the horizon */
    expected_purchases?: number | null
    /** value, yuan */
    clv?: number | null
  }[] | null
  top?: {
    /** consumer */
    consumer?: number | null
    /** repeat purchases */
    x?: number | null
    /** weeks from the first to the last purchase */
    t_x?: number | null
    /** weeks from the first purchase to the end */
    t?: number | null
    /** chance of being alive */
    p_alive?: number | null
    /** in the horizon */
    expected_purchases?: number | null
    /** value, yuan */
    clv?: number | null
  }[] | null
}
/** Lifetime value: a model of buying and leaving, and what it expects of every consumer. */
export const analyzeClv = /*#__PURE__*/ op<AnalyzeClvIn, AnalyzeClvOut>({ name: 'analyze clv', method: 'GET', path: '/api/v1/analyze/clv', perm: 'report.read', how: 'edits', slow: true, picture: true })

export interface AnalyzeRfmIn {
  /** the day asked about, at its end; today, or the last event's day when that is 30 days ago */
  as_of?: string
  /** days up to it that count (days; 365) */
  window?: number
  /** days for scores 5, 4, 3, 2 at most; fifths of the buyers */
  cuts_r?: string
  /** orders for scores 2, 3, 4, 5 at least; fifths of the buyers */
  cuts_f?: string
  /** net amount (yuan) for scores 2, 3, 4, 5 at least; fifths of the buyers */
  cuts_m?: string
  /** a score of at least this is high (mean) */
  split?: string
  /** list that many consumers (0) */
  list?: number
  /** keep the scores, to be asked for as rfm.r, rfm.f, rfm.m, rfm.type */
  save?: boolean
}
export interface AnalyzeRfmOut {
  /** the day asked about */
  as_of: string
  /** days that count */
  window: number
  /** buyers */
  consumers?: number | null
  /** their orders */
  orders?: number | null
  /** their net amount, yuan */
  amount?: number | null
  /** r, f, m: the cut points in use; days at most, orders and yuan at least; null: nobody is beyond */
  cuts: Json
  /** r, f, m: a score of at least this is high */
  split: Json
  /** r, f, m: buyers by score 1..5 */
  scores: Json
  types: {
    /** R, F, M: 1 high, 0 low */
    type: string
    /** its name */
    name: string
    /** buyers of the type */
    consumers?: number | null
    /** their orders of the type */
    orders?: number | null
    /** their net amount, yuan of the type */
    amount?: number | null
    /** of all buyers, 0..1 */
    share?: number | null
  }[]
  grid: {
    /** R score */
    r: number
    /** F score */
    f: number
    /** buyers of the cell */
    consumers?: number | null
    /** their orders of the cell */
    orders?: number | null
    /** their net amount, yuan of the cell */
    amount?: number | null
  }[]
  rows?: {
    /** consumer; with --list */
    consumer?: number | null
    /** days since the last order */
    recency_days?: number | null
    /** orders */
    orders?: number | null
    /** net amount, yuan */
    amount?: number | null
    /** R score */
    r?: number | null
    /** F score */
    f?: number | null
    /** M score */
    m?: number | null
    /** type */
    type?: string | null
  }[] | null
}
/** RFM: scores of recency, frequency and money, and the eight types. */
export const analyzeRfm = /*#__PURE__*/ op<AnalyzeRfmIn, AnalyzeRfmOut>({ name: 'analyze rfm', method: 'GET', path: '/api/v1/analyze/rfm', perm: 'report.read', how: 'edits', picture: true })

export interface RfmNamesIn {
  /** name a type; an empty name takes the usual one back */
  set?: readonly (string)[]
}
export interface RfmNamesOut {
  types: {
    /** R, F, M: 1 high, 0 low */
    type: string
    /** its name */
    name: string
  }[]
}
/** Show or change the names of the eight RFM types. */
export const rfmNames = /*#__PURE__*/ op<RfmNamesIn, RfmNamesOut>({ name: 'rfm names', method: 'POST', path: '/api/v1/rfm/names', perm: 'model.write', how: 'edits', many: ['set'] })

export type ScoreListIn = Record<string, never>
export interface ScoreListOut {
  scores: {
    /** name of the set: rfm, clv */
    name: string
    /** the last day whose events count */
    as_of: string
    /** consumers scored */
    consumers: number
    /** when it was made */
    made: string
    /** fields that questions can ask for */
    fields: string
    /** how it was made, JSON */
    settings: string
  }[]
}
/** Kept scores (RFM, lifetime value) and the day they are as of. */
export const scoreList = /*#__PURE__*/ op<ScoreListIn, ScoreListOut>({ name: 'score list', method: 'GET', path: '/api/v1/scores', perm: 'report.read', how: 'reads' })

export interface ScoreShowIn {
  /** an identity as phone:13800138000, or consumer:12 */
  identity: string
}
export interface ScoreShowOut {
  /** its number: the smallest among its identities */
  consumer: number
  scores: {
    /** a field that questions can ask for */
    field: string
    /** its value; null: it is a text */
    number?: number | null
    /** its value, as it is called; null: it is a number */
    text?: string | null
    /** what stands for a named value in every language, as 111; null: it has no list of values */
    key?: string | null
    /** yuan, days; null: a bare number */
    unit?: string | null
    /** the last day whose events count */
    as_of: string
  }[]
}
/** The kept scores of one consumer. */
export const scoreShow = /*#__PURE__*/ op<ScoreShowIn, ScoreShowOut>({ name: 'score show', method: 'GET', path: '/api/v1/score', perm: 'consumer.read', how: 'reads' })

export interface ScoreDropIn {
  /** rfm or clv */
  name: string
}
export interface ScoreDropOut {
  /** name of the set */
  dropped: string
}
/** Forget a kept set of scores; its fields are then unknown for everyone. */
export const scoreDrop = /*#__PURE__*/ op<ScoreDropIn, ScoreDropOut>({ name: 'score drop', method: 'DELETE', path: '/api/v1/score', perm: 'model.write', how: 'edits' })

export interface ReportFastIn {
  /** first day, included; 30 days up to the last one */
  from?: string
  /** last day, included; today, or the last event's day when that is 30 days ago */
  to?: string
  /** who is a super consumer at the end of the period (is member_join) */
  super?: string
  /** which of them are active (did (add_cart or favorite or coupon_claim or interact or live_interact or message_reply or points_redeem or check_in) in 180d) */
  active?: string
}
export interface ReportFastOut {
  /** first day */
  from: string
  /** last day */
  to: string
  /** consumers who held a stage on some day */
  fertility: number
  /** advanced / could_advance */
  advancing?: number | null
  /** super consumers at the end */
  superiority: number
  /** active / superiority */
  thriving?: number | null
  /** in a stage below the highest on the eve of the period */
  could_advance: number
  /** of them in a higher stage at the end */
  advanced: number
  /** super consumers who are active */
  active: number
  stages: {
    /** stage */
    stage: string
    /** consumers who held it on some day */
    held: number
    /** consumers in it on the eve */
    start: number
  }[]
}
/** FAST: fertility, advancing, superiority, thriving of a period. */
export const reportFast = /*#__PURE__*/ op<ReportFastIn, ReportFastOut>({ name: 'report fast', method: 'GET', path: '/api/v1/report/fast', perm: 'report.read', how: 'reads' })

export interface ReportGrowthIn {
  /** first day, included; 30 days up to the last one */
  from?: string
  /** last day, included; today, or the last event's day when that is 30 days ago */
  to?: string
  /** first day to compare with; the same number of days right before */
  against_from?: string
  /** last day to compare with; as many days as the period has */
  against_to?: string
}
export interface ReportGrowthOut {
  before: {
    /** first day of the period to compare with */
    from: string
    /** last day of the period to compare with */
    to: string
    /** consumers with an order of the period to compare with */
    buyers: number
    /** orders, not refunded in full of the period to compare with */
    orders: number
    /** paid less given back, yuan of the period to compare with */
    gmv: number
    /** f of the period to compare with */
    orders_per_buyer?: number | null
    /** p, yuan of the period to compare with */
    amount_per_order?: number | null
    /** f p, yuan of the period to compare with */
    amount_per_buyer?: number | null
  }
  now: {
    /** first day of the period */
    from: string
    /** last day of the period */
    to: string
    /** consumers with an order of the period */
    buyers: number
    /** orders, not refunded in full of the period */
    orders: number
    /** paid less given back, yuan of the period */
    gmv: number
    /** f of the period */
    orders_per_buyer?: number | null
    /** p, yuan of the period */
    amount_per_order?: number | null
    /** f p, yuan of the period */
    amount_per_buyer?: number | null
  }
  /** buyers of both periods */
  kept_buyers: number
  /** of GMV, yuan */
  change: number
  /** (N1 - N0) f0 p0, yuan: more buyers */
  gain: number
  /** N1 (f1 - f0) p0, yuan: more orders each */
  retain: number
  /** N1 f1 (p1 - p0), yuan: more an order */
  boost: number
}
/** Growth of sales taken apart: buyers, orders each, amount an order. */
export const reportGrowth = /*#__PURE__*/ op<ReportGrowthIn, ReportGrowthOut>({ name: 'report growth', method: 'GET', path: '/api/v1/report/growth', perm: 'report.read', how: 'reads', picture: true })

export interface AnalyzeAttributionIn {
  /** what is credited: purchases, or promotions to a stage (purchase) */
  goal?: string
  /** how credit is shared (all) */
  model?: 'last' | 'first' | 'linear' | 'decay' | 'position' | 'shapley' | 'markov' | 'all'
  /** what is credited (channel) */
  by?: 'channel' | 'touchpoint' | 'campaign'
  /** touches so long before count (30d) */
  window?: string
  /** decay: after so long a touch counts half (7d) */
  half_life?: string
  /** events that are touches; those of awareness, interest and joining */
  touch?: readonly (string)[]
  /** first day of conversions, included; 30 days up to the last one */
  from?: string
  /** last day, included; today, or the last event's day when that is 30 days ago */
  to?: string
}
export interface AnalyzeAttributionOut {
  /** what is credited */
  goal: string
  /** first day */
  from: string
  /** last day */
  to: string
  /** touches so long before count */
  window_days: number
  /** channel, touchpoint or campaign */
  by: string
  /** the events that were taken as touches */
  touch?: (string | null)[] | null
  /** purchases or promotions */
  conversions: number
  /** of them with a touch in the window */
  touched: number
  /** of all purchases, yuan */
  amount?: number | null
  labels: {
    /** the channel, touchpoint or campaign */
    label: string
    /** its touches in the period and the window before */
    touches: number
    /** by model: count and amount */
    credits: Json
  }[]
  untouched: {
    /** what had no touch, by model */
    credits: Json
  }
}
/** Which touches earn credit for purchases or promotions, by seven models. */
export const analyzeAttribution = /*#__PURE__*/ op<AnalyzeAttributionIn, AnalyzeAttributionOut>({ name: 'analyze attribution', method: 'GET', path: '/api/v1/analyze/attribution', perm: 'report.read', how: 'reads', picture: true, many: ['touch'] })

export interface SavedCreateIn {
  /** of the saved analysis */
  name: string
  /** which analysis: funnel, retention, path ...; letters a-z and _ */
  kind: string
  /** what it asks, as the query of the console's address; 4,096 bytes at most */
  state: string
  /** change the one of this name */
  replace?: boolean
}
export interface SavedCreateOut {
  /** name, one of its own in the brand */
  name: string
  /** which analysis: funnel, retention, ... */
  kind: string
  /** what it asks, the query of the console's address */
  state: string
  /** who saved it */
  made_by: string
  /** when it was saved */
  made: string
  /** who changed or renamed it last */
  changed_by: string
  /** when that was */
  changed: string
}
/** Keeps an analysis under a name, for everybody who reads reports. */
export const savedCreate = /*#__PURE__*/ op<SavedCreateIn, SavedCreateOut>({ name: 'saved create', method: 'POST', path: '/api/v1/saved', perm: 'report.write', how: 'ledger' })

export interface SavedListIn {
  /** only of this kind */
  kind?: string
  /** how many; all when left away */
  limit?: number
  /** how many are left out before them */
  offset?: number
}
export interface SavedListOut {
  /** how many are saved, of the kind */
  total: number
  saved: {
    /** name, one of its own in the brand */
    name: string
    /** which analysis: funnel, retention, ... */
    kind: string
    /** what it asks, the query of the console's address */
    state: string
    /** who saved it */
    made_by: string
    /** when it was saved */
    made: string
    /** who changed or renamed it last */
    changed_by: string
    /** when that was */
    changed: string
  }[]
}
/** Analyses that were saved. */
export const savedList = /*#__PURE__*/ op<SavedListIn, SavedListOut>({ name: 'saved list', method: 'GET', path: '/api/v1/saved', perm: 'report.read', how: 'ledger' })

export interface SavedShowIn {
  /** of the saved analysis */
  name: string
}
export interface SavedShowOut {
  /** name, one of its own in the brand */
  name: string
  /** which analysis: funnel, retention, ... */
  kind: string
  /** what it asks, the query of the console's address */
  state: string
  /** who saved it */
  made_by: string
  /** when it was saved */
  made: string
  /** who changed or renamed it last */
  changed_by: string
  /** when that was */
  changed: string
}
/** One saved analysis: what it asks, who saved it. */
export const savedShow = /*#__PURE__*/ op<SavedShowIn, SavedShowOut>({ name: 'saved show', method: 'GET', path: '/api/v1/saved/one', perm: 'report.read', how: 'ledger' })

export interface SavedRenameIn {
  /** of the saved analysis */
  name: string
  /** the new name */
  to: string
}
export interface SavedRenameOut {
  /** name, one of its own in the brand */
  name: string
  /** which analysis: funnel, retention, ... */
  kind: string
  /** what it asks, the query of the console's address */
  state: string
  /** who saved it */
  made_by: string
  /** when it was saved */
  made: string
  /** who changed or renamed it last */
  changed_by: string
  /** when that was */
  changed: string
}
/** Gives a saved analysis another name. */
export const savedRename = /*#__PURE__*/ op<SavedRenameIn, SavedRenameOut>({ name: 'saved rename', method: 'POST', path: '/api/v1/saved/rename', perm: 'report.write', how: 'ledger' })

export interface SavedDeleteIn {
  /** of the saved analysis */
  name: string
}
export interface SavedDeleteOut {
  /** name, one of its own in the brand */
  name: string
  /** which analysis: funnel, retention, ... */
  kind: string
  /** what it asks, the query of the console's address */
  state: string
  /** who saved it */
  made_by: string
  /** when it was saved */
  made: string
  /** who changed or renamed it last */
  changed_by: string
  /** when that was */
  changed: string
}
/** Removes a saved analysis. */
export const savedDelete = /*#__PURE__*/ op<SavedDeleteIn, SavedDeleteOut>({ name: 'saved delete', method: 'DELETE', path: '/api/v1/saved/one', perm: 'report.write', how: 'ledger' })

export type ModelListIn = Record<string, never>
export interface ModelListOut {
  presets: {
    /** name of a shipped model */
    name: string
    /** its title */
    title?: string | null
    /** its title in Chinese */
    title_zh?: string | null
  }[]
  versions: {
    /** versions applied to this brand, oldest first */
    version: number
    /** name of the model */
    name: string
    /** when */
    applied: string
    /** the newest one is */
    in_force: boolean
  }[]
}
/** Stage models: the presets, and the versions applied here. */
export const modelList = /*#__PURE__*/ op<ModelListIn, ModelListOut>({ name: 'model list', method: 'GET', path: '/api/v1/models', perm: 'model.read', how: 'reads' })

export interface ModelShowIn {
  /** a preset, a file or the text of one; the model in force when left out */
  model?: string
  /** the version of this number that was applied to this brand */
  applied?: number
}
export interface ModelShowOut {
  /** name of the model */
  name: string
  /** its version in this brand; null for a preset or file */
  version?: number | null
  /** title */
  title?: string | null
  /** title in Chinese */
  title_zh?: string | null
  stages: {
    /** stage, the lowest (none) first */
    stage: string
    /** its title */
    title?: string | null
    /** its title in Chinese */
    title_zh?: string | null
    /** its rule; empty for none */
    when?: string | null
  }[]
  /** the whole file */
  text: string
}
/** The text of a stage model. */
export const modelShow = /*#__PURE__*/ op<ModelShowIn, ModelShowOut>({ name: 'model show', method: 'GET', path: '/api/v1/model', perm: 'model.read', how: 'reads' })

export interface ModelCheckIn {
  /** the model to read */
  model: string
}
export interface ModelCheckOut {
  /** whether it can be applied */
  ok: boolean
  error?: {
    /** line of the mistake, from 1 */
    line?: number | null
    /** column of it, from 1 */
    column?: number | null
    /** what is wrong */
    msg?: string | null
    /** what to do */
    hint?: string | null
  } | null
  /** name of the model */
  name?: string | null
  /** title */
  title?: string | null
  /** title in Chinese */
  title_zh?: string | null
  stages?: {
    /** stage, the lowest first, without none */
    stage?: string | null
    /** its title */
    title?: string | null
    /** its title in Chinese */
    title_zh?: string | null
    /** its rule */
    when?: string | null
    /** where the rule begins: line */
    line?: number | null
    /** and column */
    column?: number | null
  }[] | null
}
/** Reads a stage model: right, or where the mistake is. Changes nothing. */
export const modelCheck = /*#__PURE__*/ op<ModelCheckIn, ModelCheckOut>({ name: 'model check', method: 'POST', path: '/api/v1/model/check', perm: 'model.read', how: 'reads' })

export interface ModelDiffIn {
  /** the model to compare with */
  model: string
  /** the day compared; today */
  as_of?: string
}
export interface ModelDiffOut {
  /** the day compared */
  as_of: string
  /** model in force */
  before: string
  /** the other model */
  after: string
  stages: {
    /** stage of the other model */
    stage: string
    /** the stage of the model in force that it stands for; null: none */
    was?: string | null
    /** consumers in that stage */
    before: number
    /** consumers in it under the other model */
    after: number
  }[]
  /** rows of the matrix: stages of the model in force */
  from: string[]
  /** columns of the matrix: stages of the other model */
  to: string[]
  /** consumers */
  matrix: number[][]
  /** consumers whose stage would change */
  moved: number
  /** consumers known on that day */
  known: number
}
/** What another model would change: counts and who moves. Changes nothing. */
export const modelDiff = /*#__PURE__*/ op<ModelDiffIn, ModelDiffOut>({ name: 'model diff', method: 'POST', path: '/api/v1/model/diff', perm: 'model.read', how: 'reads', slow: true })

export interface ModelApplyIn {
  /** the model to put in force */
  model: string
}
export interface ModelApplyOut {
  /** name of the model in force */
  model: string
  /** its version */
  version: number
  stages: {
    /** stage */
    stage: string
    /** consumers in the stage of that name before; null: there was none */
    before?: number | null
    /** consumers in it now */
    consumers: number
  }[]
}
/** Puts a stage model in force and rebuilds every stage, the past too. */
export const modelApply = /*#__PURE__*/ op<ModelApplyIn, ModelApplyOut>({ name: 'model apply', method: 'POST', path: '/api/v1/model/apply', perm: 'model.write', how: 'changes' })

export type RulesListIn = Record<string, never>
export interface RulesListOut {
  rules: {
    /** kind of identity */
    kind: string
    /** 1 is strongest; the strongest identity owns an event */
    priority: number
    /** strong, weak or never */
    strength: string
    /** consumers one may be seen with before it is shared; 0: no limit */
    cap: number
    /** how many a consumer may have; 0: no limit */
    max: number
    /** sealed at rest, masked on screens */
    personal: boolean
  }[]
}
/** The identity rules: which kinds join consumers, and how far. */
export const rulesList = /*#__PURE__*/ op<RulesListIn, RulesListOut>({ name: 'rules list', method: 'GET', path: '/api/v1/rules', perm: 'rules.read', how: 'reads' })

export interface RulesSetIn {
  /** kind of identity: phone, device, openid ... */
  kind: string
  /** strong joins; weak joins after every strong link; never does not join */
  strength?: 'strong' | 'weak' | 'never'
  /** 1 is strongest */
  priority?: number
  /** seen with more, it is shared and stops joining; 0: no limit (consumers) */
  cap?: number
  /** how many of this kind a consumer may have; 0: any number (identities) */
  max?: number
  /** sealed at rest and masked on screens */
  personal?: boolean
  /** show what would be joined and what would come apart; change nothing */
  dry_run?: boolean
}
export interface RulesSetOut {
  /** kind of identity */
  kind: string
  /** 1 is strongest; the strongest identity owns an event */
  priority: number
  /** strong, weak or never */
  strength: string
  /** consumers one may be seen with before it is shared; 0: no limit */
  cap: number
  /** how many a consumer may have; 0: no limit */
  max: number
  /** sealed at rest, masked on screens */
  personal: boolean
  /** consumers before the change */
  consumers_before: number
  /** nothing was changed */
  dry_run: boolean
  /** consumers now; of a dry run: then */
  consumers: number
  /** new consumers: none, rules make none */
  fresh: number
  /** consumers that went into others */
  joined: number
  /** consumers more, by coming apart: before - joined + parted = now */
  parted: number
  /** consumers now that are made of several */
  unions: number
  /** consumers before that are several now */
  pieces: number
  stages: {
    /** a stage of the model in force */
    stage: string
    /** consumers in it before, today */
    before: number
    /** consumers in it behind the change, today */
    after: number
  }[]
  examples: {
    /** join or part */
    change: string
    /** join: the consumer now; part: the one before */
    consumer: number
    /** it has more parts than are listed */
    more: boolean
    parts: {
      /** join: a consumer before; part: one now */
      consumer: number
      /** its identities */
      size: number
      /** some of them, personal ones masked */
      identities: string[]
    }[]
  }[]
}
/** Changes the rule of a kind; all consumers are resolved again. */
export const rulesSet = /*#__PURE__*/ op<RulesSetIn, RulesSetOut>({ name: 'rules set', method: 'PUT', path: '/api/v1/rules', perm: 'rules.write', how: 'changes' })

export interface EventsListIn {
  /** also the names that do not occur */
  all?: boolean
}
export interface EventsListOut {
  events: {
    /** name */
    event: string
    /** Chinese title of a standard one */
    title_zh?: string | null
    /** standard, own (the stage model names it) or unknown */
    kind: string
    /** what a standard one means */
    meaning?: string | null
    /** the same in Chinese */
    meaning_zh?: string | null
    /** in the default model: awareness, interest, status (interest while it holds), status_end, purchase, refund or loyalty */
    evidence?: string | null
    /** of status_end: the event that it ends */
    undoes?: string | null
    /** columns that it fills */
    properties: string[]
    /** of an unknown one: the known name that is nearest */
    near?: string | null
    /** the stage model in force records it */
    in_model: boolean
    /** how many */
    events: number
    /** how many of them are nobody's */
    anonymous: number
    /** time of the first */
    first?: string | null
    /** time of the last */
    last?: string | null
  }[]
}
/** The event names of this pond with counts: standard, own and unknown ones. */
export const eventsList = /*#__PURE__*/ op<EventsListIn, EventsListOut>({ name: 'events list', method: 'GET', path: '/api/v1/events', perm: 'events.read', how: 'reads' })

export interface BackupIn {
  /** copy segments even where a hard link would do */
  copy?: boolean
}
export interface BackupOut {
  /** the brand */
  brand: string
  /** directory of the backup */
  backup: string
  /** files in it */
  files: number
  /** bytes in them */
  bytes: number
  /** last row number in it */
  seq: number
}
/** Copies a brand while it is in use. */
export const backup = /*#__PURE__*/ op<BackupIn, BackupOut>({ name: 'backup', method: 'POST', path: '/api/v1/backup', perm: 'data.backup', how: 'reads', slow: true })

export type BackupListIn = Record<string, never>
export interface BackupListOut {
  backups: {
    /** directory of the backup */
    backup: string
    /** files in it */
    files: number
    /** bytes in them */
    bytes: number
    /** last row number in it */
    seq: number
    /** when it was made */
    made?: string | null
  }[]
}
/** Finished backups of the brand in DATA/backups, newest first. */
export const backupList = /*#__PURE__*/ op<BackupListIn, BackupListOut>({ name: 'backup list', method: 'GET', path: '/api/v1/backups', perm: 'data.read', how: 'reads' })

export type LakeListIn = Record<string, never>
export interface LakeListOut {
  segments: {
    /** event or identity */
    dataset: string
    /** Parquet file in the lake directory */
    file: string
    /** rows */
    rows: number
    /** bytes */
    bytes: number
    /** first row number */
    seq_from: number
    /** last row number */
    seq_to: number
    /** XXH3-128 of the file */
    checksum: string
  }[]
  /** batches not yet sealed */
  log_batches: number
  /** rows not yet sealed */
  log_rows: number
  /** stored bytes not yet sealed */
  log_bytes: number
}
/** The segments of history and what still waits in the log. */
export const lakeList = /*#__PURE__*/ op<LakeListIn, LakeListOut>({ name: 'lake list', method: 'GET', path: '/api/v1/lake', perm: 'data.read', how: 'reads' })

export type LakeCompactIn = Record<string, never>
export interface LakeCompactOut {
  /** segments before */
  segments_before: number
  /** segments now */
  segments: number
  /** rows in the log before */
  log_rows_before: number
  /** rows in the log now */
  log_rows: number
  /** rows in segments */
  rows: number
  /** bytes of segments */
  bytes: number
}
/** Seals the log into segments, merges small segments, writes a checkpoint. */
export const lakeCompact = /*#__PURE__*/ op<LakeCompactIn, LakeCompactOut>({ name: 'lake compact', method: 'POST', path: '/api/v1/lake/compact', perm: 'data.write', how: 'changes' })

export type HookListIn = Record<string, never>
export interface HookListOut {
  collectors: {
    /** its name */
    collector: string
    /** where it takes events */
    paths: string[]
    /** a secret for signatures is set */
    secret: boolean
  }[]
}
/** Where events come in, and which shops' signatures can be checked. */
export const hookList = /*#__PURE__*/ op<HookListIn, HookListOut>({ name: 'hook list', method: 'GET', path: '/api/v1/hooks', perm: 'access.read', how: 'ledger' })

export interface HookSecretIn {
  /** shopify, youzan, ...: see pond hook list */
  collector: string
  /** over HTTP: the secret; empty removes it */
  secret?: string
}
export interface HookSecretOut {
  /** its name */
  collector: string
  /** whether one is set now */
  secret: boolean
}
/** Sets the secret that a shop signs its webhooks with. */
export const hookSecret = /*#__PURE__*/ op<HookSecretIn, HookSecretOut>({ name: 'hook secret', method: 'PUT', path: '/api/v1/hook/secret', perm: 'access.write', how: 'ledger' })

export type RejectListIn = Record<string, never>
export interface RejectListOut {
  files: {
    /** its name: http-DAY.ndjson of collectors, else of an import */
    name: string
    /** its size */
    bytes: number
  }[]
}
/** The files of rows and events that were set aside. */
export const rejectList = /*#__PURE__*/ op<RejectListIn, RejectListOut>({ name: 'reject list', method: 'GET', path: '/api/v1/rejects', perm: 'data.read', how: 'reads' })

export interface RejectShowIn {
  /** as pond reject list names it */
  name: string
  /** how many (50) */
  limit?: number
  /** how many are left out before them */
  offset?: number
  /** those at the end, which came last */
  newest?: boolean
  /** only those set aside for this reason ... */
  reason?: string
  /** ... of this field */
  field?: string
}
export interface RejectShowOut {
  rows: {
    /** line of the file, or number of the event in its body */
    line: number
    /** column; 0: the whole row */
    column: number
    /** the collector; null: an import */
    source?: string | null
    /** when it came; null: an import */
    at?: string | null
    /** what was wrong */
    field?: string | null
    /** and why */
    reason: string
    /** the row or event, personal values masked */
    raw: string
  }[]
  /** how many there are: of the reason, or of the whole file */
  total: number
  reasons: {
    /** the collector; null: an import */
    source?: string | null
    /** what was wrong */
    field?: string | null
    /** and why */
    reason: string
    /** how many of the whole file */
    rows: number
  }[]
  /** rows of reasons beyond the first hundred */
  other_reasons: number
}
/** What was set aside, with reason and text. */
export const rejectShow = /*#__PURE__*/ op<RejectShowIn, RejectShowOut>({ name: 'reject show', method: 'GET', path: '/api/v1/reject', perm: 'data.read', how: 'reads' })

export interface KeyCreateIn {
  /** what it is for: shop, app, report-bot */
  name: string
  /** write: sends events and nothing else; operator: calls the API */
  kind: 'write' | 'operator'
  /** of an operator key; operator when left out */
  role?: 'owner' | 'operator' | 'analyst' | 'store'
}
export interface KeyCreateOut {
  /** its number */
  id: number
  /** its name */
  name: string
  /** write, operator */
  kind: string
  /** its role; null for a write key */
  role?: string | null
  /** its first characters, by which lists name it */
  prefix: string
  /** the key: shown only here and now */
  key: string
}
/** Make a key for sending events or calling the API; it is shown once. */
export const keyCreate = /*#__PURE__*/ op<KeyCreateIn, KeyCreateOut>({ name: 'key create', method: 'POST', path: '/api/v1/keys', perm: 'access.write', how: 'ledger' })

export type KeyListIn = Record<string, never>
export interface KeyListOut {
  keys: {
    /** its number */
    id: number
    /** its name */
    name: string
    /** write, operator */
    kind: string
    /** its role; null for a write key */
    role?: string | null
    /** its first characters */
    prefix: string
    /** when it was made */
    made: string
    /** when it was used last, to the minute; null: never */
    used?: string | null
    /** when it was revoked; null: in force */
    revoked?: string | null
  }[]
}
/** Keys: what they may, when they were used last. */
export const keyList = /*#__PURE__*/ op<KeyListIn, KeyListOut>({ name: 'key list', method: 'GET', path: '/api/v1/keys', perm: 'access.read', how: 'ledger' })

export interface KeyRevokeIn {
  /** its name or number */
  name: string
}
export interface KeyRevokeOut {
  /** the name or number */
  revoked: string
}
/** End a key for good. */
export const keyRevoke = /*#__PURE__*/ op<KeyRevokeIn, KeyRevokeOut>({ name: 'key revoke', method: 'DELETE', path: '/api/v1/key', perm: 'access.write', how: 'ledger' })

export interface UserAddIn {
  /** the user */
  name: string
  /** what the user may (docs/access.md) */
  role: 'owner' | 'operator' | 'analyst' | 'store'
  /** over HTTP only: the password, 10 to 200 bytes */
  password?: string
}
export interface UserAddOut {
  /** its number */
  id: number
  /** its name */
  name: string
  /** owner, operator, analyst, store */
  role: string
}
/** Make a user who can log in. */
export const userAdd = /*#__PURE__*/ op<UserAddIn, UserAddOut>({ name: 'user add', method: 'POST', path: '/api/v1/users', perm: 'access.write', how: 'ledger' })

export type UserListIn = Record<string, never>
export interface UserListOut {
  users: {
    /** its number */
    id: number
    /** its name */
    name: string
    /** owner, operator, analyst, store */
    role: string
    /** when it was made */
    made: string
    /** when it was last active, to the minute; null: never */
    seen?: string | null
    /** when it was disabled; null: in force */
    disabled?: string | null
  }[]
}
/** Users: role, when they were last active. */
export const userList = /*#__PURE__*/ op<UserListIn, UserListOut>({ name: 'user list', method: 'GET', path: '/api/v1/users', perm: 'access.read', how: 'ledger' })

export interface UserRoleIn {
  /** the user */
  name: string
  /** what the user may (docs/access.md) */
  role: 'owner' | 'operator' | 'analyst' | 'store'
}
export interface UserRoleOut {
  /** its name */
  name: string
  /** its role now */
  role: string
}
/** Give a user another role; open sessions go on under it. */
export const userRole = /*#__PURE__*/ op<UserRoleIn, UserRoleOut>({ name: 'user role', method: 'PUT', path: '/api/v1/user/role', perm: 'access.write', how: 'ledger' })

export interface UserDisableIn {
  /** the user */
  name: string
}
export interface UserDisableOut {
  /** its name */
  disabled: string
}
/** Shut a user out for good and end all sessions; the last owner stays. */
export const userDisable = /*#__PURE__*/ op<UserDisableIn, UserDisableOut>({ name: 'user disable', method: 'DELETE', path: '/api/v1/user', perm: 'access.write', how: 'ledger' })

export interface UserPasswordIn {
  /** the user */
  name: string
  /** over HTTP only: the password, 10 to 200 bytes */
  password?: string
}
export interface UserPasswordOut {
  /** its name */
  name: string
}
/** Set a user's password anew and end all sessions. */
export const userPassword = /*#__PURE__*/ op<UserPasswordIn, UserPasswordOut>({ name: 'user password', method: 'PUT', path: '/api/v1/user/password', perm: 'access.write', how: 'ledger' })

export type RoleListIn = Record<string, never>
export interface RoleListOut {
  rights: {
    /** name of the right */
    right: string
    /** what it opens */
    help: string
    /** the same in Chinese */
    help_zh: string
    /** who holds it: owner, operator, analyst, store, write key */
    roles: string[]
  }[]
}
/** Rights, what they open, and which roles hold them. */
export const roleList = /*#__PURE__*/ op<RoleListIn, RoleListOut>({ name: 'role list', method: 'GET', path: '/api/v1/roles', perm: 'public', how: 'alone' })

export interface AuditListIn {
  /** only entries older than this one */
  before?: number
  /** at most so many entries (50) */
  limit?: number
  /** only of those whose name holds this: user:1, shop */
  who?: string
  /** only actions that hold this: login, crowd export, user. */
  action?: string
  /** only those that ended so: ok, denied */
  outcome?: string
  /** only from this day on */
  from?: string
  /** only up to this day, included */
  to?: string
}
export interface AuditListOut {
  entries: {
    /** its number; they have no gaps */
    id: number
    /** when */
    at: string
    /** local, nobody, key:NUMBER NAME, user:NUMBER NAME */
    who: string
    /** where the request came from; null: not by HTTP */
    address?: string | null
    /** the operation, or key.make, user.role, login ... */
    action: string
    /** ok, denied ... */
    outcome: string
    /** what it was about, JSON */
    detail: string
  }[]
  /** --before of the next page; null: this was the last */
  next?: number | null
}
/** Who did what and when: changes of keys and users, log-ins, looks at what is masked. */
export const auditList = /*#__PURE__*/ op<AuditListIn, AuditListOut>({ name: 'audit list', method: 'GET', path: '/api/v1/audit', perm: 'audit.read', how: 'ledger' })

export interface AuditVerifyIn {
  /** a head that was kept elsewhere: it must be in the chain */
  head?: string
}
export interface AuditVerifyOut {
  /** every entry fits the one before it */
  whole: boolean
  /** entries that are there */
  entries: number
  /** the first that does not fit or is missing; null: none */
  broken?: number | null
  /** hash of the newest entry; null: there is none */
  head?: string | null
}
/** Check that nobody changed, removed or reordered entries of the audit trail. */
export const auditVerify = /*#__PURE__*/ op<AuditVerifyIn, AuditVerifyOut>({ name: 'audit verify', method: 'GET', path: '/api/v1/audit/verify', perm: 'audit.read', how: 'reads' })

export type AuditHeadIn = Record<string, never>
export interface AuditHeadOut {
  /** number of the newest entry; 0: none */
  entry: number
  /** its hash; null: none */
  head?: string | null
}
/** The newest entry's hash: keep it elsewhere, pond audit verify --head checks against it. */
export const auditHead = /*#__PURE__*/ op<AuditHeadIn, AuditHeadOut>({ name: 'audit head', method: 'GET', path: '/api/v1/audit/head', perm: 'audit.read', how: 'ledger' })
